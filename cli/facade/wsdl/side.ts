import type { JsonSchema } from '../../../config/project.ts'
import type { Format } from '../../../transformers/format.ts'
import { isSchema, type Part, resolve, shapeOf } from './shape.ts'
import { type Direction, rulesOf } from './shape-rules.ts'
import { restSchema } from './shape-schema.ts'
import { toRest } from './shape-value.ts'
import { key } from './yaml.ts'

/** A message of the service as callers by REST write or read it. */
export interface Side {
  /**
   * `rules`: a mapping makes the one of the other. `value`: the message is one plain value, which callers find in an object. `empty`: there is
   * nothing in it. `whole`: both sides have the same form.
   */
  readonly kind: 'rules' | 'value' | 'empty' | 'whole'
  readonly shape: Part
  /** What a `value` is called. */
  readonly name: string
  readonly rules: readonly string[]
  /** The schema of the message, with the definitions that parts of the shape refer to. */
  readonly definitions: JsonSchema
  /** The same body as REST has it. */
  toRest(body: unknown): unknown
  schema(title: string): JsonSchema
}

export interface Sample {
  /** As the service would send it. */
  readonly xml: string
  readonly body: unknown
  /** Of a request: what comes over the wire of it, which tells types where the encoding asks for them. */
  readonly sent?: unknown
}

/** The side of a message; `name`: that of its payload. */
export function sideOf(schema: JsonSchema | undefined, name: string, direction: Direction): Side {
  const source = schema ?? NOTHING
  const shape = shapeOf(source)
  const bare = {
    shape,
    name,
    rules: [],
    definitions: source,
    toRest: (body: unknown) => toRest(shape, body),
    schema: (title: string) => restSchema(shape, source, title),
  }
  const resolved = resolve(source, source)
  if (!schema || isEmpty(resolved)) return { ...bare, kind: 'empty' }
  const rules = rulesOf(shape, direction)
  if (rules) return { ...bare, kind: 'rules', rules }
  if (!isWrappable(resolved, direction)) return { ...bare, kind: 'whole' }
  const wrapper: Part = { kind: 'object', fields: [{ xml: name, rest: name, required: true, part: shape }], schema: {} }
  return {
    ...bare,
    kind: 'value',
    rules: [`${key(name)}: body`],
    toRest: body => ({ [name]: body }),
    schema: title => restSchema(wrapper, source, title),
  }
}

const NOTHING: JsonSchema = { type: 'object', additionalProperties: false, properties: {} }

function isEmpty({ type, properties, patternProperties, additionalProperties }: JsonSchema): boolean {
  const closed = additionalProperties === false && patternProperties === undefined
  return type === 'object' && closed && isSchema(properties) && Object.keys(properties).length === 0
}

/** Into a request only what no detour through doubles can bend. */
function isWrappable({ type }: JsonSchema, direction: Direction): boolean {
  if (type === 'string' || type === 'boolean') return true
  return direction === 'answer' && (type === 'number' || type === 'integer')
}

/** What the service reads of the sample's body; undefined where it cannot be written. */
export function sentOf({ body }: Sample, format: Format): { readonly body: unknown } | undefined {
  try {
    return { body: format.read({ body: format.write(body), contentType: 'application/xml', meta: {} }) }
  } catch {
    return undefined
  }
}

/** The sample read as the service's own message; undefined where it is none after all. */
export function readSample(xml: string, format: Format): Sample | undefined {
  try {
    const body = format.read({ body: Buffer.from(xml), contentType: 'application/xml', meta: {} })
    return { xml, body }
  } catch {
    return undefined
  }
}
