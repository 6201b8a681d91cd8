import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import type { Replayed } from '../../gateway/admin/parts.ts'
import { removeProjects, startProject, type TestGateway } from '../support/gateway.ts'
import { startTarget, type Target } from '../support/target.ts'
import { balanced, order, receiptOf, receiptWhen } from './sender.ts'

const project = (warehouse: string, books: string) => `waybill: 1
name: dead
defaults: { retry: { delays: [20ms], giveUpAfter: 70ms, jitter: 0 } }
systems:
  warehouse: { rest: '${warehouse}' }
  books: { rest: '${books}' }
routes:
  orders:
    from: { rest: POST /orders }
    key: body.id
    to: [{ system: warehouse, transform: [{ map: pick }] }, books]
mappings:
  pick: { rules: { item: body.id } }
`

describe('dead letters', () => {
  let gateway: TestGateway
  let warehouse: Target
  let books: Target

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

  async function deadOrder(id: string): Promise<string> {
    await warehouse.program({ status: 400, body: 'no such item' })
    const message = await order(gateway, { id })
    await receiptWhen(gateway, message, 'failed')
    await warehouse.program({})
    return message
  }

  /** Changes the config, and starts the gateway with it. */
  async function edit(before: string, after: string): Promise<void> {
    const file = join(gateway.dir, 'waybill.yaml')
    writeFileSync(file, readFileSync(file, 'utf8').replace(before, after))
    await gateway.end()
    gateway = await gateway.again()
  }

  it('are made of what a target refuses, at once and with its answer', async () => {
    const id = await deadOrder('SO-1')
    const receipt = await receiptOf(gateway, id)
    expect(receipt.targets.map(({ target, state, attempts }) => [target, state, attempts])).to.have.deep.members([
      ['warehouse', 'dead', 1],
      ['books', 'delivered', 1],
    ])
    const { code, stdout } = await gateway.run('dead', 'show', id)
    expect(code).to.equal(0)
    expect(stdout).to.match(/TARGET_REFUSED[\s\S]*no such item/)
  })

  it('are made of what was given up after the whole policy', async () => {
    await warehouse.program({ status: 503 })
    const id = await order(gateway, { id: 'SO-2' })
    const { targets } = await receiptWhen(gateway, id, 'failed')
    expect(targets.find(({ target }) => target === 'warehouse')?.lastError).to.match(/^EXHAUSTED: /)
  })

  it('are replayed one by one, with the same message id', async () => {
    const id = await deadOrder('SO-3')
    expect((await gateway.run('dead', 'replay', id)).code).to.equal(0)
    await receiptWhen(gateway, id, 'delivered')
    const [received] = await warehouse.received()
    expect(received?.headers['waybill-message-id']).to.equal(id)
    expect((await gateway.run('explain', id)).stdout).to.match(/replayed|opened again/)
  })

  it('are replayed by target', async () => {
    const ids = [await deadOrder('SO-4'), await deadOrder('SO-5')]
    const { code, stdout } = await gateway.run('dead', 'replay', '--target', 'warehouse', '--reason', 'TARGET_REFUSED')
    expect(code).to.equal(0)
    expect(stdout).to.match(/^\d+ deliveries opened again/)
    for (const id of ids) await receiptWhen(gateway, id, 'delivered')
  })

  it("are replayed through today's mapping, as another request of the same message", async () => {
    const id = await deadOrder('SO-6')
    await edit('item: body.id', 'sku: body.id')
    expect((await gateway.run('dead', 'replay', id, '--mapping', 'current')).code).to.equal(0)
    await receiptWhen(gateway, id, 'delivered')
    const [received] = await warehouse.received()
    expect(JSON.parse(received?.body ?? '')).to.deep.equal({ sku: 'SO-6' })
    expect(received?.headers['waybill-message-id']).to.equal(id)
    expect(received?.headers['idempotency-key']).to.equal(`${id}:r1`)
  })

  it("are known to the target by the same key where today's mapping makes the same of them", async () => {
    const id = await deadOrder('SO-8')
    expect((await gateway.run('dead', 'replay', id, '--mapping', 'current')).code).to.equal(0)
    await receiptWhen(gateway, id, 'delivered')
    expect((await warehouse.received())[0]?.headers['idempotency-key']).to.equal(id)
  })

  it("stay dead one by one where today's mapping refuses them, and the others are replayed", async () => {
    await warehouse.program({ status: 400 })
    await books.program({ status: 400 })
    const numbered = await order(gateway, { id: 'SO-9', sku: 9 })
    const bare = await order(gateway, { id: 'SO-10' })
    for (const id of [numbered, bare]) await receiptWhen(gateway, id, 'failed')
    await Promise.all([warehouse.program({}), books.program({})])
    await edit('sku: body.id', 'sku: { value: body.sku, whenMissing: reject }')
    const { code, stdout } = await gateway.run('dead', 'replay', numbered, bare, '--mapping', 'current')
    expect([code, stdout.split('\n')[0]]).to.deep.equal([1, '2 deliveries opened again; waybill undelivered shows how they fare'])
    expect(stdout).to.match(
      new RegExp(`^2 deliveries stay dead:\n  ${bare} books: MAPPING_FAILED [\\s\\S]*${bare} warehouse: MAPPING_FAILED `, 'm'),
    )
    await receiptWhen(gateway, numbered, 'delivered')
    await receiptWhen(gateway, bare, 'failed')
    expect(JSON.parse((await warehouse.received())[0]?.body ?? '')).to.deep.equal({ sku: 9 })
    const first = { selection: { ids: [bare] }, mapping: 'current', limit: 1 }
    const page = (await gateway.api('POST', '/api/dead/replay', first)) as Replayed & { cursor: string }
    const next = (await gateway.api('POST', '/api/dead/replay', { ...first, cursor: page.cursor })) as Replayed
    expect([page, next].map(({ refused }) => refused.map(({ entry }) => entry))).to.deep.equal([['books'], ['warehouse']])
    await edit('sku: { value: body.sku, whenMissing: reject }', 'sku: body.id')
  })

  it("stay dead where today's route no longer chooses them", async () => {
    const id = await deadOrder('SO-11')
    await edit('{ system: warehouse, transform', "{ system: warehouse, when: 'has(body.paid)', transform")
    const { code, stdout } = await gateway.run('dead', 'replay', id, '--mapping', 'current', '--json')
    const { replayed, refused } = JSON.parse(stdout)
    expect([code, replayed, refused]).to.deep.equal([
      1,
      0,
      [{ id, entry: 'warehouse', code: 'NO_ROUTE', detail: "today's route does not choose the entry warehouse with target warehouse" }],
    ])
    await edit("when: 'has(body.paid)', ", '')
    expect((await gateway.run('dead', 'replay', id)).code).to.equal(0)
    await receiptWhen(gateway, id, 'delivered')
  })

  it('are discarded for good, and stay in the ledger', async () => {
    const id = await deadOrder('SO-7')
    expect((await gateway.run('dead', 'discard', id)).code).to.equal(0)
    expect((await receiptOf(gateway, id)).targets.find(({ target }) => target === 'warehouse')?.state).to.equal('discarded')
    expect(await gateway.api('GET', '/api/balance')).to.deep.include({ balanced: true })
    expect((await gateway.run('dead', 'replay', id)).code).to.equal(1)
  })
})
