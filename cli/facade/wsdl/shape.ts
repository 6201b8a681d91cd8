import type { JsonSchema } from '../../../config/project.ts'

/** How a part of a body stands on both sides: as the WSDL's schema has it, and as callers by REST write it. */
export type Part =
  /** Handed on as it is. */
  | { readonly kind: 'whole'; readonly schema: JsonSchema }
  | { readonly kind: 'object'; readonly fields: readonly Field[]; readonly schema: JsonSchema }
  /** Of objects. */
  | { readonly kind: 'list'; readonly item: Part; readonly schema: JsonSchema }

export interface Field {
  /** As the body of the SOAP side calls it: `sku`, `@sku`, `$`. */
  readonly xml: string
  /** As REST calls it. Undefined: what is in it stands in its place. */
  readonly rest: string | undefined
  readonly required: boolean
  readonly part: Part
}

/** A mapping of more lines than this nobody reviews: what lies deeper is handed on whole. */
const MOST_LINES = 150
const DEEPEST = 6

/** The shape of a body by its JSON Schema. A part that rules cannot say, or that has no line for each of its fields to win, is whole. */
export function shapeOf(root: JsonSchema): Part {
  let shape = partOf(root, { root, depth: 1, outer: [] })
  for (let depth = 2; depth <= DEEPEST; depth++) {
    const deeper = partOf(root, { root, depth, outer: [] })
    if (linesOf(deeper) > MOST_LINES) break
    shape = deeper
  }
  return unwrapped(shape)
}

interface Around {
  readonly root: JsonSchema
  readonly depth: number
  /** The definitions that this part stands in. */
  readonly outer: readonly unknown[]
}

function partOf(schema: JsonSchema, around: Around): Part {
  const resolved = resolve(schema, around.root)
  const whole: Part = { kind: 'whole', schema }
  if (around.depth < 0 || around.outer.includes(resolved)) return whole
  if (resolved.type === 'array' && isSchema(resolved.items)) {
    const item = partOf(resolved.items, around)
    return item.kind === 'object' ? { kind: 'list', item, schema: { ...resolved, ...textOf(schema) } } : whole
  }
  return objectOf(schema, resolved, around) ?? whole
}

function objectOf(schema: JsonSchema, resolved: JsonSchema, { root, depth, outer }: Around): Part | undefined {
  if (resolved.type !== 'object' || !isSchema(resolved.properties) || resolved.patternProperties !== undefined) return undefined
  if (depth === 0) return undefined
  const declared = resolved.properties
  const properties = Object.entries(declared)
  if (properties.length === 0 || !properties.every(([name]) => isSayable(name))) return undefined
  const required = new Set(Array.isArray(resolved.required) ? resolved.required : [])
  const inner = { root, depth: depth - 1, outer: [...outer, resolved] }
  const fields = properties.map(([xml, value]): Field => {
    const part = partOf(isSchema(value) ? value : {}, inner)
    return { xml, rest: restName(xml, declared), required: required.has(xml), part: sure(part) }
  })
  return { kind: 'object', fields, schema: { ...resolved, ...textOf(schema) } }
}

/** An object that may be empty is handed on whole: rules for its fields would not tell it from one that is absent. */
function sure(part: Part): Part {
  return part.kind === 'object' && !part.fields.some(({ required }) => required) ? { kind: 'whole', schema: part.schema } : part
}

/** A body that holds one object and nothing else: callers by REST write what is in it. */
function unwrapped(part: Part): Part {
  if (part.kind !== 'object') return part
  const [only, other] = part.fields
  if (!only || other || !only.required || only.part.kind !== 'object') return part
  return { ...part, fields: [{ ...only, rest: undefined }] }
}

/** What a rule can be written for: no dots and brackets, which mean something there. */
function isSayable(name: string): boolean {
  return /^[^.[\]{}]+$/.test(name) && name !== '__proto__'
}

const PLAINER: Readonly<Record<string, string>> = { $: 'value', $items: 'items', $any: 'any' }

function restName(xml: string, siblings: object): string {
  const wanted = PLAINER[xml] ?? xml.replace(/^@(?=\w)/, '')
  return wanted !== xml && Object.hasOwn(siblings, wanted) ? xml : wanted
}

function linesOf(part: Part): number {
  if (part.kind === 'whole') return 1
  if (part.kind === 'list') return 3 + linesOf(part.item)
  return part.fields.reduce((sum, field) => sum + linesOf(field.part), 0)
}

/** The schema that a reference means, or the schema itself. */
export function resolve(schema: JsonSchema, root: JsonSchema): JsonSchema {
  const { $ref } = schema
  if (typeof $ref !== 'string') return schema
  const found = isSchema(root.$defs) ? root.$defs[$ref.replace('#/$defs/', '')] : undefined
  return isSchema(found) ? found : {}
}

function textOf({ description }: JsonSchema): JsonSchema {
  return description === undefined ? {} : { description }
}

export function isSchema(value: unknown): value is JsonSchema {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
