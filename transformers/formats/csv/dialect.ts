import { type Charset, unitsOf } from '../charsets.ts'
import { lineEndsOf } from '../records/finder.ts'

/** What tells cells apart; texts when it is written, units (see Charset) when it is read. */
export interface Signs {
  readonly delimiter: string
  /** '' for none. */
  readonly quote: string
  readonly escape: string
  /** '' for none. */
  readonly comment: string
}

/** How rows are cut, in units. */
export interface Dialect extends Signs {
  /** What is left out around cells; '' for nothing. */
  readonly blanks: string
  readonly lineEnds: readonly string[]
}

/** The dialect in a charset's units; the name of a sign that the charset does not have. */
export function dialectOf(charset: Charset, signs: Signs, trim: boolean): Dialect | keyof Signs {
  const units = (name: keyof Signs): string | undefined => unitsOf(charset, signs[name])
  const [delimiter, quote, guard, comment] = [units('delimiter'), units('quote'), units('escape'), units('comment')]
  if (delimiter === undefined) return 'delimiter'
  if (quote === undefined) return 'quote'
  if (guard === undefined) return 'escape'
  if (comment === undefined) return 'comment'
  return { delimiter, quote, escape: guard, comment, blanks: trim ? blanksBut(delimiter) : '', lineEnds: lineEndsOf(charset) }
}

/** Spaces and tabs that are no delimiters. */
export function blanksBut(delimiter: string): string {
  return ' \t'.replace(delimiter, '')
}

/** A text without blanks at both ends; in one pass, however many there are. */
export function trimmed(text: string, blanks: string): string {
  let from = 0
  let to = text.length
  while (from < to && blanks.includes(text.charAt(from))) from++
  while (to > from && blanks.includes(text.charAt(to - 1))) to--
  return from === 0 && to === text.length ? text : text.slice(from, to)
}
