import { GatewayError } from '../../../gateway/errors.ts'
import type { RecordWriter } from '../../format.ts'
import { encode } from '../charset.ts'
import { BOM } from '../charsets.ts'
import { lineEndsOf } from '../records/finder.ts'
import type { TextForm } from '../text-options.ts'

/** Writes texts as lines; `empty`: an empty one is a record as well. */
export function createLineWriter(text: TextForm, empty: boolean): RecordWriter {
  const ends = lineEndsOf(text.charset)
  let first = !text.bom
  return {
    open: () => encode(text.name, text.bom ? BOM : ''),
    record(body) {
      const fault = typeof body === 'string' ? faultIn(body, { text, ends, empty, first }) : 'a record of lines is a text'
      if (fault !== undefined) throw new GatewayError('MAPPING_FAILED', fault)
      first = false
      return encode(text.name, String(body) + text.newline)
    },
    close: () => new Uint8Array(),
  }
}

/** What would be read otherwise than it was written. */
function faultIn(
  line: string,
  { text, ends, empty, first }: { text: TextForm; ends: readonly string[]; empty: boolean; first: boolean },
): string | undefined {
  if (line === '' && !empty) return 'an empty text is no record of lines; `empty: keep` makes it one'
  if (line.includes('\0')) return 'a record of lines holds a NUL character'
  if (ends.some(end => line.includes(end))) return 'a record of lines holds the end of a line'
  if (text.newline === '\n' && line.endsWith('\r')) return 'a record of lines ends with CR, which would belong to the end of its line'
  if (first && line.startsWith(BOM)) return 'the first record of lines begins with a byte order mark; `bom: true` writes one before it'
  return undefined
}
