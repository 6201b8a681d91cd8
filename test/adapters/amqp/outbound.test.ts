import { once } from 'node:events'
import { type AddressInfo, connect, createServer } from 'node:net'
import { expect } from 'chai'
import { createOutbound } from '../../../adapters/amqp/outbound.ts'
import type { Outbound } from '../../../gateway/ports.ts'
import { freePort } from '../../support/port.ts'
import { rabbitmq } from '../../support/rabbitmq.ts'
import { until } from '../../support/until.ts'
import { type Client, connectClient, contextWith, deliveryOf, fresh } from './support.ts'

const never = new AbortController().signal

describe('AMQP out', () => {
  let url = ''
  let client: Client
  const open: Outbound[] = []

  before(async function () {
    this.timeout(120_000)
    url = await (await rabbitmq(this)).vhost()
    client = await connectClient(url)
  })

  afterEach(async () => {
    for (const outbound of open.splice(0)) await outbound.close()
  })

  after(async () => client?.close())

  function target(options: unknown, own?: string): ReturnType<typeof createOutbound> {
    const outbound = createOutbound({ name: 'carrier', options, inFlight: 8 }, contextWith(own))
    open.push(outbound)
    return outbound
  }

  async function codeOf(sending: Promise<unknown>): Promise<unknown> {
    return sending.then(
      () => 'stored',
      (reason: { code?: unknown }) => reason.code,
    )
  }

  it('publishes persistently to a queue of another broker, once confirmed', async () => {
    const queue = await client.queue(fresh('out'))
    await target({ queue, url }).send(deliveryOf({ headers: { tenant: 'acme' } }), never)
    const got = await client.channel.get(queue, { noAck: true })
    if (!got) throw new Error('nothing in the queue')
    expect(got.content.toString()).to.equal('{"id":1}')
    expect(got.properties).to.deep.include({
      contentType: 'application/json',
      deliveryMode: 2,
      messageId: deliveryOf().messageId,
      correlationId: 'c-1',
    })
    expect(got.properties.headers).to.deep.include({ tenant: 'acme', 'waybill-attempt': 1, 'waybill-source': 'rest POST /orders' })
  })

  it('publishes to an exchange with its routing key', async () => {
    const exchange = fresh('events')
    const queue = await client.queue(fresh('out'))
    await client.channel.assertExchange(exchange, 'topic')
    await client.channel.bindQueue(queue, exchange, 'order.*')
    await target({ exchange, routingKey: 'order.placed', url }).send(deliveryOf(), never)
    expect(await client.channel.get(queue, { noAck: true })).to.have.nested.property('fields.routingKey', 'order.placed')
  })

  it('copies to no queue that a header names', async () => {
    const [queue, other] = [await client.queue(fresh('out')), await client.queue(fresh('other'))]
    await target({ queue, url }).send(deliveryOf({ headers: { CC: other, BCC: other } }), never)
    expect(await client.channel.get(queue, { noAck: true })).to.have.property('content')
    expect(await client.channel.get(other, { noAck: true })).to.equal(false)
  })

  it('says that the broker could not route it', async () => {
    expect(await codeOf(target({ queue: fresh('missing'), url }).send(deliveryOf(), never))).to.equal('TARGET_RETURNED')
  })

  it('says that the exchange is missing', async () => {
    expect(await codeOf(target({ exchange: fresh('missing'), routingKey: 'k', url }).send(deliveryOf(), never))).to.equal('TARGET_RETURNED')
  })

  it('gives a message up that cannot be encoded, and sends its neighbours', async () => {
    const queue = await client.queue(fresh('out'))
    const outbound = target({ queue, url })
    const headers = Object.fromEntries(Array.from({ length: 100 }, (_, index) => [`h${index}`, 'x'.repeat(2_000)]))
    const sent = [deliveryOf(), deliveryOf({ headers }), deliveryOf()].map(delivery => codeOf(outbound.send(delivery, never)))
    expect(await Promise.all(sent)).to.deep.equal(['stored', 'TARGET_REFUSED', 'stored'])
  })

  it('says that the queue is full', async function () {
    this.timeout(15_000)
    const queue = fresh('full')
    await client.channel.assertQueue(queue, { durable: true, arguments: { 'x-max-length': 1, 'x-overflow': 'reject-publish' } })
    await client.send(queue, 'first')
    expect(await codeOf(target({ queue, url }).send(deliveryOf(), never))).to.equal('TARGET_UNAVAILABLE')
  })

  it('says that the broker is away', async () => {
    const away = `amqp://127.0.0.1:${await freePort()}`
    expect(await codeOf(target({ queue: 'q', url: away }).send(deliveryOf(), never))).to.equal('TARGET_UNAVAILABLE')
  })

  it('ends its wait with the signal', async () => {
    const queue = await client.queue(fresh('out'))
    expect(await codeOf(target({ queue, url }).send(deliveryOf(), AbortSignal.abort()))).to.equal('TARGET_TIMEOUT')
  })

  it("leaves publishing to the queue on the gateway's own broker, and declares the target's queue", async () => {
    const queue = fresh('orders.us')
    const outbound = target(queue, url)
    expect(outbound.publication?.(deliveryOf())).to.deep.include({ exchange: '', routingKey: queue })
    await outbound.ready?.()
    await client.channel.assertQueue(queue, { durable: true, arguments: { 'x-queue-type': 'quorum' } })
  })

  it("publishes to the gateway's own broker by itself for a caller that waits until the broker has it", async () => {
    const queue = await client.queue(fresh('waited'))
    expect(await codeOf(target(queue, url).send(deliveryOf(), never))).to.equal('stored')
    expect(await client.channel.get(queue, { noAck: true })).to.not.equal(false)
  })

  it('names the connection that declares after its project', async () => {
    const broker = new URL(url)
    const { port, hostname } = broker
    const seen: Buffer[] = []
    const ear = createServer(socket => {
      socket
        .pipe(connect(Number(port), hostname))
        .on('error', () => {})
        .pipe(socket)
        .on('error', () => {})
      socket.on('data', chunk => seen.push(chunk))
    })
    await once(ear.listen(0, '127.0.0.1'), 'listening')
    broker.port = String((ear.address() as AddressInfo).port)
    await target(fresh('named'), broker.href).ready?.()
    ear.close()
    expect(Buffer.concat(seen).toString('latin1')).to.contain('waybill test topology')
  })

  it('publishes itself where the url is that broker under another user', () => {
    const outbound = target({ queue: 'q', url: url.replace('guest:guest', 'partner:secret') }, url)
    expect(outbound).not.to.have.property('publication')
  })

  it('takes a queue of another kind as it is', async () => {
    const queue = fresh('classic')
    await client.channel.assertQueue(queue, { durable: true })
    await target(queue, url).ready?.()
    expect((await client.channel.checkQueue(queue)).queue).to.equal(queue)
  })

  it('goes on declaring while the broker is away', async () => {
    const before = Date.now()
    await target('q', `amqp://127.0.0.1:${await freePort()}`).ready?.()
    await until('that took its bound', () => Date.now() - before > 1_500)
  })

  it('has no place with the embedded queue and no url', () => {
    expect(() => target('orders.us'))
      .to.throw()
      .with.property('code', 'CONFIG_INVALID')
  })
})
