import { GatewayError } from '../../../gateway/errors.ts'
import type { RecordWriter } from '../../format.ts'
import { encode } from '../charset.ts'
import { BOM } from '../charsets.ts'
import { lineFault } from '../records/line-fault.ts'
import type { TextForm } from '../text-options.ts'

/** Writes texts as lines; `empty`: an empty one is a record as well. */
export function createLineWriter(text: TextForm, empty: boolean): RecordWriter {
  let first = !text.bom
  const faultIn = (line: string): string | undefined => {
    if (line === '' && !empty) return 'an empty text is no record of lines; `empty: keep` makes it one'
    return line.includes('\0') ? 'the record holds a NUL character' : lineFault(line, text, first)
  }
  return {
    open: () => encode(text.name, text.bom ? BOM : ''),
    record(body) {
      const fault = typeof body === 'string' ? faultIn(body) : 'a record of lines is a text'
      if (fault !== undefined) throw new GatewayError('MAPPING_FAILED', fault)
      first = false
      return encode(text.name, String(body) + text.newline)
    },
    close: () => new Uint8Array(),
  }
}
