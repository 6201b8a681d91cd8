import type { Charset } from '../charsets.ts'
import { contentEnd, createLineFinder } from '../records/finder.ts'
import type { Layout } from './model.ts'

/** Where the last record stands in its window. */
export interface Span {
  readonly units: string
  readonly from: number
  /** Behind its last character, before its line's end. */
  readonly contents: number
  readonly end: number
}

/** Finds where records end: with their lines, or after as many characters as they have. */
export interface FixedEnds {
  window(units: string): void
  /** See Cutter. */
  next(at: number, last: boolean): number
  last(): Span
}

/** Ends of records as the layout has them. */
export function createFixedEnds(charset: Charset, { separated, details: [first] }: Layout): FixedEnds {
  const lines = createLineFinder(charset)
  const length = first?.length ?? 0
  let span: Span = { units: '', from: 0, contents: 0, end: 0 }
  const found = (at: number, contents: number, end: number): number => {
    span = { units: span.units, from: at, contents, end }
    return end
  }
  return {
    window(units) {
      span = { units, from: 0, contents: 0, end: 0 }
      lines.window(units)
    },
    next(at, last) {
      const all = span.units.length
      const end = separated ? lines.next(at) : at + length
      if (end > all || (separated && end === all)) return last ? found(at, separated ? all : tailEnd(span.units, at), all) : -1
      return separated ? found(at, Math.max(at, contentEnd(span.units, end)), end + 1) : found(at, end, end)
    },
    last: () => span,
  }
}

/** Many programs end a file with a line's end, or with the DOS sign for it, though its records have none. */
function tailEnd(units: string, at: number): number {
  const tail = units.slice(at, at + 4)
  return tail.length < 4 && Array.from(tail).every(char => '\r\n\u0085\u001a'.includes(char)) ? at : units.length
}
