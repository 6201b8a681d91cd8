import { GatewayError } from '../../gateway/errors.ts'
import type { OptionSchema } from '../../gateway/options.ts'
import type { Format, FormatKind } from '../format.ts'
import { createLineReader, createLineWriter } from '../json/lines.ts'

/** Options of `ndjson`: it has none. */
export const ndjsonOptions = {
  type: 'object',
  additionalProperties: false,
  properties: {},
  description: 'Newline-delimited JSON (also called JSON Lines): a JSON value on each line, in UTF-8.',
} as const satisfies OptionSchema

const TYPES = new Set([
  'application/x-ndjson',
  'application/ndjson',
  'application/jsonl',
  'application/x-jsonlines',
  'application/json-lines',
])

/** Bodies in NDJSON: lists, whose members are the lines. */
export const ndjsonFormat: Format = {
  contentType: 'application/x-ndjson',
  takes: type => TYPES.has(type),
  read({ body }) {
    const reader = createLineReader()
    const records = [...reader.push(body), ...reader.end()]
    const bad = records.flatMap(({ error }) => error ?? [])
    const [first] = bad
    if (!first) return records.map(record => record.body)
    const errors = bad.slice(0, 50).flatMap(({ extras }) => extras.errors ?? [])
    throw new GatewayError(first.code, first.detail, { errors, errorCount: bad.length })
  },
  write(body) {
    if (!Array.isArray(body)) throw new GatewayError('MAPPING_FAILED', 'NDJSON is written from a list; this body is none')
    const { record } = createLineWriter()
    return Buffer.concat(body.map(record))
  },
  records: { reader: createLineReader, writer: createLineWriter },
}

/** `format: ndjson`. */
export const ndjson: FormatKind = {
  name: 'ndjson',
  options: ndjsonOptions,
  create: () => ({ request: ndjsonFormat, reply: ndjsonFormat }),
}
