import { isFields } from '../../config/value.ts'
import { GatewayError } from '../../gateway/errors.ts'
import { resolveOptions } from '../../gateway/options.ts'
import type { Format, FormatContext, FormatKind, RecordFormat } from '../format.ts'
import { createFixedCutter } from './fixed/cutter.ts'
import { compileLayout } from './fixed/layout.ts'
import { loadLayout } from './fixed/load-layout.ts'
import type { Layout } from './fixed/model.ts'
import { fixedOptions } from './fixed/options.ts'
import { bodySchema, recordSchema } from './fixed/schema.ts'
import { createFixedWriter } from './fixed/writer.ts'
import { readBodies, writeBodies } from './records/bodies.ts'
import { createCutReader } from './records/cut-reader.ts'
import { type TextForm, textForm } from './text-options.ts'

/** `format: fixed`. */
export const fixed: FormatKind = {
  name: 'fixed',
  options: fixedOptions,
  create(value, context) {
    const { faults } = context.project
    const before = faults.count
    const options = resolveOptions(fixedOptions, value)
    const text = textForm(options, context)
    const written = loadLayout(options.layout, context)
    const layout = written && compileLayout(written)
    if (text && layout) checkUnits(text, layout, context)
    if (!text || !layout || faults.count > before) return undefined
    const format = formatOf({ text, layout, ragged: options.ragged === 'allow' })
    return { request: format, reply: format }
  },
}

function checkUnits({ name }: TextForm, { separated }: Layout, { project, path }: FormatContext): void {
  if (separated || name !== 'utf-8') return
  project.faults.add(
    'CONFLICT',
    [...path, 'charset'],
    'records without line ends are cut by their bytes, and characters of utf-8 have one to four',
    {
      mend: 'Name a charset whose characters have one size, such as iso-8859-1 or cp037.',
    },
  )
}

interface Parts {
  readonly text: TextForm
  readonly layout: Layout
  readonly ragged: boolean
}

function formatOf(parts: Parts): Format {
  const { text, layout } = parts
  const records: RecordFormat = {
    reader: () => createCutReader(text.charset, createFixedCutter(text.charset, layout, parts.ragged)),
    writer: () => createFixedWriter(text, layout),
    schema: recordSchema(layout),
  }
  const framed = layout.header !== undefined || layout.trailer !== undefined
  return {
    contentType: `text/plain; charset=${text.name}`,
    takes: type => type === 'text/plain' || type === 'application/octet-stream',
    read: ({ body }) => readWhole(parts, body, framed),
    write: body => (framed ? writeFramed(records, body) : writeBodies(records.writer(), body)),
    records,
    dialect: JSON.stringify(['fixed', layout, text.name, text.newline, text.bom]),
    schema: bodySchema(layout),
  }
}

function readWhole({ text, layout, ragged }: Parts, body: Uint8Array, framed: boolean): unknown {
  const cutter = createFixedCutter(text.charset, layout, ragged)
  const records = readBodies(createCutReader(text.charset, cutter), body)
  if (!framed) return records
  const [header, trailer] = [cutter.header(), cutter.trailer()]
  return { ...(header !== undefined && { header }), records, ...(trailer !== undefined && { trailer }) }
}

/** A trailer in the body is left out: it is made of the records. */
function writeFramed({ writer }: RecordFormat, body: unknown): Uint8Array {
  if (Array.isArray(body)) return writeBodies(writer(), body)
  if (isFields(body)) return writeBodies(writer(), body.records, body.header)
  throw new GatewayError('MAPPING_FAILED', 'the body is a list of records, or has a list `records` and a `header`')
}
