import type { Charset } from '../charsets.ts'

/** Finds places in units, one behind the other, without looking at any unit twice. */
export interface Finder {
  window(units: string): void
  /** The first place from `at` on; NONE where there is none. */
  next(at: number): number
}

/** Behind all places. */
export const NONE = 0x3fffffff

/** Finds a text or what a pattern matches; '' is nowhere. */
export function createFinder(wanted: string | RegExp): Finder {
  const search = wanted === '' ? () => -1 : typeof wanted === 'string' ? textSearch(wanted) : patternSearch(wanted)
  let units = ''
  let found = -1
  return {
    window(next) {
      units = next
      found = -1
    },
    next(at) {
      if (found < at) {
        const place = search(units, at)
        found = place < 0 ? NONE : place
      }
      return found
    },
  }
}

function textSearch(wanted: string) {
  return (units: string, at: number): number => units.indexOf(wanted, at)
}

function patternSearch({ source }: RegExp) {
  const pattern = new RegExp(source, 'g')
  return (units: string, at: number): number => {
    pattern.lastIndex = at
    return pattern.exec(units)?.index ?? -1
  }
}

/** What ends a line: LF, and in EBCDIC NEL as well. CR before LF belongs to the end. */
export function lineEndsOf({ name }: Charset): readonly string[] {
  return name === 'cp037' || name === 'cp500' ? ['\n', '\u0085'] : ['\n']
}

/** Finds the ends of lines. */
export function createLineFinder(charset: Charset): Finder {
  const ends = lineEndsOf(charset)
  return createFinder(ends.length === 1 ? '\n' : /[\n\u0085]/)
}

/** Where the content of a line ends whose end stands at `end`: before CR LF. It may lie before the content where that is empty. */
export function contentEnd(units: string, end: number): number {
  return units.charCodeAt(end) === LF && units.charCodeAt(end - 1) === CR ? end - 1 : end
}

const CR = 13
const LF = 10
