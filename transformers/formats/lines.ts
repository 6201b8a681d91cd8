import { type OptionSchema, resolveOptions } from '../../gateway/options.ts'
import type { Format, FormatKind, RecordFormat } from '../format.ts'
import { createLineCutter } from './lines/cutter.ts'
import { createLineWriter } from './lines/writer.ts'
import { readBodies, writeBodies } from './records/bodies.ts'
import { createCutReader } from './records/cut-reader.ts'
import { bomOption, charsetOption, newlineOption, type TextForm, textForm } from './text-options.ts'

/** Options of `lines`. */
export const linesOptions = {
  type: 'object',
  additionalProperties: false,
  properties: {
    empty: {
      enum: ['skip', 'keep'],
      default: 'skip',
      description: 'What becomes of empty lines. skip: they are no records. keep: each is a record, an empty text.',
      example: 'keep',
    },
    charset: charsetOption,
    bom: bomOption,
    newline: newlineOption,
  },
  description: 'Lines of text. Each is a record: a text, without its end.',
} as const satisfies OptionSchema

/** `format: lines`. */
export const lines: FormatKind = {
  name: 'lines',
  options: linesOptions,
  create(value, context) {
    const options = resolveOptions(linesOptions, value)
    const text = textForm(options, context)
    if (!text) return undefined
    const format = formatOf(text, recordsOf(text, options.empty === 'keep'))
    return { request: format, reply: format }
  },
}

function recordsOf(text: TextForm, empty: boolean): RecordFormat {
  return {
    reader: () => createCutReader(text.charset, createLineCutter(text.charset, empty)),
    writer: () => createLineWriter(text, empty),
    schema: { type: 'string' },
  }
}

function formatOf(text: TextForm, records: RecordFormat): Format {
  return {
    contentType: `text/plain; charset=${text.name}`,
    takes: type => type === 'text/plain',
    read: ({ body }) => readBodies(records.reader(), body),
    write: body => writeBodies(records.writer(), body),
    records,
    dialect: JSON.stringify(['lines', text.name, text.newline, text.bom]),
    schema: { type: 'array', items: { type: 'string' } },
  }
}
