import { expect } from 'chai'
import { removeProjects, startProject, type TestGateway } from '../support/gateway.ts'
import { startTarget, type Target } from '../support/target.ts'
import { until } from '../support/until.ts'
import { balanced, order, post, receiptOf, receiptWhen, targetWhen } from './sender.ts'

const project = (warehouse: string, books: string) => `waybill: 1
name: e2e
defaults: { retry: { delays: [50ms, 100ms], giveUpAfter: 1h, jitter: 0 } }
systems:
  warehouse: { rest: { url: '${warehouse}', timeout: 2s } }
  books: { rest: { url: '${books}', timeout: 2s } }
routes:
  orders:
    from:
      - rest: POST /orders
      - rest: POST /second
        transform: [{ map: second-to-order }]
    key: body.id
    once: 'has(body.once) ? body.once : meta.id'
    to:
      - first:
          - { when: 'has(body.test)', to: none, because: test orders stay here }
          - { when: 'body.kind == "goods"', to: { system: warehouse, transform: [{ map: order-to-pick }] } }
          - { when: 'body.kind == "both"', to: [{ system: warehouse, as: goods-part }, { system: books, as: fee-part }] }
          - { when: 'body.kind == "fee"', to: books }
mappings:
  order-to-pick: { rules: { orderId: body.id, pieces: 'body.quantity * 2' } }
  second-to-order: { rules: { id: body.no, kind: { is: goods }, quantity: body.count, once: body.no } }
`

