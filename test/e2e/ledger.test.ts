import { join } from 'node:path'
import Sqlite from 'better-sqlite3'
import { expect } from 'chai'
import { silent } from '../../gateway/log.ts'
import { resolveOptions } from '../../gateway/options.ts'
import { storeOptions } from '../../gateway/store/options.ts'
import { createStore } from '../../gateway/store/sqlite.ts'
import { removeProjects, startProject, type TestGateway } from '../support/gateway.ts'
import { startTarget, type Target } from '../support/target.ts'
import { until } from '../support/until.ts'
import { balanced, order, post, receiptWhen } from './sender.ts'

const project = (warehouse: string, store: string) => `waybill: 1
name: ledger
defaults: { retry: { delays: [50ms], giveUpAfter: 1h, jitter: 0 } }
store: { path: data${store} }
systems:
  warehouse: { rest: '${warehouse}' }
routes:
  orders: { from: { rest: POST /orders }, key: body.id, to: warehouse }
`

describe('the ledger', function () {
  this.timeout(20_000)
  let gateway: TestGateway
  let warehouse: Target

  before(async () => {
    warehouse = await startTarget()
  })
  beforeEach(() => warehouse.program({}))
  afterEach(() => gateway?.end())
  after(async () => {
    await warehouse.stop()
    removeProjects()
  })

  async function start(store = ''): Promise<void> {
    gateway = await startProject({ files: { 'waybill.yaml': project(warehouse.url, store) } })
  }

  /** Removes rows by hand while no gateway runs, as a person with too many rights would. */
  async function removeByHand(sql: string, id: string): Promise<void> {
    await gateway.end()
    const db = new Sqlite(join(gateway.dir, 'data', 'store.db'))
    expect(db.prepare(sql).run(id).changes).to.equal(1)
    db.close()
  }

  const rows = [
    {
      what: 'a delivery',
      sql: 'DELETE FROM deliveries WHERE message_id = ?',
      told: 'accepted for warehouse, and no delivery accounts for it',
    },
    { what: 'a message', sql: 'DELETE FROM messages WHERE id = ?', told: 'a delivery without an accept line' },
  ]
  for (const { what, sql, told } of rows)
    it(`names the id where the row of ${what} was deleted by hand, stopped and running (acceptance 4)`, async () => {
      await start()
      await Promise.all(Array.from({ length: 5 }, (_, index) => order(gateway, { id: `SO-${index}` })))
      const id = await order(gateway, { id: 'SO-gone' })
      await receiptWhen(gateway, id, 'delivered')
      await balanced(gateway)
      await removeByHand(sql, id)
      const stopped = await gateway.run('balance')
      expect(stopped.code).to.equal(1)
      expect(stopped.stdout).to.include(`${id} warehouse: ${told}`)
      gateway = await gateway.again()
      const running = await gateway.run('balance', '--json')
      expect(running.code).to.equal(1)
      expect(JSON.parse(running.stdout).gaps[0]).to.deep.include({ messageId: id, entry: 'warehouse' })
    })

  it('finds a body that is gone from what is undelivered', async () => {
    await start()
    await gateway.run('pause', 'warehouse')
    const id = await order(gateway, { id: 'SO-1' })
    await removeByHand('DELETE FROM bodies WHERE seq = (SELECT seq FROM messages WHERE id = ?)', id)
    const { code, stdout } = await gateway.run('balance')
    expect(code).to.equal(1)
    expect(stdout).to.include(`${id} warehouse: undelivered, and its body is gone`)
  })

  it('has room up to its bound, then answers 503 with Retry-After, and takes orders again once there is room', async () => {
    await start(', bounds: { maxQueued: 10 }')
    await gateway.run('pause', 'warehouse')
    for (let count = 0; count < 10; count++) await order(gateway, { id: `SO-${count}` })
    const refused = await post(gateway, '/orders', { id: 'SO-10' })
    expect([refused.status, refused.body.code]).to.deep.equal([503, 'OVERLOADED'])
    expect(Number(refused.headers.get('retry-after'))).to.be.within(1, 60)
    await gateway.run('resume', 'warehouse')
    await until('there is room again', async () => (await post(gateway, '/orders', { id: 'SO-11' })).status === 202)
    await until('all is delivered', async () => (await gateway.run('undelivered')).code === 0)
    await balanced(gateway)
  })

  it('keeps what is undelivered whatever the retention says, and its counts when settled receipts are pruned', async () => {
    await start(', identityWindow: 10ms, retention: { bodies: 10ms, receipts: 10ms }')
    const settled = await order(gateway, { id: 'SO-old' })
    await receiptWhen(gateway, settled, 'delivered')
    await gateway.run('pause', 'warehouse')
    const waiting = await order(gateway, { id: 'SO-waits' })
    await gateway.end()
    const pruned = await prune(join(gateway.dir, 'data'))
    expect(pruned).to.deep.include({ receipts: 1 })
    gateway = await gateway.again()
    await balanced(gateway)
    expect((await fetch(`${gateway.http}/receipts/${settled}`)).status).to.equal(404)
    await gateway.run('resume', 'warehouse')
    await until('the one that waited is delivered', async () =>
      (await warehouse.received()).some(({ headers }) => headers['waybill-message-id'] === waiting),
    )
    await balanced(gateway)
  })
})

/** What the gateway does once a minute. */
async function prune(path: string): Promise<{ readonly bodies: number; readonly receipts: number }> {
  const retention = { bodies: '10ms', receipts: '10ms' }
  const store = await createStore({ ...resolveOptions(storeOptions, { path, identityWindow: '10ms', retention }), log: silent })
  const pruned = await store.prune(Date.now())
  await store.close()
  return pruned
}
