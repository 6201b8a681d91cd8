import { GatewayError } from '../../../gateway/errors.ts'
import { bufferOf, charsetFault } from '../charset.ts'
import type { Charset } from '../charsets.ts'
import { createFinder, createLineFinder } from './finder.ts'

/** A record in the units of a window, and its bytes. */
export interface RecordPlace {
  readonly from: number
  readonly end: number
  /** Where it is, for people: `line 7`. */
  readonly place: () => string
  readonly raw: Uint8Array
}

/** Makes texts of parts of units, records one behind the other. */
export interface Texts {
  window(units: string): void
  /** Lines that end in a part of the units. */
  lines(from: number, end: number): number
  /** The texts of parts of a record. Throws NOT_READABLE where they have none, or NUL is in it and may not be. */
  of(parts: readonly string[], place: RecordPlace): readonly string[]
}

/** Most records are in ASCII, and are what their units are. */
export function createTexts(charset: Charset, { nul = false }: { nul?: boolean } = {}): Texts {
  const special = createFinder(charset.special)
  const nuls = createFinder(nul ? '' : '\0')
  const ends = createLineFinder(charset)
  return {
    window(units) {
      for (const finder of [special, nuls, ends]) finder.window(units)
    },
    lines(from, end) {
      let count = 0
      for (let at = ends.next(from); at < end; at = ends.next(at + 1)) count++
      return count
    },
    of(parts, { from, end, place, raw }) {
      if (nuls.next(from) < end) {
        throw new GatewayError('NOT_READABLE', `${place()}: a NUL character, which no text has; is the charset ${charset.name}?`)
      }
      if (special.next(from) >= end) return parts
      const texts = parts.map(part => charset.text(part))
      if (texts.every(text => text !== undefined)) return texts
      throw new GatewayError('NOT_READABLE', `${place()}: ${charsetFault(charset, bufferOf(raw))}`)
    },
  }
}
