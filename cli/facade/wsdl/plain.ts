import type { PlainField } from './endpoint.ts'
import { isSchema, type Part } from './shape.ts'
import type { Side } from './side.ts'

const MOST = 6

/** A value that path or query can carry, which are texts. */
export interface PlainValue extends PlainField {
  readonly xml: string
  /** What makes the value of the text. */
  readonly convert: 'number' | 'bool' | undefined
}

/** The values of a request that has a few plain ones and nothing else; undefined where there is more to it. */
export function plainValues({ kind, shape, name }: Side): readonly PlainValue[] | undefined {
  if (kind === 'empty') return []
  if (kind === 'value') return [{ name, xml: name, required: true, convert: conversionOf(shape) || undefined }]
  if (kind !== 'rules' || shape.kind !== 'object' || shape.fields.length > MOST) return undefined
  const values = shape.fields.flatMap(({ xml, rest, required, part }) => {
    // A value that may be nil can also be left out: nothing is lost by an address that cannot say it.
    const convert = conversionOf(required ? part : withoutNull(part))
    return rest !== undefined && convert !== undefined && /^[A-Za-z_][\w-]*$/.test(rest)
      ? [{ name: rest, xml, required, convert: convert || undefined }]
      : []
  })
  return values.length === shape.fields.length ? values : undefined
}

/** '' for texts; undefined for what is no plain value. */
function conversionOf({ kind, schema }: Part): 'number' | 'bool' | '' | undefined {
  if (kind !== 'whole') return undefined
  const { type, anyOf } = schema
  if (type === 'string') return ''
  if (type === 'boolean') return 'bool'
  if (type === 'number' || type === 'integer') return 'number'
  const isDouble =
    Array.isArray(anyOf) && anyOf.length === 2 && anyOf.some(one => isSchema(one) && one.type === 'number' && anyOf.some(isInfinite))
  return isDouble ? 'number' : undefined
}

function withoutNull(part: Part): Part {
  const { anyOf, ...rest } = part.schema
  const [only, other] = Array.isArray(anyOf) ? anyOf.filter(one => isSchema(one) && one.type !== 'null') : []
  return part.kind === 'whole' && isSchema(only) && other === undefined ? { kind: 'whole', schema: { ...rest, ...only } } : part
}

function isInfinite(schema: unknown): boolean {
  return isSchema(schema) && Array.isArray(schema.enum) && schema.enum.includes('INF')
}
