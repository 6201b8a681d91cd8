import { suggestion } from '../../config/faults.ts'
import type { JsonSchema } from '../../config/project.ts'
import { resolveOptions } from '../../gateway/options.ts'
import type { FormatContext, FormatKind, Formats, RecordFormat } from '../format.ts'
import type { CellType } from './csv/cell.ts'
import { createCsvCutter } from './csv/cutter.ts'
import { type Dialect, dialectOf, type Signs } from './csv/dialect.ts'
import { type CsvOptions, csvOptions } from './csv/options.ts'
import { createCsvWriter } from './csv/writer.ts'
import { readBodies, writeBodies } from './records/bodies.ts'
import { createCutReader } from './records/cut-reader.ts'
import { type TextForm, textForm } from './text-options.ts'

/** `format: csv`. */
export const csv: FormatKind = {
  name: 'csv',
  options: csvOptions,
  create(value, context) {
    const options = resolveOptions(csvOptions, value)
    const before = context.project.faults.count
    const text = textForm(options, context)
    const dialect = text && checkedDialect(options, text, context)
    checkColumns(options, context)
    return text && dialect && context.project.faults.count === before ? formatsOf(options, text, dialect) : undefined
  },
}

function signsOf({ delimiter, quote, escape: guard = quote, comment = '' }: CsvOptions): Signs {
  return { delimiter, quote, escape: guard, comment }
}

function checkedDialect(options: CsvOptions, text: TextForm, { project, path }: FormatContext): Dialect | undefined {
  const signs = signsOf(options)
  const dialect = dialectOf(text.charset, signs, options.trim)
  if (typeof dialect === 'string') {
    project.faults.add('WRONG_VALUE', [...path, dialect], `${text.name} has no characters ${JSON.stringify(signs[dialect])}`)
    return undefined
  }
  const before = project.faults.count
  const { delimiter, quote, comment } = signs
  for (const [name, sign] of Object.entries({ delimiter, quote, escape: options.escape ?? '', comment })) {
    if ((name === 'quote' || name === 'escape') && sign.length > 1)
      project.faults.add('WRONG_VALUE', [...path, name], `"${name}" is one character, and ${JSON.stringify(sign)} is more`)
    if (/[\r\n\0\u0085]/.test(sign)) project.faults.add('WRONG_VALUE', [...path, name], `"${name}" may not hold the end of a line`)
  }
  if (quote !== '' && (delimiter.includes(quote) || quote.includes(delimiter)))
    project.faults.add('CONFLICT', [...path, 'quote'], 'the quote and the delimiter cannot be told apart')
  if (comment !== '' && [quote, delimiter].includes(comment))
    project.faults.add('CONFLICT', [...path, 'comment'], 'what begins a comment begins rows as well')
  return project.faults.count > before ? undefined : dialect
}

function checkColumns({ header, columns, types }: CsvOptions, { project, path }: FormatContext): void {
  const add = project.faults.add
  if (columns && header !== true)
    add('CONFLICT', [...path, 'columns'], '"columns" are for a CSV whose first row names them', {
      atKey: true,
      mend: 'Name them as `header: [...]`.',
    })
  if (types && header === false)
    add('CONFLICT', [...path, 'types'], '"types" are by the names of columns, and there are none', {
      atKey: true,
      mend: 'Name them as `header: [...]`.',
    })
  const key = columns ? 'columns' : 'header'
  const names = columns ?? (Array.isArray(header) ? header : undefined)
  for (const [index, name] of (names ?? []).entries()) {
    if (names?.indexOf(name) !== index) add('DUPLICATE', [...path, key, index], `column "${name}" is named twice`)
    if (name === '__proto__') add('WRONG_VALUE', [...path, key, index], 'no column may be named __proto__')
  }
  if (!Array.isArray(header)) return
  for (const name of Object.keys(types ?? {}))
    if (!header.includes(name))
      add('UNKNOWN_NAME', [...path, 'types', name], `unknown column "${name}"${suggestion(name, header)}`, { atKey: true })
}

function formatsOf(options: CsvOptions, text: TextForm, dialect: Dialect): Formats {
  const records = recordsOf(options, text, dialect)
  const format: Formats['request'] = {
    contentType: `text/csv; charset=${text.name}`,
    takes: type => type === 'text/csv' || type === 'application/csv',
    read: ({ body }) => readBodies(records.reader(), body),
    write: body => writeBodies(records.writer(), body),
    records,
    dialect: JSON.stringify(['csv', options]),
    schema: { type: 'array', items: records.schema ?? {} },
  }
  return { request: format, reply: format }
}

function recordsOf(options: CsvOptions, { charset, ...text }: TextForm, dialect: Dialect): RecordFormat {
  const { header, columns, types = {}, decimal, ragged, skip } = options
  const named = Array.isArray(header) ? { names: header } : {}
  const reading = {
    charset,
    dialect,
    columns: { ...named, types, decimal, ragged },
    skip,
    ...(header === true && { wanted: columns ?? [] }),
  }
  const writing = {
    text: { charset, ...text },
    signs: signsOf(options),
    decimal,
    header: header === true,
    lists: header === false,
    ...named,
    ...(columns && { names: columns }),
  }
  return {
    reader: () => createCutReader(charset, createCsvCutter(reading)),
    writer: () => createCsvWriter(writing),
    schema: schemaOf(options),
  }
}

function schemaOf({ header, columns, types = {}, ragged }: CsvOptions): JsonSchema {
  if (header === false) return { type: 'array', items: { type: 'string' } }
  const names = Array.isArray(header) ? header : (columns ?? [])
  const isText = (name: string): boolean => (types[name] ?? 'text') === 'text'
  return {
    type: 'object',
    properties: Object.fromEntries([...names, ...Object.keys(types)].map(name => [name, { type: JSON_TYPES[types[name] ?? 'text'] }])),
    required: ragged === 'reject' ? names.filter(isText) : [],
    additionalProperties: header === true ? { type: 'string' } : false,
  }
}

const JSON_TYPES: Readonly<Record<CellType, string>> = { text: 'string', number: 'number', boolean: 'boolean' }
