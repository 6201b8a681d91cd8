import { asGatewayError } from '../../../gateway/errors.ts'
import type { Charset } from '../charsets.ts'
import type { Cutter } from '../records/cut-reader.ts'
import { contentEnd, createLineFinder } from '../records/finder.ts'
import { createTexts } from '../records/texts.ts'

/** Makes a record of each line; `empty`: of empty ones as well. */
export function createLineCutter(charset: Charset, empty: boolean): Cutter {
  const ends = createLineFinder(charset)
  const texts = createTexts(charset)
  let units = ''
  let line = 1
  let from = 0
  let contents = 0
  let end = 0
  return {
    endless: 'are these lines?',
    place: () => `line ${line}`,
    window(next) {
      units = next
      ends.window(next)
      texts.window(next)
    },
    end(at, last) {
      const found = ends.next(at)
      if (found >= units.length && !last) return -1
      const stop = Math.min(found, units.length)
      from = at
      contents = Math.max(at, contentEnd(units, stop))
      end = Math.min(stop + 1, units.length)
      return end
    },
    record(number, raw) {
      const own = line++
      if (contents === from && !empty) return undefined
      try {
        const [body] = texts.of([units.slice(from, contents)], { from, end, place: () => `line ${own}`, raw })
        return { number, line: own, body, raw }
      } catch (error) {
        return { number, line: own, error: asGatewayError(error), raw }
      }
    },
  }
}
