import { GatewayError } from '../../../gateway/errors.ts'
import type { ReadRecord } from '../../format.ts'
import type { Charset } from '../charsets.ts'
import type { Cutter } from '../records/cut-reader.ts'
import { HEADER_BYTES } from '../records/reader.ts'
import { createTexts } from '../records/texts.ts'
import { createFixedEnds } from './ends.ts'
import type { Layout } from './model.ts'
import { createFixedSequence } from './sequence.ts'

/** A cutter that knows what stood before and behind the records. */
export interface FixedCutter extends Cutter {
  header(): unknown
  trailer(): unknown
}

/** Makes records of lines, or of parts of the same length. */
export function createFixedCutter(charset: Charset, layout: Layout, ragged: boolean): FixedCutter {
  const { separated, details } = layout
  const ends = createFixedEnds(charset, layout)
  const texts = createTexts(charset, { nul: true })
  const sequence = createFixedSequence(layout, ragged && separated)
  let line = 0
  const place = (): string => (separated ? `line ${line}` : `record ${line} of ${details[0]?.length} characters`)
  const textOf = (raw: Uint8Array): string => {
    const { from, contents, end, units } = ends.last()
    const [text = ''] = texts.of([units.slice(from, contents)], { from, end, place, raw })
    return text
  }
  return {
    endless: 'is the layout that of this file?',
    place: () => `${separated ? 'line' : 'record'} ${line + 1}`,
    header: sequence.header,
    trailer: sequence.trailer,
    close: sequence.close,
    window(units) {
      ends.window(units)
      texts.window(units)
    },
    end: (at, last) => ends.next(at, last),
    record(number, raw): ReadRecord | undefined {
      line++
      const { from, contents } = ends.last()
      if (contents === from) return undefined
      if (layout.header && !sequence.header() && raw.length > HEADER_BYTES)
        throw new GatewayError('TOO_LARGE', `${place()}: a header of more than ${HEADER_BYTES} bytes`)
      const own = separated ? { line } : {}
      const found = sequence.take(() => textOf(raw), { text: place(), ...own })
      return found && { number, ...own, ...found, raw }
    },
  }
}
