import type { JsonSchema } from '../../../config/project.ts'
import type { Field, Layout, RecordType } from './model.ts'

/** The schema of one record's body. */
export function recordSchema({ details, named }: Layout): JsonSchema {
  const [only, ...more] = details.map(type => typeSchema(type, named))
  return more.length === 0 ? (only ?? {}) : { anyOf: details.map(type => typeSchema(type, true)) }
}

/** The schema of a whole body: a list of records, with header and trailer around it where there are some. */
export function bodySchema(layout: Layout): JsonSchema {
  const records = { type: 'array', items: recordSchema(layout) }
  const { header, trailer } = layout
  if (!header && !trailer) return records
  const properties = {
    ...(header && { header: typeSchema(header, false) }),
    records,
    ...(trailer && { trailer: typeSchema(trailer, false) }),
  }
  return { type: 'object', properties, required: Object.keys(properties), additionalProperties: false }
}

function typeSchema({ name, fields }: RecordType, named: boolean): JsonSchema {
  const own = Object.fromEntries(fields.map(field => [field.name, { type: field.type === 'number' ? 'number' : 'string' }]))
  return {
    type: 'object',
    properties: { ...(named && { record: { const: name } }), ...own },
    required: [...(named ? ['record'] : []), ...fields.filter(isAlways).map(field => field.name)],
    additionalProperties: false,
  }
}

/** A text is there though it is empty. */
function isAlways({ type, required }: Field): boolean {
  return type === 'text' || required
}
