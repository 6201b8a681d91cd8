import type { FormatConfig, Project } from '../../config/project.ts'
import { resolveOptions } from '../../gateway/options.ts'
import { csvOptions } from '../../transformers/formats/csv/options.ts'
import { compileLayout } from '../../transformers/formats/fixed/layout.ts'
import { loadLayout } from '../../transformers/formats/fixed/load-layout.ts'
import type { Field, Layout, RecordType } from '../../transformers/formats/fixed/model.ts'
import { fixedOptions } from '../../transformers/formats/fixed/options.ts'

/** What a file looks like, for those who write or read it. */
export interface FileForm {
  readonly format: string
  /** Sentences. */
  readonly words: readonly string[]
  /** The fields of each type of record, where they are known. */
  readonly records: readonly FormRecord[]
}

export interface FormRecord {
  readonly name: string
  readonly tag?: string
  readonly fields: readonly FormField[]
}

export interface FormField {
  readonly name: string
  /** Its first and last character, counted from 1, where it stands at a fixed place. */
  readonly from?: number
  readonly to?: number
  readonly is: string
}

/** Who writes the files: what is said of bad ones is for those who do. */
export type Writer = 'theirs' | 'ours'

/** The form of files in a format. */
export function fileForm(project: Project, format: FormatConfig, writer: Writer): FileForm {
  const own = FORMS[format.kind]?.(project, format, writer)
  return { format: format.kind, words: [], records: [], ...own }
}

type Form = (project: Project, format: FormatConfig, writer: Writer) => Omit<FileForm, 'format'> | undefined

const FORMS: Readonly<Record<string, Form>> = {
  csv: csvForm,
  fixed: fixedForm,
  json: () => ({ words: ['JSON.'], records: [] }),
  ndjson: () => ({ words: ['A JSON value a line.'], records: [] }),
  xml: () => ({ words: ['XML.'], records: [] }),
  lines: () => ({ words: ['Each line is a record.'], records: [] }),
  bytes: () => ({ words: ['Any file: it goes on as it is.'], records: [] }),
}

function csvForm(_: Project, { value }: FormatConfig, writer: Writer): Omit<FileForm, 'format'> {
  const { header, columns, types, decimal, delimiter, quote, comment, ragged, charset } = resolveOptions(csvOptions, value)
  const names = Array.isArray(header) ? header : (columns ?? Object.keys(types ?? {}))
  const quoted = quote === '' ? 'without quotes' : `those with a \`${delimiter}\` or a line end in \`${quote}\``
  return {
    words: [
      `CSV in ${charset}: cells separated by \`${delimiter}\`, ${quoted}.`,
      header === true ? 'The first row names the columns.' : 'No row names the columns: they stand in this order.',
      ...(decimal === ',' ? ['Numbers have a decimal comma.'] : []),
      ...(comment === undefined ? [] : [`Lines that begin with \`${comment}\` are comments.`]),
      ...(writer === 'ours'
        ? []
        : [ragged === 'reject' ? 'A row with more or fewer cells is rejected.' : 'Cells may be missing at the end of a row.']),
    ],
    records: names.length === 0 ? [] : [{ name: 'row', fields: names.map(name => ({ name, is: types?.[name] ?? 'text' })) }],
  }
}

function fixedForm(project: Project, { value, path }: FormatConfig, writer: Writer): Omit<FileForm, 'format'> | undefined {
  const { layout: named, charset, ragged } = resolveOptions(fixedOptions, value)
  const written = named === undefined ? undefined : loadLayout(named, { project, path })
  if (!written) return undefined
  const layout = compileLayout(written)
  const { header, details, trailer, separated } = layout
  return {
    words: [
      `Fields at fixed places, in ${charset}, ${separated ? 'a record a line' : 'records one after the other, without line ends'}.`,
      ...(writer === 'theirs' && ragged === 'reject' ? ['A record that is too short or too long is rejected.'] : []),
      ...tagWords(layout),
      ...totalWords(trailer, writer),
    ],
    records: [...(header ? [header] : []), ...details, ...(trailer ? [trailer] : [])].map(recordForm),
  }
}

function tagWords({ tag }: Layout): readonly string[] {
  return tag ? [`The type of a record is its tag, at ${tag.at + 1} to ${tag.at + tag.length}.`] : []
}

function totalWords(trailer: Layout['trailer'], writer: Writer): readonly string[] {
  if (!trailer) return []
  const counts = trailer.counts.map(({ field, of }) => `\`${field.name}\` counts ${COUNTED[of] ?? `the records of type ${of}`}`)
  const sums = trailer.sums.map(({ field, of }) => `\`${field.name}\` is the sum of \`${of}\``)
  const all = [...counts, ...sums]
  const checked = writer === 'theirs' ? '; a file where that is not so is not taken' : ''
  return all.length === 0 ? [] : [`In the trailer ${all.join(', and ')}${checked}.`]
}

const COUNTED: Readonly<Record<string, string>> = { records: 'the records', all: 'the records, header and trailer too' }

function recordForm({ name, tag, fields }: RecordType): FormRecord {
  return { name, ...(tag !== undefined && { tag }), fields: fields.map(fieldForm) }
}

function fieldForm({ name, at, length, ...field }: Field): FormField {
  return { name, from: at + 1, to: at + length, is: [...fieldWords(field)].join(', ') }
}

function* fieldWords({ type, decimals, sign, pattern, pad, align, required }: Omit<Field, 'name' | 'at' | 'length'>): Generator<string> {
  yield pattern === undefined ? type : `${type} ${pattern}`
  if (decimals !== undefined && decimals > 0) yield `the last ${decimals} digits are behind the point`
  if (sign !== 'none') yield `sign ${sign}`
  if (align === 'right' || pad !== ' ') yield `${align}-aligned, filled with ${pad === ' ' ? 'blanks' : `\`${pad}\``}`
  if (required) yield 'required'
}
