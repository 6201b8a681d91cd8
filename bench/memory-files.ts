import { once } from 'node:events'
import { createWriteStream } from 'node:fs'

/** One kind of file that goes through, and what the project says of it. */
export interface FileKind {
  readonly name: string
  /** Of the source, as YAML in one line. */
  readonly format: string
  /** What a record is known by; absent: the file goes on as it is. */
  readonly once?: string
  readonly head: string
  readonly record: (id: string, text: string) => string
  readonly between: string
  readonly tail: string
}

const WIDTH = 4_000

/** All of them. */
export const fileKinds: readonly FileKind[] = [
  { name: 'csv', format: 'csv', once: 'body.id', head: 'id,text\n', record: (id, text) => `${id},"${text}"`, between: '\n', tail: '\n' },
  {
    name: 'fixed',
    format: '{ fixed: { layout: layout.yaml } }',
    once: 'body.id',
    head: '',
    record: (id, text) => `${id}${text}`,
    between: '\n',
    tail: '\n',
  },
  { name: 'lines', format: 'lines', once: 'body', head: '', record: (id, text) => `${id}${text}`, between: '\n', tail: '\n' },
  {
    name: 'ndjson',
    format: 'ndjson',
    once: 'body.id',
    head: '',
    record: (id, text) => JSON.stringify({ id, text }),
    between: '\n',
    tail: '\n',
  },
  {
    name: 'json',
    format: '{ json: { records: /orders } }',
    once: 'body.id',
    head: '{"orders":[',
    record: (id, text) => JSON.stringify({ id, text }),
    between: ',\n',
    tail: ']}',
  },
  {
    name: 'xml',
    format: '{ xml: { records: /Orders/Order } }',
    once: 'body.Order.id',
    head: '<Orders>\n',
    record: (id, text) => `<Order><id>${id}</id><text>${text}</text></Order>`,
    between: '\n',
    tail: '</Orders>',
  },
  { name: 'whole file', format: 'bytes', head: '', record: (id, text) => `${id}${text}`, between: '\n', tail: '\n' },
]

/** The layout of the fixed one. */
export const layout = `fields:
  - { name: id, start: 1, length: 8 }
  - { name: text, length: ${WIDTH} }
`

/** Different records; a file repeats them, so that what of it is kept does not grow with it. */
const DIFFERENT = 1_000

/** Writes a file of about that many bytes, of records of 4 kB; resolves with how many. */
export async function writeRecords(path: string, kind: FileKind, bytes: number): Promise<number> {
  const records = Array.from({ length: DIFFERENT }, (_, at) => kind.record(`R${String(at).padStart(7, '0')}`, textOf(at)))
  const block = Buffer.from(`${records.join(kind.between)}`)
  const blocks = Math.max(1, Math.round(bytes / block.length))
  const out = createWriteStream(path)
  out.write(kind.head)
  for (let at = 0; at < blocks; at++) {
    if (at > 0) out.write(kind.between)
    if (!out.write(block)) await once(out, 'drain')
  }
  out.end(kind.tail)
  await once(out, 'finish')
  return blocks * DIFFERENT
}

function textOf(at: number): string {
  return `order ${at} of many `
    .repeat(WIDTH)
    .slice(0, WIDTH - 1)
    .concat('.')
}