describe('orders by REST, through the embedded queue, to targets by REST', () => {
  let gateway: TestGateway
  let warehouse: Target
  let books: Target
  let keys = 0

  before(async () => {
    warehouse = await startTarget()
    books = await startTarget()
    gateway = await startProject({ files: { 'waybill.yaml': project(warehouse.url, books.url) } })
  })
  beforeEach(() => Promise.all([warehouse.program({}), books.program({})]))
  afterEach(() => balanced(gateway))
  after(async () => {
    await gateway?.end()
    await Promise.all([warehouse.stop(), books.stop()])
    removeProjects()
  })

  const goods = (more: object = {}) => ({ id: `SO-${++keys}`, kind: 'goods', quantity: 2, ...more })

  it('answers 202 with a receipt, maps, delivers with the same id, and says so', async () => {
    const body = goods()
    const answer = await post(gateway, '/orders', body, { 'x-correlation-id': 'C-1' })
    expect([answer.status, answer.body.state]).to.deep.equal([202, 'accepted'])
    expect(answer.headers.get('location')).to.equal(`/receipts/${answer.body.id}`)
    const receipt = await receiptWhen(gateway, String(answer.body.id), 'delivered')
    expect(receipt).to.include({ route: 'orders', key: body.id })
    expect(receipt.targets).to.have.length(1)
    expect(receipt.targets[0]).to.include({ target: 'warehouse', state: 'delivered', attempts: 1 })
    const [received] = await warehouse.received()
    expect(JSON.parse(received?.body ?? '')).to.deep.equal({ orderId: body.id, pieces: 4 })
    expect(received?.headers).to.include({
      'idempotency-key': answer.body.id,
      'waybill-message-id': answer.body.id,
      'waybill-attempt': '1',
      'x-correlation-id': 'C-1',
    })
  })

  it('tries again while the target is down: queued, waiting with the reason, delivered with the attempts counted', async () => {
    await warehouse.program({ status: 503, delayMs: 100 }, { status: 500 }, {})
    const id = await order(gateway, goods())
    expect((await receiptOf(gateway, id)).targets[0]).to.include({ state: 'queued', attempts: 0 })
    const waiting = await targetWhen(gateway, id, 'waiting')
    expect(waiting).to.include({ attempts: 1 })
    expect(waiting.lastError).to.match(/^TARGET_UNAVAILABLE: .*503/)
    expect(waiting.nextAttemptAt).to.be.a('string')
    const delivered = await targetWhen(gateway, id, 'delivered')
    expect(delivered.attempts).to.equal(3)
    expect((await warehouse.received()).map(({ headers }) => headers['idempotency-key'])).to.deep.equal([id, id, id])
    const { code, stdout } = await gateway.run('explain', id)
    expect(code).to.equal(0)
    expect(stdout).to.match(/attempt 1 failed: TARGET_UNAVAILABLE[\s\S]*attempt 2 failed: TARGET_UNAVAILABLE[\s\S]*delivered at attempt 3/)
  })

  it('sends to every target of a list, and one that is down keeps none of the others', async () => {
    await books.program({ status: 503 })
    const id = await order(gateway, goods({ kind: 'both' }))
    await until('the warehouse has it', async () => (await warehouse.received()).length === 1)
    expect((await receiptOf(gateway, id)).state).to.equal('accepted')
    await books.program({})
    await receiptWhen(gateway, id, 'delivered')
  })

  it('answers the same key and body with the first receipt, and another body with 409', async () => {
    const body = goods()
    const first = await post(gateway, '/orders', body, { 'idempotency-key': 'K-1' })
    const again = await post(gateway, '/orders', body, { 'idempotency-key': '"K-1"' })
    expect([again.status, again.body.id, again.headers.get('idempotent-replayed')]).to.deep.equal([202, first.body.id, 'true'])
    const other = await post(gateway, '/orders', goods(), { 'idempotency-key': 'K-1' })
    expect([other.status, other.body.code]).to.deep.equal([409, 'KEY_CONFLICT'])
    await receiptWhen(gateway, String(first.body.id), 'delivered')
    expect(await warehouse.received()).to.have.length(1)
  })

  it('takes the same key a hundred times at once as one message (row 21)', async () => {
    const body = goods()
    const answers = await Promise.all(Array.from({ length: 100 }, () => post(gateway, '/orders', body, { 'idempotency-key': 'K-100' })))
    expect(new Set(answers.map(({ status, body: { id } }) => `${status} ${id}`)).size).to.equal(1)
    expect(answers.filter(({ headers }) => headers.get('idempotent-replayed') === null)).to.have.length(1)
    await receiptWhen(gateway, String(answers[0]?.body.id), 'delivered')
    expect(await warehouse.received()).to.have.length(1)
  })

  it('takes two messages without an identity as two', async () => {
    const body = goods()
    expect(await order(gateway, body)).to.not.equal(await order(gateway, body))
  })

  it('knows an order by `once` from another source of the route', async () => {
    const no = `SO-${++keys}`
    const id = await order(gateway, { id: no, kind: 'goods', quantity: 3, once: no })
    const again = await post(gateway, '/second', { no, count: 3 })
    expect([again.status, again.body.id, again.headers.get('idempotent-replayed')]).to.deep.equal([202, id, 'true'])
    const other = await post(gateway, '/second', { no, count: 4 })
    expect([other.status, other.body.code]).to.deep.equal([409, 'KEY_CONFLICT'])
  })

  it('tells the sender what has no route, and accepts what a route filters with its reason', async () => {
    const lost = await post(gateway, '/orders', goods({ kind: 'nothing' }))
    expect([lost.status, lost.body.code]).to.deep.equal([422, 'NO_ROUTE'])
    const filtered = await post(gateway, '/orders', goods({ test: true }))
    expect([filtered.status, filtered.body.state]).to.deep.equal([202, 'filtered'])
    const receipt = await receiptOf(gateway, String(filtered.body.id))
    expect([receipt.state, receipt.because]).to.deep.equal(['filtered', 'test orders stay here'])
  })

  it('tells the sender of a condition that cannot be evaluated', async () => {
    const { status, body } = await post(gateway, '/orders', { id: 'SO-X' })
    expect([status, body.code]).to.deep.equal([422, 'CONDITION_FAILED'])
  })

  it('holds what goes to a paused target, over a restart as well, and lets it go on resume', async () => {
    expect((await gateway.run('pause', 'warehouse')).code).to.equal(0)
    const id = await order(gateway, goods())
    const other = await order(gateway, goods({ kind: 'fee' }))
    await receiptWhen(gateway, other, 'delivered')
    await gateway.end()
    gateway = await gateway.again()
    expect((await receiptOf(gateway, id)).targets[0]).to.include({ attempts: 0 })
    expect(await warehouse.received()).to.have.length(0)
    expect((await gateway.run('resume', 'warehouse')).code).to.equal(0)
    await receiptWhen(gateway, id, 'delivered')
  })
})
