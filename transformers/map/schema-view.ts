import type { JsonSchema } from '../../config/project.ts'

/** What one place of a JSON Schema says, its references followed. */
export interface SchemaView {
  /** The JSON types that may stand here, `integer` told as `number`; undefined: any. */
  readonly kinds: ReadonlySet<string> | undefined
  /** Names of the properties that are declared. */
  readonly names: readonly string[]
  /** Names without which it never fits. */
  readonly required: ReadonlySet<string>
  /** What a property holds; 'any': the schema does not say; undefined: there is no such property. */
  property(name: string): SchemaView | 'any' | undefined
  /** What a list's items are. */
  readonly items: SchemaView | undefined
  /** A schema of this place alone, with what its references need. */
  readonly schema: JsonSchema
}

const MAX_PARTS = 60

/** The view of a schema whose references are all local (validate/bundle.ts). */
export function viewSchema(root: JsonSchema): SchemaView {
  return viewAt(root, root)
}

function viewAt(schema: JsonSchema, root: JsonSchema): SchemaView {
  const always = partsOf(schema, root)
  const all = always.flatMap(part => [part, ...choicesOf(part).flatMap(choice => partsOf(choice, root))])
  const view = (value: unknown): SchemaView | 'any' => (isSchema(value) ? viewAt(value, root) : 'any')
  const itemSchemas = all.map(part => part.items).filter(isSchema)
  const [items] = itemSchemas
  return {
    kinds: kindsOf(schema, root),
    names: [...new Set(all.flatMap(part => Object.keys(asObject(part.properties))))],
    required: new Set(always.flatMap(part => (Array.isArray(part.required) ? part.required.map(String) : []))),
    property(name) {
      const declared = all.find(part => Object.hasOwn(asObject(part.properties), name))
      if (declared) return view(asObject(declared.properties)[name])
      const open = openPart(all, name)
      return open === undefined ? undefined : view(open)
    },
    items: itemSchemas.length === 1 && items ? viewAt(items, root) : undefined,
    schema: schema === root ? root : { ...pick(root, '$schema', '$defs', 'definitions'), ...schema },
  }
}

/** What the schema says of a name that is not declared; undefined: no such property. A schema that declares none has room for all. */
function openPart(parts: readonly JsonSchema[], name: string): unknown {
  for (const part of parts) {
    const pattern = Object.keys(asObject(part.patternProperties)).find(text => new RegExp(text, 'u').test(name))
    if (pattern !== undefined) return asObject(part.patternProperties)[pattern]
    if (part.additionalProperties === true || isSchema(part.additionalProperties)) return part.additionalProperties
  }
  const closed = parts.some(part => part.additionalProperties === false || part.properties !== undefined)
  return closed ? undefined : true
}

/** The schema, what it refers to, and all of `allOf`: what holds in any case. */
function partsOf(schema: JsonSchema, root: JsonSchema): readonly JsonSchema[] {
  const parts: JsonSchema[] = []
  const waiting: unknown[] = [schema]
  while (waiting.length > 0 && parts.length < MAX_PARTS) {
    const part = waiting.shift()
    if (!isSchema(part) || parts.includes(part)) continue
    parts.push(part)
    if (typeof part.$ref === 'string') waiting.push(follow(part.$ref, root))
    if (Array.isArray(part.allOf)) waiting.push(...part.allOf)
  }
  return parts
}

function choicesOf(part: JsonSchema): readonly JsonSchema[] {
  return [part.anyOf, part.oneOf, [part.then], [part.else]].flatMap(list => (Array.isArray(list) ? list.filter(isSchema) : []))
}

function follow(ref: string, root: JsonSchema): unknown {
  if (ref === '#') return root
  if (!ref.startsWith('#/')) return undefined
  const names = ref.slice(2).split('/')
  return names.reduce<unknown>((value, name) => asObject(value)[nameOf(name)], root)
}

function nameOf(part: string): string {
  return decodeURIComponent(part).replaceAll('~1', '/').replaceAll('~0', '~')
}

function kindsOf(schema: JsonSchema, root: JsonSchema): ReadonlySet<string> | undefined {
  const said = partsOf(schema, root).flatMap(part => [ownKinds(part), ...choiceKinds(part, root)])
  const [first, ...others] = said.filter(kinds => kinds !== undefined)
  return first && new Set([...first].filter(kind => others.every(kinds => kinds.has(kind))))
}

function choiceKinds(part: JsonSchema, root: JsonSchema): readonly (ReadonlySet<string> | undefined)[] {
  const lists = [part.anyOf, part.oneOf].filter(list => Array.isArray(list))
  return lists.map(list => {
    const each = list.map(choice => (isSchema(choice) ? kindsOf(choice, root) : undefined))
    return each.includes(undefined) ? undefined : new Set(each.flatMap(kinds => [...(kinds ?? [])]))
  })
}

function ownKinds({ type, enum: values, const: constant }: JsonSchema): ReadonlySet<string> | undefined {
  if (type !== undefined) return new Set([type].flat().map(name => (name === 'integer' ? 'number' : String(name))))
  if (Array.isArray(values)) return new Set(values.map(kindOf))
  return constant === undefined ? undefined : new Set([kindOf(constant)])
}

/** The JSON type of a value: string, number, boolean, array, object or null. */
export function kindOf(value: unknown): string {
  if (value === null) return 'null'
  return Array.isArray(value) ? 'array' : typeof value
}

function isSchema(value: unknown): value is JsonSchema {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function asObject(value: unknown): Readonly<Record<string, unknown>> {
  return isSchema(value) ? value : {}
}

function pick(schema: JsonSchema, ...names: readonly string[]): JsonSchema {
  return Object.fromEntries(names.filter(name => name in schema).map(name => [name, schema[name]]))
}
