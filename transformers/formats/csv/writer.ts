import { isFields } from '../../../config/value.ts'
import { GatewayError } from '../../../gateway/errors.ts'
import type { RecordWriter } from '../../format.ts'
import { encode } from '../charset.ts'
import { BOM } from '../charsets.ts'
import type { TextForm } from '../text-options.ts'
import { type DecimalSign, writeCell } from './cell.ts'
import { blanksBut, type Signs } from './dialect.ts'

/** How a CSV is written. */
export interface CsvWriting {
  readonly text: TextForm
  readonly signs: Signs
  readonly decimal: DecimalSign
  /** A row of names is written first. */
  readonly header: boolean
  /** Absent: those of the first record. */
  readonly names?: readonly string[]
  /** Bodies are lists. */
  readonly lists: boolean
}

/** Writes rows (RFC 4180): quoted where they must be, so that they are read as they were. */
export function createCsvWriter(writing: CsvWriting): RecordWriter {
  const { text, header, lists } = writing
  const quoted = quoter(writing)
  let names = writing.names
  let begun = false
  const rowOf = (values: readonly unknown[]): string => {
    const cells = values.map((value, index) => quoted(cellOf(value, names?.[index] ?? `${index + 1}`, writing.decimal), index))
    return (cells.length === 1 && cells[0] === '' ? emptyRow(writing) : cells.join(writing.signs.delimiter)) + text.newline
  }
  const begin = (): string => {
    begun = true
    return header && names ? rowOf(names) : ''
  }
  const written = (rows: string): Uint8Array => encode(text.name, rows)
  return {
    open: () => written((text.bom ? BOM : '') + (names ? begin() : '')),
    record(body) {
      if (lists) return written(rowOf(listOf(body)))
      const fields = fieldsOf(body)
      names ??= Object.keys(fields)
      checkNames(fields, names)
      const head = begun ? '' : begin()
      return written(head + rowOf(names.map(name => fields[name])))
    },
    close: () => new Uint8Array(),
  }
}

function quoter({ signs: { delimiter, quote, escape: guard, comment }, text }: CsvWriting): (cell: string, index: number) => string {
  const breaking = [delimiter, quote, '\n', '\r', ...(text.newline === '\u0085' || text.name.startsWith('cp') ? ['\u0085'] : [])].filter(
    sign => sign !== '',
  )
  // The end of a cell and the delimiter behind it may look like a delimiter that begins earlier.
  const edges = blanksBut(delimiter) + (delimiter.length > 1 ? delimiter : '')
  const mustQuote = (cell: string, index: number): boolean =>
    breaking.some(sign => cell.includes(sign)) ||
    (cell !== '' && (edges.includes(cell.charAt(0)) || edges.includes(cell.charAt(cell.length - 1)))) ||
    (index === 0 && (cell.startsWith(BOM) || (comment !== '' && cell.startsWith(comment))))
  return (cell, index) => {
    if (cell.includes('\0')) throw unwritable('a cell holds a NUL character')
    if (!mustQuote(cell, index)) return cell
    if (quote === '') throw unwritable(`a cell would have to be quoted, and there are no quotes: ${JSON.stringify(cell.slice(0, 40))}`)
    const escaped = guard === quote ? cell : cell.replaceAll(guard, guard + guard)
    return quote + escaped.replaceAll(quote, guard + quote) + quote
  }
}

/** A row of one empty cell, which may not look like an empty line. */
function emptyRow({ signs: { quote } }: CsvWriting): string {
  if (quote === '') throw unwritable('a row of one empty cell is an empty line, and there are no quotes')
  return quote + quote
}

function cellOf(value: unknown, column: string, decimal: DecimalSign): string {
  const cell = writeCell(value, decimal)
  if (cell !== undefined) return cell
  throw unwritable(
    `column ${column}: a cell holds a text, a number or a boolean, and this is ${Array.isArray(value) ? 'a list' : 'an object'}`,
  )
}

function fieldsOf(body: unknown): Readonly<Record<string, unknown>> {
  if (isFields(body)) return body
  throw unwritable('a record of CSV is an object with a field for each column')
}

function listOf(body: unknown): readonly unknown[] {
  if (Array.isArray(body) && body.length > 0) return body
  throw unwritable('a record of CSV without a header is a list of cells')
}

function checkNames(fields: Readonly<Record<string, unknown>>, names: readonly string[]): void {
  if (names.length === 0) throw unwritable('a record of CSV has at least one field')
  const unknown = Object.keys(fields).find(name => !names.includes(name) && fields[name] !== undefined)
  if (unknown === undefined) return
  throw unwritable(`no column "${unknown}" is written (there are: ${names.slice(0, 20).join(', ')}); name all that may come as \`columns\``)
}

function unwritable(message: string): GatewayError {
  return new GatewayError('MAPPING_FAILED', message)
}
