import { expect } from 'chai'
import type { ReceiptView } from '../../gateway/receipts.ts'
import { encode } from '../../transformers/formats/charset.ts'
import { removeProjects, startProject, type TestGateway } from '../support/gateway.ts'
import { startTarget, type Target } from '../support/target.ts'
import { balanced, receiptWhen } from './sender.ts'

const project = (url: string) => `waybill: 1
name: records
systems:
  partner: { rest: '${url}/partner', format: { csv: { columns: [sku, price], delimiter: ';', decimal: ',', charset: utf-16le, newline: crlf } } }
  stock: { rest: '${url}/stock' }
routes:
  prices: { from: { rest: POST /prices, format: { csv: { types: { price: number }, charset: windows-1252 } } }, to: partner }
  orders:
    from: { rest: POST /orders, format: { fixed: { layout: layouts/orders.yaml, charset: cp037 } } }
    split: { each: record, rejects: go-on }
    key: body.sku
    to: stock
`
const layout = `separator: none
tag: { length: 1 }
header: { tag: H, fields: [{ name: sender, start: 2, length: 9 }] }
length: 10
records:
  item: { tag: I, fields: [{ name: sku, start: 2, length: 5 }, { name: quantity, length: 4, type: number, decimals: 1 }] }
trailer: { tag: T, fields: [{ name: count, start: 2, length: 4, type: number }], count: count }
`

describe('records of files, sent as bodies', function () {
  this.timeout(30_000)
  let gateway: TestGateway
  let target: Target

  before(async () => {
    target = await startTarget()
    gateway = await startProject({ files: { 'waybill.yaml': project(target.url), 'layouts/orders.yaml': layout } })
  })
  beforeEach(() => target.program({}))
  after(async () => {
    await gateway?.end()
    await target?.stop()
    removeProjects()
  })

  async function send(path: string, contentType: string, body: Buffer) {
    const response = await fetch(`${gateway.http}${path}`, {
      method: 'POST',
      headers: { 'content-type': contentType },
      body: new Uint8Array(body),
    })
    return { status: response.status, answer: (await response.json()) as { id: string; detail?: string; errors?: unknown[] } }
  }

  it('go from one CSV into another, with the texts and numbers that they had', async () => {
    const { status, answer } = await send('/prices', 'text/csv', Buffer.from('sku,price\n"007, gr\u00fcn",12.50\n', 'latin1'))
    expect(status).to.equal(202)
    await receiptWhen(gateway, answer.id, 'delivered')
    const [sent] = await target.received()
    expect(sent?.headers['content-type']).to.equal('text/csv; charset=utf-16le')
    expect(sent?.body.replaceAll('\0', '')).to.match(/sku;price\r\n007, gr.n;12,50\r\n$/)
  })

  it('that cannot be read are refused with their lines', async () => {
    const { status, answer } = await send('/prices', 'text/csv', Buffer.from('sku,price\nA,1\nB\nC,x\n'))
    expect([status, answer.detail]).to.deep.equal([400, 'line 3: 1 cell where there are 2 columns (sku, price)'])
    expect(answer.errors).to.have.length(2)
  })

  it('of fixed width in EBCDIC are split, and a bad one keeps no other from its target', async () => {
    const { status, answer } = await send(
      '/orders',
      'application/octet-stream',
      encode('cp037', 'HACME     I001  0015I002  00x5I003  0250T0003     '),
    )
    expect(status).to.equal(202)
    const receipt: ReceiptView = await receiptWhen(gateway, answer.id, 'failed')
    expect(receipt.records).to.include({ read: 3, accepted: 2, rejected: 1, delivered: 2 })
    expect((await target.received()).map(({ body }) => JSON.parse(body))).to.have.deep.members([
      { sku: '001', quantity: 1.5 },
      { sku: '003', quantity: 25 },
    ])
    await balanced(gateway)
  })
})
