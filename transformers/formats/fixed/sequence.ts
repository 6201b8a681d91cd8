import { suggestion } from '../../../config/faults.ts'
import { asGatewayError, GatewayError } from '../../../gateway/errors.ts'
import type { ReadRecord } from '../../format.ts'
import type { Layout, RecordType } from './model.ts'
import { readFields } from './record.ts'
import { createTotals, type Totals } from './totals.ts'

/** Where a record stands: for people, and its line where there are lines. */
export interface FixedPlace {
  readonly text: string
  readonly line?: number
}

type Fields = Record<string, unknown>

/** The records of one sequence, between its header and its trailer. Throws what keeps the rest from being read. */
export interface FixedSequence {
  /** The body of a record, or why it has none; undefined for header and trailer. `read` may throw: then the record has no text. */
  take(read: () => string, place: FixedPlace): Pick<ReadRecord, 'body' | 'error'> | undefined
  /** All has been read. */
  close(): void
  header(): Fields | undefined
  trailer(): Fields | undefined
}

/** Tells records apart by their tags. `ragged`: blanks may be missing at the end, or be too much. */
export function createFixedSequence(layout: Layout, ragged: boolean): FixedSequence {
  const totals = createTotals(layout)
  let header: Fields | undefined
  let trailer: { readonly fields: Fields; readonly place: string } | undefined
  const fieldsOf = (text: string, type: RecordType, place: FixedPlace): Fields =>
    readFields(fitted(text, type, { place, ragged }), type, place)
  const detail = (text: string, place: FixedPlace): Pick<ReadRecord, 'body' | 'error'> => {
    let type: RecordType | undefined
    try {
      type = typeOf(text, layout, place)
      const fields = fieldsOf(text, type, place)
      totals.add(type, fields)
      return { body: layout.named ? { record: type.name, ...fields } : fields }
    } catch (error) {
      totals.add(type, undefined)
      return { error: asGatewayError(error) }
    }
  }
  return {
    take(read, place) {
      if (layout.header && !header) {
        header = fieldsOf(headerText(read(), layout.header, { layout, place }), layout.header, place)
        return undefined
      }
      if (trailer) throw new GatewayError('NOT_READABLE', `${place.text}: a record stands behind the trailer of ${trailer.place}`)
      const text = attempt(read)
      if (typeof text !== 'string') {
        totals.add(undefined, undefined)
        return { error: text }
      }
      if (!layout.trailer || tagIn(text, layout) !== layout.trailer.tag) return detail(text, place)
      trailer = { fields: fieldsOf(text, layout.trailer, place), place: place.text }
      return undefined
    },
    close() {
      if (layout.header && !header) throw new GatewayError('NOT_READABLE', 'there is no header record: nothing came')
      if (layout.trailer) checkTrailer(layout.trailer, trailer, totals)
    },
    header: () => header,
    trailer: () => trailer?.fields,
  }
}

function attempt(read: () => string): string | GatewayError {
  try {
    return read()
  } catch (error) {
    return asGatewayError(error)
  }
}

function headerText(text: string, header: RecordType, { layout, place }: { layout: Layout; place: FixedPlace }): string {
  if (isOf(header, text, layout)) return text
  throw new GatewayError('NOT_READABLE', `${place.text}: the header record (tag ${JSON.stringify(header.tag)}) is missing`)
}

function checkTrailer({ tag }: RecordType, trailer: { readonly fields: Fields; readonly place: string } | undefined, totals: Totals): void {
  if (!trailer)
    throw new GatewayError('NOT_READABLE', `the trailer record (tag ${JSON.stringify(tag)}) is missing at the end: it did not come whole`)
  const errors = totals.mismatches(trailer.fields)
  const [first] = errors
  if (first) throw new GatewayError('SCHEMA_INVALID', `${trailer.place}: ${first.message}`, { errors })
}

function tagIn(text: string, { tag }: Layout): string | undefined {
  return tag && text.slice(tag.at, tag.at + tag.length)
}

function isOf({ tag }: RecordType, text: string, layout: Layout): boolean {
  return tag === undefined || tagIn(text, layout) === tag
}

/** The type that a record's tag names. Throws NOT_READABLE for another tag. */
function typeOf(text: string, layout: Layout, place: FixedPlace): RecordType {
  const { details, header } = layout
  if (header?.tag !== undefined && isOf(header, text, layout))
    throw new GatewayError('NOT_READABLE', `${place.text}: a second header record`)
  const type = details.find(one => isOf(one, text, layout))
  if (type) return type
  const seen = tagIn(text, layout) ?? ''
  const known = details.flatMap(one => one.tag ?? [])
  throw new GatewayError('NOT_READABLE', `${place.text}: no record has the tag ${JSON.stringify(seen)}${suggestion(seen, known)}`)
}

/** A text of the record's length; too short or too long it is refused, unless only blanks are missing or too much. */
function fitted(text: string, { name, length }: RecordType, { place, ragged }: { place: FixedPlace; ragged: boolean }): string {
  if (text.length === length) return text
  const blank = text.length < length || text.slice(length).trim() === ''
  if (ragged && blank) return text.padEnd(length).slice(0, length)
  const layout = name === 'record' ? 'layout' : `layout of "${name}"`
  throw new GatewayError('NOT_READABLE', `${place.text}: ${text.length} characters where the ${layout} has ${length}`)
}
