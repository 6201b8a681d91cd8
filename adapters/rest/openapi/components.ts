import type { Path } from '../../../config/faults.ts'
import type { JsonSchema, Project } from '../../../config/project.ts'
import { fieldsOf, isFields } from '../../../config/value.ts'
import { bundleSchema } from '../../../transformers/validate/bundle.ts'
import { asDraft2020 } from './draft.ts'

/** Schemas of an OpenAPI document, each once and under a name of its own. */
export interface Components {
  /** A reference to the schema in a file of the project; undefined where the file has none that can be shown. */
  ref(file: string, path: Path): JsonSchema | undefined
  /** All that was referred to, by name. */
  schemas(): Readonly<Record<string, unknown>>
}

interface Part {
  readonly name: string
  schema: unknown
}

/** Of a pointer: the file that it leads into, and the names on the way. */
interface Spot {
  readonly file: string
  readonly keys: readonly string[]
}

const BY_NAME = new Set(['$defs', 'definitions'])
const LITERAL = new Set(['enum', 'const', 'default', 'examples', 'example'])
const AT = '#/components/schemas/'

/** Names are those of the files, and of the parts under $defs or definitions in them; `taken` are the document's own. */
export function createComponents(project: Project, taken: Readonly<Record<string, unknown>>): Components {
  const parts = new Map<string, Part>()
  const names = new Set(Object.keys(taken))

  function place(bundle: JsonSchema, { file, keys }: Spot): string {
    const [first = '', second = ''] = keys
    const own = BY_NAME.has(first) && keys.length > 1 ? [first, second] : []
    const part = partOf(bundle, { file, keys: own })
    return AT + [part.name, ...keys.slice(own.length).map(escaped)].join('/')
  }

  function partOf(bundle: JsonSchema, spot: Spot): Part {
    const id = [spot.file, ...spot.keys].join('\n')
    const known = parts.get(id)
    if (known) return known
    const part: Part = { name: freeName(spot, names), schema: true }
    parts.set(id, part)
    part.schema = rewritten(bundle, found(bundle, spot), spot)
    return part
  }

  function rewritten(bundle: JsonSchema, schema: unknown, { file, keys }: Spot): unknown {
    const bare = keys.length > 0 ? schema : withoutDefinitions(schema)
    return asDraft2020(mapRefs(bare, ref => (ref.startsWith('#/') || ref === '#' ? place(bundle, spotOf(ref, file, bundle)) : ref)))
  }

  return {
    ref(file, path) {
      const bundle = bundleSchema(project, file, path)
      return bundle && { $ref: place(bundle, { file: rootOf(bundle), keys: [] }) }
    },
    schemas: () => Object.fromEntries([...parts.values()].map(({ name, schema }) => [name, schema])),
  }
}

function rootOf({ $id }: JsonSchema): string {
  return decodeURI(String($id).replace('waybill:///', ''))
}

/** Other files lie in the bundle under `$defs`, by their paths. References in a file are to its place there. */
function spotOf(ref: string, file: string, bundle: JsonSchema): Spot {
  const keys = ref.split('/').slice(1).map(unescaped)
  const [first, second = ''] = keys
  if (first === '$defs' && isFile(second)) return { file: second, keys: keys.slice(2) }
  return { file: rootOf(bundle) || file, keys }
}

function isFile(name: string): boolean {
  return name.includes('/') || /\.(json|ya?ml)$/i.test(name)
}

function found(bundle: JsonSchema, { file, keys }: Spot): unknown {
  const root = file === rootOf(bundle) ? bundle : fieldsOf(bundle.$defs)[file]
  return keys.reduce<unknown>((value, key) => fieldsOf(value)[key], root)
}

function withoutDefinitions(schema: unknown): unknown {
  if (!isFields(schema)) return schema
  const { $schema: _draft, $id: _id, $defs: _defs, definitions: _definitions, ...rest } = schema
  return rest
}

function mapRefs(node: unknown, change: (ref: string) => string): unknown {
  if (Array.isArray(node)) return node.map(item => mapRefs(item, change))
  if (!isFields(node)) return node
  return Object.fromEntries(
    Object.entries(node).map(([name, value]) => {
      if (LITERAL.has(name)) return [name, value]
      return [name, name === '$ref' && typeof value === 'string' ? change(value) : mapRefs(value, change)]
    }),
  )
}

/** `schemas/shop-order.schema.json` is `shop-order`. */
function freeName({ file, keys }: Spot, names: Set<string>): string {
  const last = keys.at(-1) ?? file.replace(/^.*\//, '').replace(/(\.schema)?\.(json|ya?ml)$/i, '')
  const name = last.replaceAll(/[^A-Za-z0-9._-]/g, '-') || 'schema'
  let free = name
  for (let count = 2; names.has(free); count++) free = `${name}-${count}`
  names.add(free)
  return free
}

function escaped(key: string): string {
  return encodeURIComponent(key.replaceAll('~', '~0').replaceAll('/', '~1'))
}

function unescaped(key: string): string {
  return decodeURIComponent(key).replaceAll('~1', '/').replaceAll('~0', '~')
}
