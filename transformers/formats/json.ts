import type { OptionSchema } from '../../gateway/options.ts'
import type { Format, FormatKind } from '../format.ts'
import { parseJson, writeJson } from '../json/codec.ts'

/** Options of `json`: it has none. */
export const jsonOptions = {
  type: 'object',
  additionalProperties: false,
  properties: {},
  description: 'JSON in UTF-8.',
} as const satisfies OptionSchema

/** Bodies in JSON (RFC 8259); numbers that a double would bend are ExactNumber. */
export const jsonFormat: Format = {
  contentType: 'application/json',
  takes: type => type === 'application/json' || type.endsWith('+json'),
  read: ({ body }) => parseJson(body).value,
  write: body => writeJson(body),
}

/** `format: json`. */
export const json: FormatKind = {
  name: 'json',
  options: jsonOptions,
  create: () => ({ request: jsonFormat, reply: jsonFormat }),
}
