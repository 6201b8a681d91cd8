import { suggestion } from '../../../config/faults.ts'
import { isFields } from '../../../config/value.ts'
import { GatewayError } from '../../../gateway/errors.ts'
import type { RecordWriter } from '../../format.ts'
import { encode } from '../charset.ts'
import { BOM } from '../charsets.ts'
import { lineFault } from '../records/line-fault.ts'
import type { TextForm } from '../text-options.ts'
import type { Layout, RecordType } from './model.ts'
import { writeFields } from './record.ts'
import { createTotals } from './totals.ts'

/** Writes records at their places: a header of what `open` is given, and a trailer with counts and sums. */
export function createFixedWriter(text: TextForm, layout: Layout): RecordWriter {
  const totals = createTotals(layout)
  let first = !text.bom
  const written = (body: unknown, type: RecordType): Uint8Array => {
    const record = writeFields(body, type, layout)
    const fault = layout.separated ? lineFault(record, text, first) : undefined
    if (fault !== undefined) throw new GatewayError('MAPPING_FAILED', `${type.name}: ${fault}`)
    first = false
    return encode(text.name, layout.separated ? record + text.newline : record)
  }
  return {
    open(header) {
      const mark = encode(text.name, text.bom ? BOM : '')
      return layout.header ? Buffer.concat([mark, written(header ?? {}, layout.header)]) : mark
    },
    record(body) {
      const type = typeOf(body, layout)
      const bytes = written(body, type)
      totals.add(type, isFields(body) ? body : undefined)
      return bytes
    },
    close: () => (layout.trailer ? written(totals.values(), layout.trailer) : new Uint8Array()),
  }
}

function typeOf(body: unknown, { details, named }: Layout): RecordType {
  const [only] = details
  if (!named && only) return only
  const name = isFields(body) ? String(body.record ?? '') : ''
  const type = details.find(one => one.name === name)
  if (type) return type
  throw new GatewayError(
    'MAPPING_FAILED',
    `the field \`record\` names no type of records: "${name}"${suggestion(
      name,
      details.map(one => one.name),
    )}`,
  )
}
