import { type OptionSchema, resolveOptions } from '../../gateway/options.ts'
import type { Format, FormatKind, RecordFormat } from '../format.ts'
import { parseJson, writeJson } from '../json/codec.ts'
import { createListReader } from '../json/list-reader.ts'
import { createListWriter } from '../json/list-writer.ts'
import { pointerSteps } from '../json/pointer.ts'

/** Options of `json`. */
export const jsonOptions = {
  type: 'object',
  additionalProperties: false,
  properties: {
    records: {
      type: 'string',
      pattern: '^/',
      description:
        'Where the list of records stands, by a JSON pointer of member names (RFC 6901). Absent: the body itself is the list, where it is read or written record by record.',
      example: '/lines',
    },
  },
  description: 'JSON in UTF-8.',
} as const satisfies OptionSchema

/** Bodies in JSON (RFC 8259); numbers that a double would bend are ExactNumber. */
export const jsonFormat: Format = {
  contentType: 'application/json',
  takes: type => type === 'application/json' || type.endsWith('+json'),
  read: ({ body }) => parseJson(body).value,
  write: body => writeJson(body),
  records: listRecords([]),
}

/** `format: json`. */
export const json: FormatKind = {
  name: 'json',
  options: jsonOptions,
  create(value) {
    const { records } = resolveOptions(jsonOptions, value)
    const format = records === undefined ? jsonFormat : { ...jsonFormat, records: listRecords(pointerSteps(records)) }
    return { request: format, reply: format }
  },
}

function listRecords(steps: readonly string[]): RecordFormat {
  return { reader: () => createListReader(steps), writer: () => createListWriter(steps) }
}
