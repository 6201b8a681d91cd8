import { expect } from 'chai'
import type { ReceiptView } from '../../gateway/receipts.ts'
import { removeProjects, startProject, type TestGateway } from '../support/gateway.ts'
import { startTarget, type Target } from '../support/target.ts'
import { until } from '../support/until.ts'
import { balanced } from './sender.ts'

const project = (shelf: string, desk: string) => `waybill: 1
name: shop
mappings:
  line: { rules: { sku: body.sku, quantity: body.quantity * 2, number: meta.record.number } }
systems:
  shelf: { rest: '${shelf}' }
  desk: { rest: '${desk}' }
routes:
  lines:
    from: { rest: POST /lines }
    split: { each: body.lines, rejects: go-on }
    key: body.sku
    transform: { map: line }
    to: shelf
    done: { to: desk }
  strict:
    from: { rest: POST /strict }
    split: { each: body.lines }
    transform: { map: line }
    to: shelf
`

describe('a body that is split', function () {
  this.timeout(30_000)
  let gateway: TestGateway
  let shelf: Target
  let desk: Target

  before(async () => {
    shelf = await startTarget()
    desk = await startTarget()
    gateway = await startProject({ files: { 'waybill.yaml': project(shelf.url, desk.url) } })
  })
  after(async () => {
    await gateway?.end()
    await shelf?.stop()
    await desk?.stop()
    removeProjects()
  })

  async function send(path: string, lines: readonly unknown[], key?: string) {
    const headers = { 'content-type': 'application/json', ...(key !== undefined && { 'idempotency-key': key }) }
    const response = await fetch(`${gateway.http}${path}`, { method: 'POST', headers, body: JSON.stringify({ lines }) })
    return { status: response.status, answer: (await response.json()) as { id: string; detail?: string } }
  }
  const receipt = async (id: string) => (await (await fetch(`${gateway.http}/receipts/${id}`)).json()) as ReceiptView

  it('delivers each item once, and its end with counts and rejects goes to `done`', async () => {
    const lines = [
      { sku: 'A', quantity: 1 },
      { sku: 'B', quantity: 'none' },
      { sku: 'C', quantity: 3 },
    ]
    const { status, answer } = await send('/lines', lines, 'first')
    expect(status).to.equal(202)
    expect((await send('/lines', lines, 'first')).answer.id).to.equal(answer.id)
    await until('all have ended', async () => (await receipt(answer.id)).state === 'failed')
    const { records } = await receipt(answer.id)
    expect(records).to.deep.equal({ read: 3, accepted: 2, known: 0, rejected: 1, delivered: 2, failed: 0, filtered: 0, complete: true })
    const got = (await shelf.received()).map(({ body }) => JSON.parse(body))
    expect(got).to.have.deep.members([
      { sku: 'A', quantity: 2, number: 1 },
      { sku: 'C', quantity: 6, number: 3 },
    ])

    await until('the end is told', async () => (await desk.received()).length === 1)
    const told = JSON.parse((await desk.received())[0]?.body ?? '')
    expect(told).to.deep.include({ id: answer.id, route: 'lines', state: 'failed' })
    expect(told.records).to.include({ read: 3, rejected: 1 })
    expect(told.rejects).to.have.length(1)
    expect(told.rejects[0]).to.include({ number: 2, code: 'MAPPING_FAILED' })
    await balanced(gateway)
  })

  it('is refused as a whole where one item is bad, and the sender hears which', async () => {
    const before = await shelf.received()
    const { status, answer } = await send('/strict', [
      { sku: 'A', quantity: 1 },
      { sku: 'B', quantity: 'none' },
    ])
    expect(status).to.equal(422)
    expect(answer.detail).to.match(/^record 2: /)
    const { items } = (await gateway.api('GET', '/api/messages?route=strict')) as { items: unknown[] }
    expect(items).to.deep.equal([])
    expect(await shelf.received()).to.deep.equal(before)
  })
})
