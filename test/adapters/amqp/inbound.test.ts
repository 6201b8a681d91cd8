import { expect } from 'chai'
import { createInbound } from '../../../adapters/amqp/inbound.ts'
import { GatewayError } from '../../../gateway/errors.ts'
import type { Gateway, Inbound } from '../../../gateway/ports.ts'
import { freePort } from '../../support/port.ts'
import { startProxy } from '../../support/proxy.ts'
import { type RabbitNode, rabbitmq } from '../../support/rabbitmq.ts'
import { until } from '../../support/until.ts'
import { type Client, connectClient, contextWith, fresh, recordingGateway, sourceWith } from './support.ts'

const textOf = ({ body }: { body: Uint8Array }) => Buffer.from(body).toString()

describe('AMQP in', () => {
  let broker: Pick<RabbitNode, 'url' | 'vhost' | 'ctl'>
  let url = ''
  let client: Client
  let proxy: Awaited<ReturnType<typeof startProxy>>
  const running: Inbound[] = []

  before(async function () {
    this.timeout(120_000)
    broker = await rabbitmq(this)
    url = await broker.vhost()
    client = await connectClient(url)
    proxy = await startProxy(Number(new URL(url).port))
  })

  afterEach(async () => {
    for (const inbound of running.splice(0)) await inbound.stop()
  })

  after(async () => {
    await client?.close()
    await proxy?.close()
  })

  async function start(gateway: Gateway, options: Record<string, unknown>, own = url): Promise<Inbound> {
    const inbound = createInbound([sourceWith(options)], contextWith(own))
    running.push(inbound)
    await inbound.start(gateway)
    return inbound
  }

  /** Resolves when the broker holds nothing of the queue: neither ready nor unacknowledged. */
  async function emptied(inbound: Inbound, queue: string): Promise<void> {
    await inbound.stop()
    expect(await client.ready(queue), `left in ${queue}`).to.equal(0)
  }

  it("carries from a queue of the gateway's own broker, and acknowledges after it", async () => {
    const gateway = recordingGateway()
    const queue = fresh('own')
    const inbound = await start(gateway, { queue })
    for (const body of ['1', '2', '3']) await client.send(queue, body, { messageId: `m-${body}` })
    await until('all were carried', () => gateway.carried.length === 3)
    expect(gateway.carried.map(textOf)).to.deep.equal(['1', '2', '3'])
    expect(gateway.carried[0]).to.deep.include({ route: 'orders', source: `amqp ${queue}`, identity: `amqp:${queue}:m-1` })
    await emptied(inbound, queue)
  })

  it('accepts from a queue of another broker, in batches', async () => {
    const gateway = recordingGateway()
    const queue = await client.queue(fresh('foreign'))
    for (let index = 0; index < 100; index++) void client.send(queue, String(index))
    await client.channel.waitForConfirms()
    const inbound = await start(gateway, { queue, url }, 'amqp://elsewhere.example')
    await until('all were accepted', () => gateway.accepted.length === 100)
    expect(gateway.accepted.map(textOf)).to.deep.equal(Array.from({ length: 100 }, (_, index) => String(index)))
    expect(gateway.batches.length).to.be.lessThan(50)
    expect(gateway.carried).to.have.length(0)
    await emptied(inbound, queue)
  })

  it('binds its queue to an exchange with each key', async () => {
    const exchange = fresh('events')
    await client.channel.assertExchange(exchange, 'topic')
    const gateway = recordingGateway()
    const queue = fresh('bound')
    await start(gateway, { queue, exchange, bindingKey: ['order.*', 'invoice.paid'] })
    for (const key of ['order.placed', 'invoice.paid', 'invoice.sent', 'order.closed'])
      client.channel.publish(exchange, key, Buffer.from(key))
    await until('three came', () => gateway.carried.length === 3)
    expect(gateway.carried.map(textOf)).to.deep.equal(['order.placed', 'invoice.paid', 'order.closed'])
  })

  it('binds to a headers exchange with arguments', async () => {
    const exchange = fresh('by-header')
    await client.channel.assertExchange(exchange, 'headers')
    const gateway = recordingGateway()
    await start(gateway, { queue: fresh('bound'), exchange, arguments: { 'x-match': 'all', country: 'DE' } })
    for (const country of ['US', 'DE']) client.channel.publish(exchange, '', Buffer.from(country), { headers: { country } })
    await until('the German one came', () => gateway.carried.length === 1)
    expect(gateway.carried.map(textOf)).to.deep.equal(['DE'])
  })

  it('takes a queue of another kind as it is', async () => {
    const queue = fresh('classic')
    await client.channel.assertQueue(queue, { durable: true })
    const gateway = recordingGateway()
    await start(gateway, { queue })
    await client.send(queue, '1')
    await until('it came', () => gateway.carried.length === 1)
  })

  it('stops taking while the gateway is full: the prefetch is held, the rest stays in its queue, nothing is lost', async () => {
    let full = true
    const gateway = recordingGateway({
      accept: async messages => {
        if (full) throw new GatewayError('OVERLOADED', 'full')
        return messages.map(({ id }) => ({ id, state: 'accepted', replayed: false }))
      },
    })
    const queue = await client.queue(fresh('full'))
    for (let index = 0; index < 30; index++) void client.send(queue, String(index))
    await client.channel.waitForConfirms()
    const inbound = await start(gateway, { queue, url, prefetch: 10 }, 'amqp://elsewhere.example')
    await until('it was tried more than once', () => gateway.batches.length > 2)
    expect(await client.ready(queue)).to.equal(20)
    expect(Math.max(...gateway.batches)).to.be.at.most(10)
    full = false
    await until('all were accepted', () => gateway.accepted.length === 30)
    await emptied(inbound, queue)
  })

  it('gives back what it holds when it stops', async () => {
    const gateway = recordingGateway({ carry: () => Promise.reject(new GatewayError('OVERLOADED', 'full')) })
    const queue = fresh('stopped')
    const inbound = await start(gateway, { queue })
    for (const body of ['1', '2']) await client.send(queue, body)
    await until('both are held', async () => (await client.ready(queue)) === 0)
    await inbound.stop()
    await inbound.stop()
    await until('both are back', async () => (await client.ready(queue)) === 2)
  })

  it('buries a body above the bound, and acknowledges it', async () => {
    const gateway = recordingGateway()
    const queue = fresh('large')
    const inbound = await start(gateway, { queue, maxBody: '1KB' })
    await client.send(queue, 'x'.repeat(1_025))
    await client.send(queue, 'x')
    await until('both were taken', () => gateway.buried.length + gateway.carried.length === 2)
    expect(gateway.buried[0]?.reason).to.have.property('code', 'TOO_LARGE')
    await emptied(inbound, queue)
  })

  it('sets everything up again after its connection was cut, and sends what was on its way once', async () => {
    const gates: (() => void)[] = []
    const gateway = recordingGateway({ carry: () => new Promise(resolve => gates.push(resolve)) })
    const queue = fresh('cut')
    const inbound = await start(gateway, { queue }, url.replace(/:\d+\//, `:${proxy.port}/`))
    await client.send(queue, '1', { messageId: 'm-1' })
    await until('it is on its way', () => gates.length === 1)
    proxy.reset()
    await until('it is consumed again', async () => (await client.channel.checkQueue(queue)).consumerCount === 1)
    await client.send(queue, '2', { messageId: 'm-2' })
    await until('the next came', () => gates.length === 2)
    for (const release of gates) release()
    await until('both were carried', () => gateway.carried.length === 2)
    expect(gateway.carried.map(textOf)).to.deep.equal(['1', '2'])
    await emptied(inbound, queue)
  })

  it('says that a message comes again', async () => {
    const gateway = recordingGateway()
    const queue = await client.queue(fresh('again'))
    await client.send(queue, '1', { messageId: 'm-1' })
    const other = await connectClient(url)
    await other.channel.get(queue)
    await other.close()
    await until('it is back', async () => (await client.ready(queue)) === 1)
    await start(gateway, { queue })
    await until('it came', () => gateway.carried.length === 1)
    expect(gateway.carried[0]?.redelivered).to.equal(true)
  })

  it('declares its queue again when somebody deleted it', async () => {
    const gateway = recordingGateway()
    const queue = fresh('deleted')
    await start(gateway, { queue })
    await client.channel.deleteQueue(queue)
    await until('it is there again', async () => {
      const looker = await connectClient(url)
      const found = await looker.ready(queue).catch(() => undefined)
      await looker.close()
      return found === 0
    })
    // A quorum queue that replaces one of the same name refuses for a moment.
    await until('it takes messages', () =>
      client.send(queue, '1').then(
        () => true,
        () => false,
      ),
    )
    await until('it flows again', () => gateway.carried.length >= 1)
  })

  it('waits for a queue that it may not declare', async () => {
    const gateway = recordingGateway()
    const queue = fresh('later')
    await start(gateway, { queue, declare: false })
    await client.queue(queue)
    await client.send(queue, '1')
    await until('it came', () => gateway.carried.length === 1)
  })

  it('starts while its broker is away', async () => {
    await start(recordingGateway(), { queue: 'orders', url: `amqp://127.0.0.1:${await freePort()}` })
  })

  it('refuses to start where there is no broker at all', async () => {
    const inbound = createInbound([sourceWith({ queue: 'orders' })], contextWith())
    const error = await inbound.start(recordingGateway()).then(
      () => undefined,
      (reason: unknown) => reason,
    )
    expect(error).to.have.property('code', 'CONFIG_INVALID')
    await inbound.stop()
  })
})
