import amqp from 'amqplib'
import { expect } from 'chai'
import { removeProjects, startProject, type TestGateway } from '../support/gateway.ts'
import { rabbitmq } from '../support/rabbitmq.ts'
import { startTarget, type Target } from '../support/target.ts'
import { until } from '../support/until.ts'
import { balanced, order, post, receiptOf, receiptWhen } from './sender.ts'

const project = (url: string, warehouse: string) => `waybill: 1
name: shop
queue: { rabbitmq: { url: '${url}' } }
defaults: { retry: { delays: [50ms], giveUpAfter: 1h, jitter: 0 } }
systems:
  warehouse: { rest: '${warehouse}' }
  carrier: { amqp: { queue: orders.us } }
  elsewhere: { amqp: { queue: not.there, declare: none } }
routes:
  orders:
    from: [{ rest: POST /orders }, { amqp: { queue: shop.orders } }]
    key: body.id
    once: body.id
    to:
      - warehouse
      - { system: carrier, when: 'has(body.country)', transform: [{ map: order-to-parcel }] }
      - { system: elsewhere, when: 'has(body.far)' }
mappings:
  order-to-parcel: { rules: { parcelFor: body.id, country: body.country } }
`

describe('with RabbitMQ', function () {
  this.timeout(30_000)
  let gateway: TestGateway
  let warehouse: Target
  let connection: amqp.ChannelModel
  let channel: amqp.ConfirmChannel
  let list: (...columns: string[]) => Promise<string[]>

  before(async function () {
    this.timeout(120_000)
    const broker = await rabbitmq(this)
    const url = await broker.vhost()
    const vhost = decodeURIComponent(new URL(url).pathname.slice(1))
    list = async (...columns) => (await broker.ctl('list_queues', '-p', vhost, '--no-table-headers', ...columns)).split('\n')
    warehouse = await startTarget()
    connection = await amqp.connect(url)
    channel = await connection.createConfirmChannel()
    gateway = await startProject({ files: { 'waybill.yaml': project(url, warehouse.url) } })
  })
  beforeEach(() => warehouse?.program({}))
  afterEach(() => balanced(gateway))
  after(async () => {
    await gateway?.end()
    await connection?.close()
    await warehouse?.stop()
    removeProjects()
  })

  async function publish(body: object, properties: amqp.Options.Publish = {}): Promise<void> {
    channel.sendToQueue('shop.orders', Buffer.from(JSON.stringify(body)), {
      contentType: 'application/json',
      persistent: true,
      ...properties,
    })
    await channel.waitForConfirms()
  }

  it('keeps its work in quorum queues, which rabbitmqctl lists (acceptance 2)', async function () {
    const queues = await list('name', 'type').catch(() => undefined)
    if (!queues) {
      console.log('      skipped: a broker given by WAYBILL_TEST_AMQP_URL has no rabbitmqctl here')
      return this.skip()
    }
    expect(queues.map(line => line.split('\t'))).to.deep.include.members([
      ['waybill.shop.warehouse', 'quorum'],
      ['orders.us', 'quorum'],
      ['shop.orders', 'quorum'],
    ])
  })

  it('puts the mapped message into the queue of a target on its own broker', async () => {
    const id = await order(gateway, { id: 'SO-us', country: 'US' })
    await receiptWhen(gateway, id, 'delivered')
    const message = await until('the message is in orders.us', () => channel.get('orders.us', { noAck: true }))
    expect(JSON.parse(message.content.toString())).to.deep.equal({ parcelFor: 'SO-us', country: 'US' })
    expect(message.properties).to.deep.include({ messageId: id, contentType: 'application/json', deliveryMode: 2 })
    expect(message.properties.headers).to.include({ 'waybill-attempt': 1 })
  })

  it('knows an order by `once`, whether it comes by REST or by AMQP', async () => {
    const id = await order(gateway, { id: 'SO-both' })
    await publish({ id: 'SO-both' }, { messageId: 'another' })
    await until('the queue is empty', async () => (await channel.checkQueue('shop.orders')).messageCount === 0)
    await publish({ id: 'SO-amqp' })
    const found = await until('the order from the queue has a receipt', async () => {
      const { items } = (await (await fetch(`${gateway.http}/receipts?key=SO-amqp&route=orders`)).json()) as { items: { id: string }[] }
      return items[0]
    })
    const again = await post(gateway, '/orders', { id: 'SO-amqp' })
    expect([again.body.id, again.headers.get('idempotent-replayed')]).to.deep.equal([found.id, 'true'])
    await receiptWhen(gateway, id, 'delivered')
    await receiptWhen(gateway, found.id, 'delivered')
    expect(await warehouse.received()).to.have.length(2)
  })

  it('buries what comes by AMQP and can never be accepted, with its reason', async () => {
    channel.sendToQueue('shop.orders', Buffer.from('{"id":'), { contentType: 'application/json', persistent: true, messageId: 'broken' })
    const letter = await until('the dead letter', async () => {
      const { items } = (await gateway.api('GET', '/api/dead?reason=NOT_READABLE')) as { items: { target: string }[] }
      return items[0]
    })
    expect(letter.target).to.equal('-')
  })

  it('tells in the receipt of a target whose queue is missing, and delivers once it is there (row 15)', async () => {
    const id = await order(gateway, { id: 'SO-far', far: true })
    await until('the receipt says so', async () => {
      const { targets } = await receiptOf(gateway, id)
      return targets.some(({ target, lastError }) => target === 'elsewhere' && lastError?.startsWith('TARGET_RETURNED'))
    })
    await channel.assertQueue('not.there', { durable: true, arguments: { 'x-queue-type': 'quorum' } })
    await receiptWhen(gateway, id, 'delivered', 15_000)
    const message = await until('the message is there', () => channel.get('not.there', { noAck: true }))
    expect(message.properties.messageId).to.equal(id)
  })

  it("balances with the broker's own counts while it holds a backlog", async () => {
    await gateway.run('pause', 'warehouse')
    for (let count = 0; count < 20; count++) await order(gateway, { id: `SO-held-${count}` })
    const counts = await until('the broker has all of them', async () => {
      const { queue, targets } = (await gateway.api('GET', '/api/balance')) as {
        queue: { target: string; count: number }[]
        targets: { target: string; queued: number }[]
      }
      const [held, queued] = [queue, targets].map(list => list.find(({ target }) => target === 'warehouse'))
      return held && 'count' in held && held.count === 20 && { held, queued }
    })
    expect(counts.queued).to.include({ queued: 20 })
    await gateway.run('resume', 'warehouse')
    await until('all are delivered', async () => (await warehouse.received()).length === 20)
  })
})
