import { posix } from 'node:path'
import type { Path } from '../../config/faults.ts'
import type { JsonSchema, Project } from '../../config/project.ts'

export const DRAFT_07 = 'http://json-schema.org/draft-07/schema#'
export const DRAFT_2020 = 'https://json-schema.org/draft/2020-12/schema'

/** Keywords whose members are schemas by name, and those whose value is no schema at all. */
const BY_NAME = new Set(['properties', 'patternProperties', 'definitions', '$defs', 'dependentSchemas', 'dependencies'])
const LITERAL = new Set(['enum', 'const', 'default', 'examples'])

interface Bundle {
  readonly project: Project
  readonly path: Path
  readonly root: string
  /** Other files of the project, by their paths: their schemas as they stand in the bundle. */
  readonly files: Map<string, unknown>
  /** References that cannot be followed; each is among the project's faults. */
  readonly refused: string[]
}

interface Document {
  readonly file: string
  readonly ownId: string | undefined
  /** `$id`s within it: what they name is part of the document. */
  readonly ids: ReadonlySet<string>
  /** Where the document stands in the bundle. */
  readonly at: string
  /** Inside a part with an `$id` of its own, whose `#` is that part. */
  readonly inPart: boolean
}

const bundles = new WeakMap<Project, Map<string, JsonSchema>>()

/**
 * A schema file of the project with all files that it refers to inside it (under `$defs`, by path), so that every `$ref` that is left is
 * local. Undefined, and faults at the path, where a file is missing or a `$ref` leads out of the project. Read once a project.
 */
export function bundleSchema(project: Project, file: string, path: Path): JsonSchema | undefined {
  const known = bundles.get(project) ?? new Map<string, JsonSchema>()
  bundles.set(project, known)
  const name = posix.normalize(file)
  const ready = known.get(name)
  if (ready) return ready
  const made = makeBundle(project, name, path)
  if (made) known.set(name, made)
  return made
}

function makeBundle(project: Project, file: string, path: Path): JsonSchema | undefined {
  const schema = project.schema(file, path)
  if (!schema) return undefined
  const $schema = draftOf(schema)
  if (!$schema) {
    const mend = 'Convert the schema to draft-07 or 2020-12.'
    project.faults.add('SCHEMA', path, `${file} is of ${String(schema.$schema)}; allowed are draft-07 and 2020-12`, { mend })
    return undefined
  }
  const bundle: Bundle = { project, path, root: file, files: new Map(), refused: [] }
  const body = asObject(inDocument(schema, documentOf(schema, file, '#'), bundle))
  if (bundle.refused.length > 0) return undefined
  const $defs = { ...asObject(body.$defs), ...Object.fromEntries(bundle.files) }
  return { ...body, $schema, $id: `waybill:///${encodeURI(file)}`, ...(bundle.files.size > 0 && { $defs }) }
}

/** The draft that a schema is checked by: draft-07 where it says so, 2020-12 where it says so or nothing; undefined for others. */
export function draftOf(schema: JsonSchema): typeof DRAFT_07 | typeof DRAFT_2020 | undefined {
  const { $schema } = schema
  if ($schema === undefined) return DRAFT_2020
  if (/^https?:\/\/json-schema\.org\/draft-07\/schema#?$/.test(String($schema))) return DRAFT_07
  return /^https?:\/\/json-schema\.org\/draft\/2020-12\/schema#?$/.test(String($schema)) ? DRAFT_2020 : undefined
}

function documentOf(schema: JsonSchema, file: string, at: string): Document {
  const ids = new Set<string>()
  collectIds(schema, ids)
  return { file, at, ids, ownId: typeof schema.$id === 'string' ? schema.$id.replace(/#$/, '') : undefined, inPart: false }
}

function collectIds(node: unknown, ids: Set<string>): void {
  if (typeof node !== 'object' || node === null) return
  for (const [name, value] of Object.entries(node)) {
    if (name === '$id' && typeof value === 'string') ids.add(value.replace(/#$/, ''))
    collectIds(value, ids)
  }
}

/** The document without `$schema` and `$id` of its own: in the bundle it has its place. */
function inDocument(schema: JsonSchema, document: Document, bundle: Bundle): unknown {
  const { $schema: _draft, $id: _id, ...rest } = schema
  return inSchema(rest, document, bundle)
}

function inSchema(node: unknown, document: Document, bundle: Bundle): unknown {
  if (Array.isArray(node)) return node.map(item => inSchema(item, document, bundle))
  if (typeof node !== 'object' || node === null) return node
  const part = '$id' in node && typeof node.$id === 'string' && !node.$id.startsWith('#')
  const within = part ? { ...document, inPart: true } : document
  return Object.fromEntries(Object.entries(node).map(([name, value]) => [name, inKeyword(name, value, within, bundle)]))
}

function inKeyword(name: string, value: unknown, document: Document, bundle: Bundle): unknown {
  if (LITERAL.has(name)) return value
  if (name === '$ref' && typeof value === 'string') return localRef(value, document, bundle)
  if (!BY_NAME.has(name)) return inSchema(value, document, bundle)
  return Object.fromEntries(Object.entries(asObject(value)).map(([key, item]) => [key, inSchema(item, document, bundle)]))
}

function localRef(ref: string, document: Document, bundle: Bundle): string {
  const [target = '', fragment = ''] = ref.split('#', 2)
  if (target === '' || target === document.ownId) return document.inPart && target === '' ? ref : inPlace(document.at, fragment)
  if (document.ids.has(target) || ref === DRAFT_07 || target === DRAFT_2020) return ref
  if (/^[a-z][a-z0-9+.-]*:/i.test(target)) {
    const mend = 'Put the file into the project and refer to it by its path from this file.'
    refuse(bundle, `$ref "${ref}" in ${document.file} leads out of the project; nothing is read from the network`, mend)
    return ref
  }
  return inPlace(embed(decodeURIComponent(target), document, bundle), fragment)
}

/** The place of another file in the bundle; read on first sight. */
function embed(target: string, from: Document, bundle: Bundle): string {
  const file = posix.join(posix.dirname(from.file), target)
  if (file === bundle.root) return '#'
  const at = `#/$defs/${file.replaceAll('~', '~0').replaceAll('/', '~1').replaceAll('%', '%25')}`
  if (bundle.files.has(file)) return at
  if (file.startsWith('..') || posix.isAbsolute(target)) {
    refuse(bundle, `$ref "${target}" in ${from.file} leads out of the project's folder`, 'Put the file into the project.')
    return at
  }
  bundle.files.set(file, true)
  const schema = bundle.project.schema(file, bundle.path)
  if (schema) bundle.files.set(file, inDocument(schema, documentOf(schema, file, at), bundle))
  else bundle.refused.push(file)
  return at
}

function inPlace(at: string, fragment: string): string {
  const isAnchor = fragment !== '' && !fragment.startsWith('/')
  return isAnchor ? `#${fragment}` : `${at}${fragment}`
}

function refuse(bundle: Bundle, message: string, mend: string): void {
  bundle.refused.push(message)
  bundle.project.faults.add('SCHEMA', bundle.path, message, { mend })
}

function asObject(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Readonly<Record<string, unknown>>) : {}
}
