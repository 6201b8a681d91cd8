import { contentEnd } from '../records/finder.ts'
import { type Dialect, trimmed } from './dialect.ts'

/** A row as it was read. */
export interface Row {
  readonly cells: readonly string[]
  /** Behind its line's end. */
  readonly end: number
  /** Why its cells cannot be told apart; it then ends with the line on which that was seen. */
  readonly fault?: string
  /** It is a comment, empty or left out: no row at all. */
  readonly none?: true
}

/** Where a row is read: `last` where nothing follows the units. */
export interface RowPlace {
  readonly units: string
  readonly at: number
  readonly last: boolean
}

interface Cell {
  readonly value: string
  /** Behind the cell, before what ends it. */
  readonly end: number
}

/** What ended a cell, and where the next thing begins; WAIT where that is not there yet. */
type Ended = { readonly row: boolean; readonly next: number } | 'wait' | 'neither'

/** Reads a row that may have quotes in it; undefined where its end is not there yet. */
export function readRow(place: RowPlace, dialect: Dialect): Row | undefined {
  const cells: string[] = []
  for (let at = place.at; ; ) {
    const cell = readCell({ ...place, at }, dialect)
    if (cell === undefined) return undefined
    if (typeof cell === 'string') return faulty(place, at, { dialect, fault: `column ${cells.length + 1}: ${cell}` })
    cells.push(cell.value)
    const ended = endOf({ ...place, at: cell.end }, dialect)
    if (ended === 'wait') return undefined
    if (ended === 'neither') {
      return faulty(place, cell.end, { dialect, fault: `column ${cells.length}: there is text behind the closing quote` })
    }
    if (ended.row) return { cells, end: ended.next }
    at = ended.next
  }
}

/** A cell, why it is none, or undefined where its end is not there yet. */
function readCell(place: RowPlace, dialect: Dialect): Cell | string | undefined {
  const { units, last } = place
  const { quote, blanks } = dialect
  const at = behindBlanks(units, place.at, blanks)
  if (!last && at + quote.length > units.length) return undefined
  if (quote !== '' && units.startsWith(quote, at)) return readQuoted({ ...place, at: at + quote.length }, dialect)
  const end = plainEnd(place, dialect)
  if (end === units.length && !last) return undefined
  const value = trimmed(units.slice(place.at, end), blanks)
  return quote !== '' && value.includes(quote) ? 'a quote stands in a cell that does not begin with one' : { value, end }
}

function behindBlanks(units: string, from: number, blanks: string): number {
  let at = from
  while (at < units.length && blanks.includes(units.charAt(at))) at++
  return at
}

function plainEnd({ units, at }: RowPlace, { delimiter, lineEnds }: Dialect): number {
  const first = delimiter.charAt(0)
  for (let end = at; end < units.length; end++) {
    const unit = units.charAt(end)
    if (unit === first && units.startsWith(delimiter, end)) return end
    if (lineEnds.includes(unit)) return Math.max(at, contentEnd(units, end))
  }
  return units.length
}

/** Reads from behind the opening quote to behind the closing one and the blanks there. */
function readQuoted({ units, at, last }: RowPlace, { quote, escape: guard, blanks }: Dialect): Cell | string | undefined {
  let value = ''
  let close = -1
  for (let from = at; ; ) {
    if (close < from) close = units.indexOf(quote, from)
    if (close < 0) return last ? UNCLOSED : undefined
    const escaped = findEscaped(units, { from, close }, { quote, guard })
    value += units.slice(from, escaped?.at ?? close)
    if (!escaped) return { value, end: behindBlanks(units, close + quote.length, blanks) }
    value += escaped.text
    from = escaped.end
  }
}

interface Escaped {
  readonly at: number
  readonly text: string
  readonly end: number
}

/** The first escape sign up to the next quote, and what it stands for: a quote, an escape sign, else itself. */
function findEscaped(
  units: string,
  { from, close }: { from: number; close: number },
  { quote, guard }: { quote: string; guard: string },
): Escaped | undefined {
  if (guard === quote) {
    const end = close + quote.length
    return units.startsWith(quote, end) ? { at: close, text: quote, end: end + quote.length } : undefined
  }
  const offset = units.slice(from, close).indexOf(guard)
  if (offset < 0) return undefined
  const at = from + offset
  const next = at + guard.length
  const text = [quote, guard].find(sign => units.startsWith(sign, next)) ?? ''
  return { at, text: text === '' ? guard : text, end: next + text.length }
}

function endOf({ units, at, last }: RowPlace, { delimiter, lineEnds }: Dialect): Ended {
  if (at >= units.length) return last ? { row: true, next: at } : 'wait'
  if (units.startsWith(delimiter, at)) return { row: false, next: at + delimiter.length }
  if (lineEnds.includes(units.charAt(at))) return { row: true, next: at + 1 }
  if (units.startsWith('\r\n', at)) return { row: true, next: at + 2 }
  // What may yet become a delimiter is looked at again: a row is not found faulty before its line ends.
  return 'neither'
}

/** A row that is wrong from there on ends with its line; one that does not end ends with all. */
function faulty({ units, last }: RowPlace, from: number, { dialect, fault }: { dialect: Dialect; fault: string }): Row | undefined {
  let line = fault.endsWith(UNCLOSED) ? units.length : from
  while (line < units.length && !dialect.lineEnds.includes(units.charAt(line))) line++
  if (line === units.length) return last ? { cells: [], end: line, fault } : undefined
  return { cells: [], end: line + 1, fault }
}

const UNCLOSED = 'the quote that opens it is never closed'
