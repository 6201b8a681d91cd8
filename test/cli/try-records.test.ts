import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { expect } from 'chai'
import { main } from '../../cli/main.ts'
import { removeProjects, writeProject } from '../support/gateway.ts'
import { recorder } from './terminal.ts'

const PROJECT = `waybill: 1
name: shop
systems:
  stock: { rest: { url: http://127.0.0.1:9 } }
mappings:
  row: { rules: { sku: body.sku, quantity: int(body.quantity) } }
routes:
  rows:
    from: { file: { folder: in }, format: csv }
    split: { each: record }
    key: body.sku
    transform: { map: row }
    to: [{ system: stock, when: body.quantity > 1 }, { system: stock, as: audit }]
  packed:
    from: { rest: POST /packed, format: csv, unpack: gzip }
    split: { each: record, rejects: all-or-nothing }
    transform: { map: row }
    to: stock
  list:
    from: { rest: POST /list }
    split: { each: body.lines }
    transform: { map: row }
    to: stock
`

describe('waybill try with records', () => {
  let dir: string
  before(() => {
    dir = writeProject({ 'waybill.yaml': PROJECT })
  })
  after(removeProjects)

  async function tryOut(route: string, content: string | Uint8Array, ...options: string[]): Promise<{ code: number; out: string }> {
    writeFileSync(join(dir, 'sample'), content)
    const terminal = recorder(dir)
    const code = await main(['try', '--route', route, '--body', 'sample', ...options], terminal)
    return { code, out: terminal.printed.join('\n') }
  }

  it('shows the first ones step by step, and all that is wrong with its line', async () => {
    const { code, out } = await tryOut('rows', 'sku,quantity\nA,1\nB,none\nC,3\n"D,4\n', '--records', '1')
    expect(code).to.equal(1)
    const lines = [
      /^records: 4 read, 2 accepted, 2 rejected$/m,
      /^ {2}line 3 \(record 2\): MAPPING_FAILED .*\/quantity/m,
      /^ {2}line 5 \(record 4\): NOT_READABLE .*never closed/m,
      /^line 2 \(record 1\)$/m,
      /^transform +map row/m,
      /^key +A {2}\(body\.sku\)$/m,
      /^ +no +body\.quantity > 1 +to\[0\]/m,
      /^to +audit \(stock\), chosen by to\[1\]/m,
    ]
    for (const line of lines) expect(out).to.match(line)
    expect(out).not.to.match(/^line 3/m)
  })

  it('reads no more than the first 1,000, unless all are asked for', async () => {
    const rows = Array.from({ length: 3_000 }, (_, index) => `A,${index === 1_999 ? 'none' : index}`)
    const text = `sku,quantity\n${rows.join('\n')}\n`
    const some = await tryOut('rows', text)
    expect(some.code).to.equal(0)
    expect(some.out).to.match(/^records: 1,000 read, 1,000 accepted, 0 rejected; it reads no further: --all/m)
    const all = await tryOut('rows', text, '--all', '--json')
    expect(JSON.parse(all.out)).to.deep.include({
      counts: { read: 3_000, accepted: 2_999, filtered: 0, rejected: 1 },
      complete: true,
      rejects: [{ number: 2_000, line: 2_001, code: 'MAPPING_FAILED', detail: 'mapping row: /quantity int(): "none" is no number' }],
    })
    expect(JSON.parse(all.out).first).to.have.length(5)
  })

  it('unpacks what is packed, and says that all or nothing is accepted', async () => {
    const { code, out } = await tryOut('packed', gzipSync('sku,quantity\nA,1\nB,none\n'))
    expect(code).to.equal(1)
    expect(out).to.match(/^records: 2 read, 1 accepted, 1 rejected\nso nothing of it is accepted:\n {2}line 3/m)
  })

  it('tells where the rest cannot be read', async () => {
    const { code, out } = await tryOut('packed', gzipSync('sku,quantity\nA,1\n').subarray(0, 20))
    expect(code).to.equal(1)
    expect(out).to.match(/^the rest cannot be read: NOT_READABLE the gzip cannot be unpacked/m)
  })

  it('shows the items of a list, and all of them that are wrong', async () => {
    const item = (quantity: string) => ({ sku: 'A', quantity })
    const { code, out } = await tryOut('list', JSON.stringify({ lines: ['x', '2', 'y'].map(item) }))
    expect(code).to.equal(1)
    expect(out).to.match(/^records: 3 read, 1 accepted, 2 rejected\nso nothing of it is accepted:\n {2}record 1: .*\n {2}record 3: /m)
    expect((await tryOut('list', JSON.stringify({ lines: ['1'].map(item) }))).code).to.equal(0)
  })

  it('tells why the whole is refused before it is split', async () => {
    const { code, out } = await tryOut('list', '{"lines":')
    expect(code).to.equal(1)
    expect(out).to.match(/^answer +400 NOT_READABLE/m)
  })
})
