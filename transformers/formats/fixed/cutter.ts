import { suggestion } from '../../../config/faults.ts'
import { asGatewayError, GatewayError } from '../../../gateway/errors.ts'
import type { ReadRecord } from '../../format.ts'
import type { Charset } from '../charsets.ts'
import type { Cutter } from '../records/cut-reader.ts'
import { HEADER_BYTES } from '../records/reader.ts'
import { createTexts } from '../records/texts.ts'
import { createFixedEnds } from './ends.ts'
import type { Layout, RecordType } from './model.ts'
import { readFields } from './record.ts'
import { createTotals } from './totals.ts'

/** A cutter that knows what stood before and behind the records. */
export interface FixedCutter extends Cutter {
  header(): unknown
  trailer(): unknown
}

/** Makes records of lines or of parts of the same length, by their tags. */
export function createFixedCutter(charset: Charset, layout: Layout, ragged: boolean): FixedCutter {
  const ends = createFixedEnds(charset, layout)
  const texts = createTexts(charset, { nul: true })
  const totals = createTotals(layout)
  let line = 0
  let header: Record<string, unknown> | undefined
  let trailer: { readonly fields: Record<string, unknown>; readonly place: string } | undefined
  const place = (): string => (layout.separated ? `line ${line}` : `record ${line} of ${layout.details[0]?.length} characters`)
  const fieldsOf = (text: string, type: RecordType): Record<string, unknown> => {
    const at = { text: place(), ...(layout.separated && { line }) }
    return readFields(fitted(text, type, { place, ragged: ragged && layout.separated }), type, at)
  }
  const textOf = (raw: Uint8Array): string => {
    const { from, contents, end, units } = ends.last()
    const [text = ''] = texts.of([units.slice(from, contents)], { from, end, place, raw })
    return text
  }
  /** What is before and behind the records: its faults keep the rest from being read. True where this was it. */
  const takeEdge = (raw: Uint8Array): boolean => {
    if (layout.header && !header) {
      if (raw.length > HEADER_BYTES) throw new GatewayError('TOO_LARGE', `${place()}: a header of more than ${HEADER_BYTES} bytes`)
      const text = textOf(raw)
      if (!isOf(layout.header, text, layout))
        throw new GatewayError('NOT_READABLE', `${place()}: the header record (tag ${JSON.stringify(layout.header.tag)}) is missing`)
      header = fieldsOf(text, layout.header)
      return true
    }
    if (!layout.trailer) return false
    if (trailer) throw new GatewayError('NOT_READABLE', `${place()}: a record stands behind the trailer of ${trailer.place}`)
    if (tagIn(ends.last(), layout) !== layout.trailer.tag) return false
    trailer = { fields: fieldsOf(textOf(raw), layout.trailer), place: place() }
    return true
  }
  const detail = (raw: Uint8Array): Record<string, unknown> => {
    let type: RecordType | undefined
    let body: Record<string, unknown> | undefined
    try {
      const text = textOf(raw)
      type = typeOf(text, layout, place)
      body = fieldsOf(text, type)
      return layout.named ? { record: type.name, ...body } : body
    } finally {
      totals.add(type, body)
    }
  }
  return {
    endless: 'is the layout that of this file?',
    place: () => `${layout.separated ? 'line' : 'record'} ${line + 1}`,
    header: () => header,
    trailer: () => trailer?.fields,
    window(units) {
      ends.window(units)
      texts.window(units)
    },
    end: (at, last) => ends.next(at, last),
    record(number, raw): ReadRecord | undefined {
      line++
      const { from, contents } = ends.last()
      if (contents === from || takeEdge(raw)) return undefined
      const own = layout.separated ? { number, line, raw } : { number, raw }
      try {
        return { ...own, body: detail(raw) }
      } catch (error) {
        return { ...own, error: asGatewayError(error) }
      }
    },
    close() {
      if (layout.header && !header) throw new GatewayError('NOT_READABLE', 'there is no header record: nothing came')
      if (!layout.trailer) return
      if (!trailer)
        throw new GatewayError(
          'NOT_READABLE',
          `the trailer record (tag ${JSON.stringify(layout.trailer.tag)}) is missing at the end: it did not come whole`,
        )
      const errors = totals.mismatches(trailer.fields)
      const [first] = errors
      if (first) throw new GatewayError('SCHEMA_INVALID', `${trailer.place}: ${first.message}`, { errors })
    },
  }
}

function tagIn({ units, from }: { units: string; from: number }, { tag }: Layout): string | undefined {
  return tag && units.slice(from + tag.at, from + tag.at + tag.length)
}

function isOf({ tag }: RecordType, text: string, layout: Layout): boolean {
  return tag === undefined || tagIn({ units: text, from: 0 }, layout) === tag
}

/** The type that a record's tag names. Throws NOT_READABLE for another tag. */
function typeOf(text: string, layout: Layout, place: () => string): RecordType {
  const { details, header } = layout
  if (header?.tag !== undefined && isOf(header, text, layout)) throw new GatewayError('NOT_READABLE', `${place()}: a second header record`)
  const type = details.find(one => isOf(one, text, layout))
  if (type) return type
  const seen = tagIn({ units: text, from: 0 }, layout) ?? ''
  const known = details.flatMap(one => one.tag ?? [])
  throw new GatewayError('NOT_READABLE', `${place()}: no record has the tag ${JSON.stringify(seen)}${suggestion(seen, known)}`)
}

/** A text of the record's length; too short or too long it is refused, unless only blanks are missing or too much. */
function fitted(text: string, { name, length }: RecordType, { place, ragged }: { place: () => string; ragged: boolean }): string {
  if (text.length === length) return text
  const blank = text.length < length || text.slice(length).trim() === ''
  if (ragged && blank) return text.padEnd(length).slice(0, length)
  throw new GatewayError(
    'NOT_READABLE',
    `${place()}: ${text.length} characters where the ${name === 'record' ? 'layout' : `layout of "${name}"`} has ${length}`,
  )
}
