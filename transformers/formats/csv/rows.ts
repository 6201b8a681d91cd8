import type { Charset } from '../charsets.ts'
import { contentEnd, createFinder, createLineFinder } from '../records/finder.ts'
import { type Dialect, trimmed } from './dialect.ts'
import { type Row, readRow } from './row.ts'

/** Finds rows in units, one behind the other. */
export interface Rows {
  window(units: string): void
  /** The row at a place; undefined where its end is not there yet. `skip`: it is left out. */
  next(at: number, last: boolean, skip: boolean): Row | undefined
}

/** Most rows have no quotes: those are cut by a search and a split. */
export function createRows(charset: Charset, dialect: Dialect): Rows {
  const { delimiter, blanks, comment } = dialect
  const lines = createLineFinder(charset)
  const quotes = createFinder(dialect.quote)
  let units = ''
  const isNone = (at: number, contents: number): boolean =>
    contents <= at ||
    (comment !== '' && units.startsWith(comment, at)) ||
    (blanks.includes(units.charAt(at)) && trimmed(units.slice(at, contents), blanks) === '')
  return {
    window(next) {
      units = next
      lines.window(next)
      quotes.window(next)
    },
    next(at, last, skip) {
      const found = lines.next(at)
      if (found >= units.length && !last) return undefined
      const stop = Math.min(found, units.length)
      const end = Math.min(stop + 1, units.length)
      const contents = contentEnd(units, stop)
      if (skip || isNone(at, contents)) return { cells: [], end, none: true }
      if (quotes.next(at) < stop) return readRow({ units, at, last }, dialect)
      const cells = units.slice(at, contents).split(delimiter)
      return { cells: blanks === '' ? cells : cells.map(cell => trimmed(cell, blanks)), end }
    },
  }
}
