import amqp from 'amqplib'
import { expect } from 'chai'
import type { BalanceView } from '../../gateway/admin/views.ts'
import { removeProjects, startProject, type TestGateway } from '../support/gateway.ts'
import { rabbitmq } from '../support/rabbitmq.ts'
import { startTarget, type Target } from '../support/target.ts'
import { until } from '../support/until.ts'
import { balanced, order, receiptWhen } from './sender.ts'

const project = (url: string, warehouse: string) => `waybill: 1
name: shop
queue: { rabbitmq: { url: '${url}' } }
systems: { warehouse: { rest: '${warehouse}' } }
routes: { orders: { from: { rest: POST /orders }, to: warehouse } }
`
const QUEUE = 'waybill.shop.warehouse'

describe('the balance, where the broker has lost what it confirmed', function () {
  this.timeout(30_000)
  let gateway: TestGateway
  let warehouse: Target
  let connection: amqp.ChannelModel
  let channel: amqp.Channel

  before(async function () {
    this.timeout(120_000)
    const url = await (await rabbitmq(this)).vhost()
    connection = await amqp.connect(url)
    channel = await connection.createChannel()
    warehouse = await startTarget()
    gateway = await startProject({ files: { 'waybill.yaml': project(url, warehouse.url) } })
    await gateway.run('pause', 'warehouse')
  })
  after(async () => {
    await gateway?.end()
    await connection?.close()
    await warehouse?.stop()
    removeProjects()
  })

  async function counts() {
    const { queue, targets } = (await gateway.api('GET', '/api/balance')) as BalanceView
    return [queue[0]?.count, targets[0]?.atBroker]
  }

  it('names the target and both counts, and is even again once the queue was deleted and filled anew', async () => {
    const ids: string[] = []
    for (let index = 0; index < 5; index++) ids.push(await order(gateway, { id: `SO-${index}` }))
    await until('the broker has all', async () => `${await counts()}` === '5,5')
    await balanced(gateway)

    await channel.purgeQueue(QUEUE)
    const { code, stdout } = await gateway.run('balance')
    expect(code).to.equal(1)
    expect(stdout).to.match(/^It does not balance: 1 gap\.$/m)
    expect(stdout).to.match(/^ {2}- -: warehouse: the store counts 5 with the broker, its queue holds 0; delete the target's work queue/m)

    await channel.deleteQueue(QUEUE)
    await gateway.run('resume', 'warehouse')
    for (const id of ids) await receiptWhen(gateway, id, 'delivered')
    await balanced(gateway)
  })

  it('tells of a surplus, which is lawful', async () => {
    await gateway.run('pause', 'warehouse')
    await order(gateway, { id: 'SO-twice' })
    await until('the broker has it', async () => `${await counts()}` === '1,1')
    const copy = await until('a copy', () => channel.get(QUEUE))
    channel.sendToQueue(QUEUE, copy.content, { ...copy.properties, persistent: true })
    channel.nack(copy)
    const { stdout } = await until('the broker has both', async () => {
      const found = await gateway.run('balance')
      return found.stdout.includes('holds 2 deliveries') && found
    })
    expect(stdout).to.match(/^The queue of warehouse holds 2 deliveries, 1 more than are unsettled: repeats/m)
    expect((await gateway.run('balance')).code).to.equal(0)
    await gateway.run('resume', 'warehouse')
    await until('one of them arrived', async () => (await warehouse.received()).length > 0)
  })
})
