import type { JsonSchema } from '../config/project.ts'
import type { Kind } from './expression.ts'

/** A schema, and the document that its references are looked up in. */
export interface Place {
  readonly schema: JsonSchema
  readonly root: JsonSchema
}

/** What a schema says of a name: nothing certain, that no such field can be, or what it is. */
export type Field =
  | { readonly known: false }
  | { readonly known: true; readonly there: false; readonly names: readonly string[] }
  | { readonly known: true; readonly there: true; readonly place: Place; readonly required: boolean }

const UNKNOWN: Field = { known: false }
const OPENING = ['anyOf', 'oneOf', 'if', 'not', 'patternProperties', 'dependentSchemas', 'dependencies', '$dynamicRef', '$recursiveRef']
const MAX_PARTS = 50

/** The field of that name. A schema that lists properties has no others, unless it opens itself in words (additionalProperties: true or a schema). */
export function fieldOf(place: Place, name: string): Field {
  const { parts, complete } = partsOf(place)
  const required = parts.some(({ schema }) => Array.isArray(schema.required) && schema.required.includes(name))
  for (const part of parts) {
    const property = record(record(part.schema.properties)?.[name])
    if (property) return { known: true, there: true, place: { schema: property, root: part.root }, required }
    if (Object.hasOwn(record(part.schema.properties) ?? {}, name)) return UNKNOWN
  }
  const names = parts.flatMap(({ schema }) => Object.keys(record(schema.properties) ?? {}))
  const closed = complete && names.length > 0 && !parts.some(({ schema }) => isOpen(schema))
  return closed ? { known: true, there: false, names } : UNKNOWN
}

/** The schema of a list's items, where there is one for all of them. */
export function itemOf(place: Place): Place | undefined {
  for (const part of partsOf(place).parts) {
    const schema = record(part.schema.items)
    if (schema && part.schema.prefixItems === undefined) return { schema, root: part.root }
  }
  return undefined
}

/** The one kind that values of this schema have, where it is certain. */
export function kindOfPlace(place: Place): Kind | undefined {
  for (const { schema } of partsOf(place).parts) {
    const kind = kindOfSchema(schema)
    if (kind !== undefined) return kind
  }
  return undefined
}

function kindOfSchema(schema: JsonSchema): Kind | undefined {
  const { type } = schema
  if (type === 'integer') return 'number'
  if (type === 'string' || type === 'number' || type === 'boolean' || type === 'array' || type === 'object' || type === 'null') return type
  if (Array.isArray(type)) return type.length === 1 ? kindOfSchema({ type: type[0] }) : undefined
  if (schema.properties !== undefined && !OPENING.some(word => schema[word] !== undefined)) return 'object'
  return undefined
}

/** All schemas that hold together for a value: what $ref and allOf lead to; `complete` is false where one could not be found. */
function partsOf(place: Place): { parts: readonly Place[]; complete: boolean } {
  const parts: Place[] = []
  const open: Place[] = [place]
  let complete = true
  for (let next = open.pop(); next !== undefined && parts.length < MAX_PARTS; next = open.pop()) {
    parts.push(next)
    const { schema, root } = next
    const target = typeof schema.$ref === 'string' ? resolve(root, schema.$ref) : undefined
    if (schema.$ref !== undefined && !target) complete = false
    const more = [target, ...(Array.isArray(schema.allOf) ? schema.allOf.map(record) : [])]
    for (const one of more) if (one && !parts.some(part => part.schema === one)) open.push({ schema: one, root })
  }
  return { parts, complete: complete && open.length === 0 }
}

/** `#/definitions/line`: a JSON pointer (RFC 6901) within the document. Others are not followed. */
function resolve(root: JsonSchema, reference: string): JsonSchema | undefined {
  if (reference === '#') return root
  if (!reference.startsWith('#/')) return undefined
  let found: unknown = root
  for (const step of reference.slice(2).split('/')) {
    const name = decodeURIComponent(step).replaceAll('~1', '/').replaceAll('~0', '~')
    found = Array.isArray(found) ? found[Number(name)] : record(found)?.[name]
  }
  return record(found)
}

function isOpen(schema: JsonSchema): boolean {
  const extra = [schema.additionalProperties, schema.unevaluatedProperties]
  return extra.some(one => one === true || record(one) !== undefined) || OPENING.some(word => schema[word] !== undefined)
}

function record(value: unknown): JsonSchema | undefined {
  return isSchema(value) ? value : undefined
}

function isSchema(value: unknown): value is JsonSchema {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
