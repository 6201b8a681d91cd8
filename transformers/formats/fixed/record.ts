import { isFields } from '../../../config/value.ts'
import { GatewayError, type Place } from '../../../gateway/errors.ts'
import type { Field, Layout, RecordType } from './model.ts'
import { readValue, writeValue } from './value.ts'

/** The body of a record's text, which has the type's length. Throws SCHEMA_INVALID with the fields that are wrong; `place` is told. */
export function readFields(
  text: string,
  { fields }: RecordType,
  place: { readonly text: string; readonly line?: number },
): Record<string, unknown> {
  const body: Record<string, unknown> = {}
  const places: Place[] = []
  for (const field of fields) {
    try {
      const value = readValue(text.slice(field.at, field.at + field.length), field)
      if (value !== undefined) body[field.name] = value
    } catch (error) {
      if (!(error instanceof TypeError)) throw error
      const { line } = place
      places.push({
        pointer: `/${field.name}`,
        ...(line !== undefined && { line, column: field.at + 1 }),
        message: error.message,
        rule: 'layout',
      })
    }
  }
  const [first] = places
  if (!first) return body
  throw new GatewayError('SCHEMA_INVALID', `${place.text}: ${first.pointer?.slice(1)}: ${first.message}`, { errors: places })
}

/** The text of a record, with its tag. Throws MAPPING_FAILED where a field has no form or there is none for it. */
export function writeFields(body: unknown, type: RecordType, layout: Layout): string {
  if (!isFields(body)) throw new GatewayError('MAPPING_FAILED', `${type.name}: a record is an object of its fields`)
  const known = new Set(type.fields.map(({ name }) => name))
  const unknown = Object.keys(body).find(name => !known.has(name) && body[name] !== undefined && !(layout.named && name === 'record'))
  if (unknown !== undefined)
    throw new GatewayError('MAPPING_FAILED', `${type.name}: the layout has no field "${unknown}" (there are: ${[...known].join(', ')})`)
  let text = ''
  for (const part of partsOf(type, layout)) {
    const value = 'field' in part ? fieldText(body[part.field.name], part.field, { type, layout }) : part.tag
    text = text.padEnd(part.at) + value
  }
  return text.padEnd(type.length)
}

type Part = { readonly at: number; readonly field: Field } | { readonly at: number; readonly tag: string }

/** Fields in order of their places, and the tag where no field holds it. */
function partsOf({ fields, tag }: RecordType, layout: Layout): readonly Part[] {
  const parts: Part[] = fields.map(field => ({ at: field.at, field }))
  const at = layout.tag?.at
  if (tag !== undefined && at !== undefined && !fields.some(field => field.at === at)) parts.push({ at, tag })
  return parts.sort((a, b) => a.at - b.at)
}

function fieldText(value: unknown, field: Field, { type, layout }: { type: RecordType; layout: Layout }): string {
  const tag = field.at === layout.tag?.at ? type.tag : undefined
  try {
    if (tag === undefined) return writeValue(value, field)
    if (value === undefined || value === null || value === tag) return tag
    throw new TypeError(`it is the tag, ${JSON.stringify(tag)}`)
  } catch (error) {
    if (!(error instanceof TypeError)) throw error
    throw new GatewayError('MAPPING_FAILED', `${type.name}: field "${field.name}": ${error.message}`)
  }
}
