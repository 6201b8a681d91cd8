import { type Path, suggestion } from '../../../config/faults.ts'
import { overlap, recordType } from './fields.ts'
import type { WrittenLayout } from './load-layout.ts'
import type { Count, Field, Layout, RecordType, Sum } from './model.ts'

/** The layout, checked; what is wrong with it is told, and it must not be used then. */
export function compileLayout(written: WrittenLayout): Layout {
  const { options } = written
  const { length, separator, header, trailer } = options
  const details = detailsOf(written)
  const layout = {
    separated: separator === 'newline',
    ...(options.tag && { tag: { at: options.tag.start - 1, length: options.tag.length } }),
    ...(header && { header: recordType({ ...header, name: 'header', path: ['header'] }, length, written) }),
    details,
    named: details.length > 1,
  }
  const whole: Layout = trailer
    ? { ...layout, trailer: trailerOf(recordType({ ...trailer, name: 'trailer', path: ['trailer'] }, length, written), details, written) }
    : layout
  checkTags(whole, written)
  checkLengths(whole, written)
  if (layout.named) checkTypeField(details, written)
  return whole
}

function detailsOf(written: WrittenLayout): readonly RecordType[] {
  const { fields, records, length } = written.options
  if (fields && records)
    written.add('CONFLICT', ['fields'], 'records are described by `fields` or by `records`', { atKey: true, mend: 'Remove one.' })
  if (!fields && !records)
    written.add('MISSING', [], 'what stands in the records is missing', { mend: 'Add `fields`, or `records` with types.' })
  if (fields) return [recordType({ name: 'record', fields, path: [] }, length, written)]
  return Object.entries(records ?? {}).map(([name, type]) => recordType({ ...type, name, path: ['records', name] }, length, written))
}

function checkTypeField(details: readonly RecordType[], { add }: WrittenLayout): void {
  for (const { name, fields } of details) {
    const index = fields.findIndex(field => field.name === 'record')
    if (index >= 0)
      add(
        'CONFLICT',
        ['records', name, 'fields', index, 'name'],
        'the field `record` of a body is the name of its type, since there are several',
      )
  }
}

/** Every type, with the path that it is written at. */
function typesOf({ header, details, trailer }: Layout, { options }: WrittenLayout): readonly { type: RecordType; path: Path }[] {
  return [
    ...(header ? [{ type: header, path: ['header'] }] : []),
    ...details.map(type => ({ type, path: options.records ? ['records', type.name] : [] })),
    ...(trailer ? [{ type: trailer, path: ['trailer'] }] : []),
  ]
}

function checkTags(layout: Layout, written: WrittenLayout): void {
  const types = typesOf(layout, written)
  const { tag } = layout
  const { add } = written
  for (const [index, { type, path }] of types.entries()) {
    if (type.tag === undefined) {
      if (layout.named && layout.details.includes(type))
        add('MISSING', path, `type "${type.name}" has no tag, and there are several types`, { atKey: true })
      continue
    }
    const at = [...path, 'tag']
    if (!tag) add('MISSING', at, 'where does the tag stand?', { mend: 'Add `tag: { start, length }` to the layout.' })
    else if (type.tag.length !== tag.length)
      add('WRONG_VALUE', at, `the tag has ${type.tag.length} characters, and its place ${tag.length}`)
    const same = types.slice(0, index).find(other => other.type.tag === type.tag)
    if (same) add('DUPLICATE', at, `"${same.type.name}" has the tag ${JSON.stringify(type.tag)} already`)
    if (tag) checkTagField(type, { tag, path, add })
  }
}

/** A field may be the tag, and else leaves it alone. */
function checkTagField(
  type: RecordType,
  { tag, path, add }: { tag: NonNullable<Layout['tag']>; path: Path; add: WrittenLayout['add'] },
): void {
  for (const [index, field] of type.fields.entries()) {
    const isTag = field.at === tag.at && field.length === tag.length && field.type === 'text'
    if (!isTag && overlap(field, tag))
      add('CONFLICT', [...path, 'fields', index], `field "${field.name}" overlaps the tag (${tag.at + 1} to ${tag.at + tag.length})`)
  }
}

function checkLengths(layout: Layout, written: WrittenLayout): void {
  const types = typesOf(layout, written)
  const end = layout.tag ? layout.tag.at + layout.tag.length : 0
  for (const { type, path } of types)
    if (type.tag !== undefined && type.length < end)
      written.add('CONFLICT', [...path, 'tag'], `the record ends at ${type.length}, before its tag`)
  const lengths = new Set(types.map(({ type }) => type.length))
  if (layout.separated || lengths.size < 2) return
  written.add('MISSING', ['separator'], `records of ${[...lengths].join(' and ')} characters follow each other without line ends`, {
    atKey: true,
    mend: 'Add their common `length`.',
  })
}

function trailerOf(type: RecordType, details: readonly RecordType[], written: WrittenLayout): NonNullable<Layout['trailer']> {
  const { count, sum = {} } = written.options.trailer ?? {}
  const counted = typeof count === 'string' ? { [count]: 'records' } : (count ?? {})
  const parts = { type, details, written }
  return {
    ...type,
    counts: Object.entries(counted).flatMap(([name, of]) => countOf(name, of, { ...parts, path: typeof count === 'string' ? [] : [name] })),
    sums: Object.entries(sum).flatMap(([name, of]) => sumOf(name, of, parts)),
  }
}

interface TrailerParts {
  readonly type: RecordType
  readonly details: readonly RecordType[]
  readonly written: WrittenLayout
}

function countOf(name: string, of: string, { type, details, written, path }: TrailerParts & { path: Path }): Count[] {
  const at = ['trailer', 'count', ...path]
  const known = ['records', 'all', ...details.map(detail => detail.name)]
  if (!known.includes(of)) written.add('UNKNOWN_NAME', at, `nothing is counted as "${of}"${suggestion(of, known)}`)
  const field = numberField(name, type, { at, written })
  return field ? [{ field, of }] : []
}

function sumOf(name: string, of: string, { type, details, written }: TrailerParts): Sum[] {
  const at = ['trailer', 'sum', name]
  const [first = '', ...rest] = of.split('.')
  const typed = details.filter(detail => detail.name === first && rest.length > 0)
  const [types, fieldName] = typed.length > 0 ? [typed, rest.join('.')] : [details, of]
  const having = types.filter(({ fields }) => fields.some(field => field.name === fieldName && field.type === 'number'))
  if (having.length === 0) {
    const known = types.flatMap(({ fields }) => fields.flatMap(field => (field.type === 'number' ? [field.name] : [])))
    written.add('UNKNOWN_NAME', at, `no number "${of}" is in the records${suggestion(fieldName, known)}`)
  }
  const field = numberField(name, type, { at, written })
  return field && having.length > 0 ? [{ field, of: fieldName, in: having }] : []
}

function numberField(name: string, { fields }: RecordType, { at, written }: { at: Path; written: WrittenLayout }): Field | undefined {
  const field = fields.find(one => one.name === name)
  if (field?.type === 'number') return field
  const known = fields.flatMap(one => (one.type === 'number' ? [one.name] : []))
  written.add('UNKNOWN_NAME', at, `no number "${name}" is in the trailer${suggestion(name, known)}`, { atKey: true })
  return undefined
}
