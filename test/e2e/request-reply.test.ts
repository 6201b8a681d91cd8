import { expect } from 'chai'
import { removeProjects, startProject, type TestGateway } from '../support/gateway.ts'
import { startTarget, type Target } from '../support/target.ts'
import { balanced, post, receiptWhen } from './sender.ts'

const project = (stock: string) => `waybill: 1
name: calls
systems:
  stock: { rest: { url: '${stock}', timeout: 5s } }
routes:
  ask:
    from: { rest: POST /ask }
    reply: { within: 500ms }
    to: { system: stock, transform: [{ map: question }], answer: [{ map: reply }] }
  order:
    from: { rest: POST /orders }
    reply: { within: 300ms, late: keep }
    to: { system: stock, answer: [{ map: reply }] }
mappings:
  question: { rules: { item: body.sku } }
  reply: { rules: { inStock: body.count > 0 } }
`

describe('request-reply', () => {
  let gateway: TestGateway
  let stock: Target
  const json = { 'content-type': 'application/json' }

  before(async () => {
    stock = await startTarget()
    gateway = await startProject({ files: { 'waybill.yaml': project(stock.url) } })
  })
  after(async () => {
    await gateway?.end()
    await stock.stop()
    removeProjects()
  })

  it("answers with the target's reply, both mapped", async () => {
    await stock.program({ headers: json, body: '{"count":3}' })
    const { status, body } = await post(gateway, '/ask', { sku: 'A-1' })
    expect([status, body]).to.deep.equal([200, { inStock: true }])
    expect((await stock.received()).map(({ body: sent }) => JSON.parse(sent))).to.deep.equal([{ item: 'A-1' }])
  })

  it('keeps the reply of a key, and calls the target once', async () => {
    await stock.program({ headers: json, body: '{"count":0}' })
    const first = await post(gateway, '/ask', { sku: 'A-2' }, { 'idempotency-key': 'ask-1' })
    const again = await post(gateway, '/ask', { sku: 'A-2' }, { 'idempotency-key': 'ask-1' })
    expect([first.body, again.body]).to.deep.equal([{ inStock: false }, { inStock: false }])
    expect(again.headers.get('idempotent-replayed')).to.equal('true')
    expect(await stock.received()).to.have.length(1)
  })

  it('answers 504 in doubt when the deadline passes', async () => {
    await stock.program({ does: 'hang' })
    const { status, body } = await post(gateway, '/ask', { sku: 'A-3' })
    expect([status, body.code]).to.deep.equal([504, 'IN_DOUBT'])
  })

  it("passes the target's refusal on", async () => {
    await stock.program({ status: 400, headers: json, body: '{}' })
    const { status, body } = await post(gateway, '/ask', { sku: 'A-4' })
    expect([status, body.code]).to.deep.equal([502, 'TARGET_REFUSED'])
  })

  it('with `late: keep` gives the receipt at the deadline, and keeps the late reply under it', async () => {
    await stock.program({ headers: json, body: '{"count":3}', delayMs: 700 })
    const { status, body } = await post(gateway, '/orders', { sku: 'A-5' })
    expect([status, body.state]).to.deep.equal([202, 'accepted'])
    const receipt = await receiptWhen(gateway, String(body.id), 'delivered')
    expect(receipt.reply?.status).to.equal(200)
    expect(receipt.reply?.body).to.include('3')
    expect(await stock.received()).to.have.length(1)
    await balanced(gateway)
  })

  it('gives the receipt again to who repeats such a call with its key, and calls the target once', async () => {
    await stock.program({ headers: json, body: '{"count":3}', delayMs: 600 })
    const ask = () => post(gateway, '/orders', { sku: 'A-6' }, { 'idempotency-key': 'order-1' })
    const first = await ask()
    const [running, later] = [await ask(), await receiptWhen(gateway, String(first.body.id), 'delivered').then(ask)]
    for (const again of [running, later]) {
      expect([again.status, again.body.id]).to.deep.equal([202, first.body.id])
      expect(again.headers.get('idempotent-replayed')).to.equal('true')
    }
    expect(await stock.received()).to.have.length(1)
    await balanced(gateway)
  })
})
