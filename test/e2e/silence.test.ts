import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import amqp from 'amqplib'
import { expect } from 'chai'
import { removeProjects, startProject, type TestGateway } from '../support/gateway.ts'
import { rabbitmq } from '../support/rabbitmq.ts'
import { root } from '../support/root.ts'
import { startTarget, type Target } from '../support/target.ts'
import { until } from '../support/until.ts'
import { post, receiptWhen } from './sender.ts'

const project = (url: string, warehouse: string) => `waybill: 1
name: quiet
queue: { rabbitmq: { url: '${url}' } }
defaults: { retry: { delays: [20ms], jitter: 0 } }
systems: { warehouse: { rest: '${warehouse}' }, carrier: { amqp: orders.us } }
routes: { orders: { from: [{ rest: POST /orders }, { amqp: shop.orders }], to: [warehouse, carrier] } }
`

/** The text files of a project by path, without its store. */
function filesOf(dir: string): Record<string, string> {
  const names = readdirSync(dir, { recursive: true, encoding: 'utf8' }).filter(name => /\.\w+$/.test(name) && !name.startsWith('data'))
  return Object.fromEntries(names.map(name => [name, readFileSync(join(dir, name), 'utf8')]))
}

describe('in normal work the log is silent above debug', function () {
  this.timeout(60_000)
  let gateway: TestGateway | undefined
  let warehouse: Target | undefined
  let connection: amqp.ChannelModel | undefined

  afterEach(async () => {
    await gateway?.end()
    await connection?.close()
    await warehouse?.stop()
    removeProjects()
  })

  it('with the example, but for what the stand-ins answer', async () => {
    const files = filesOf(join(root, 'examples/order-fulfilment'))
    const text = files['waybill.yaml']?.replace(/127\.0\.0\.1:\d+/g, '127.0.0.1:0').replace('delays: [1s, 2s', 'delays: [20ms, 20ms') ?? ''
    gateway = await startProject({ files: { ...files, 'waybill.yaml': text }, args: ['--stand-ins'] })
    const { body } = await post(gateway, '/v1/orders', files['samples/order-us.json'])
    await receiptWhen(gateway, String(body.id), 'delivered', 20_000)
    await gateway.end()
    const lines = gateway
      .log()
      .trim()
      .split('\n')
      .filter(line => !line.startsWith('SIGTERM: '))
    expect(lines.map(line => JSON.parse(line)).map(({ level, message }) => `${level} ${message}`)).to.deep.equal(
      Array(5).fill('info stand-in'),
    )
  })

  it('with RabbitMQ, from the start to the end', async function () {
    const url = await (await rabbitmq(this)).vhost()
    warehouse = await startTarget()
    await warehouse.program({ status: 503 }, {})
    gateway = await startProject({ files: { 'waybill.yaml': project(url, warehouse.url) } })
    const { body } = await post(gateway, '/orders', { id: 'SO-1' })
    await receiptWhen(gateway, String(body.id), 'delivered', 20_000)
    connection = await amqp.connect(url)
    const channel = await connection.createConfirmChannel()
    channel.sendToQueue('shop.orders', Buffer.from('{"id":"SO-2"}'), { contentType: 'application/json', persistent: true })
    const { received } = warehouse
    await until('it came', async () => (await received()).length === 3)
    await gateway.end()
    expect(gateway.log()).to.match(/^SIGTERM: [^\n]*\n$/)
  })
})
