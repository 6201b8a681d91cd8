import { expect } from 'chai'
import { silent } from '../../../gateway/log.ts'
import { newId } from '../../../gateway/message.ts'
import type { Publication } from '../../../gateway/ports.ts'
import { ask, openChannel } from '../../../gateway/queue/rabbitmq/channel.ts'
import { type AmqpConnection, createConnection } from '../../../gateway/queue/rabbitmq/connection.ts'
import { createPublisher, type Publisher, type PublisherOptions } from '../../../gateway/queue/rabbitmq/publisher.ts'
import { type FaultyProxy, startProxy } from '../../support/proxy.ts'
import { rabbitmq } from '../../support/rabbitmq.ts'
import { until } from '../../support/until.ts'

const FULL = { durable: true, arguments: { 'x-queue-type': 'quorum', 'x-max-length': 1, 'x-overflow': 'reject-publish' } }
const QUORUM = { durable: true, arguments: { 'x-queue-type': 'quorum' } }

function publication(routingKey: string, more: Partial<Publication> = {}): Publication {
  return {
    exchange: '',
    routingKey,
    contentType: 'text/plain',
    messageId: newId(),
    correlationId: 'c',
    headers: {},
    body: Buffer.from('hello'),
    ...more,
  }
}

describe('the RabbitMQ publisher', () => {
  let url: string
  let amqp: AmqpConnection
  let proxy: FaultyProxy
  let publisher: Publisher
  let reasons: string[]
  let close: () => Promise<void>

  before(async function () {
    this.timeout(120_000)
    const broker = await rabbitmq(this)
    url = await broker.vhost()
    const connection = createConnection({
      url,
      name: 'test',
      log: silent,
      setUp: async given => {
        amqp = given
      },
    })
    await until('connected', () => connection.state().up)
    close = () => connection.close()
    const channel = await openChannel(amqp)
    await ask(done => channel.assertQueue('there', QUORUM, done))
    await ask(done => channel.assertQueue('full', FULL, done))
    proxy = await startProxy(Number(new URL(url).port))
  })
  after(async () => {
    await close?.()
    await proxy?.close()
  })
  afterEach(() => publisher.close())

  const create = async (more: Partial<PublisherOptions> = {}) => {
    reasons = []
    publisher = createPublisher({ url, name: 'test', log: silent, failed: (_, reason) => void reasons.push(reason), ...more })
    await until('it is connected', () => publisher.health().ok)
  }
  const throughProxy = () => Object.assign(new URL(url), { port: String(proxy.port) }).href
  const taken = async (): Promise<string[]> => {
    const channel = await openChannel(amqp)
    const ids: string[] = []
    await ask(done => channel.consume('there', message => message && ids.push(message.properties.messageId), { noAck: true }, done))
    await until(
      'no more come',
      async () => (await ask<{ messageCount: number }>(done => channel.checkQueue('there', done))).messageCount === 0,
    )
    await ask<void>(done => channel.close(() => done(null, undefined)))
    return ids
  }

  const bad: readonly { name: string; bad: Partial<Publication>; result: string; reason: RegExp }[] = [
    { name: 'an exchange that is not there', bad: { exchange: 'nowhere' }, result: 'returned', reason: /no exchange 'nowhere'/ },
    { name: 'an exchange that may not be used', bad: { exchange: 'amq.rabbitmq.trace' }, result: 'refused', reason: /403/ },
    { name: 'a routing key of 300 bytes', bad: { routingKey: 'k'.repeat(300) }, result: 'unfit', reason: /routingKey/ },
    { name: 'a header table over 64 KB', bad: { headers: { h: 'v'.repeat(70_000) } }, result: 'unfit', reason: /encoding buffer/ },
    { name: 'a queue that is not there', bad: { routingKey: 'gone' }, result: 'returned', reason: /no queue "gone"/ },
  ]
  for (const { name, bad: wrong, result, reason } of bad) {
    it(`finds the one with ${name} among 200 good ones`, async () => {
      await create()
      const all = Array.from({ length: 201 }, (_, index) => publication('there', index === 77 ? wrong : {}))
      const results = await publisher.publish(all)
      expect(results[77]).to.equal(result)
      expect(results.filter(one => one === 'stored')).to.have.length(200)
      expect(reasons).to.have.length(1)
      expect(reasons[0]).to.match(reason)
      const good = all.filter((_, index) => index !== 77).map(one => one.messageId)
      expect([...new Set(await taken())].sort()).to.deep.equal(good.sort())
    })
  }

  it('tells the returned one of two with the same message id', async () => {
    await create()
    const messageId = newId()
    const pair = [publication('there', { messageId }), publication('gone', { messageId })]
    expect(await publisher.publish(pair)).to.deep.equal(['stored', 'returned'])
    expect(await taken()).to.have.length(1)
  })

  it('tries again what was nacked, and then gives it back as refused', async () => {
    await create()
    const first = await publisher.publish([publication('full'), publication('there')])
    expect(first).to.deep.equal(['stored', 'stored'])
    let results: readonly string[] = []
    // a quorum queue takes a few over its length before it says no
    for (let round = 0; round < 5 && !results.includes('refused'); round++) {
      results = await publisher.publish([publication('full'), publication('full'), publication('there')])
      expect(results[2]).to.equal('stored')
    }
    expect(results).to.include('refused')
    expect(reasons[0]).to.match(/said no 5 times/)
    await taken()
  })

  it('publishes again, with the same ids, what a cut connection left in doubt', async () => {
    for (const bytes of [2_000, 9_000, 20_000]) {
      await create({ url: throughProxy() })
      proxy.cutAfter(bytes)
      const all = Array.from({ length: 200 }, () => publication('there'))
      const results = await publisher.publish(all)
      expect(new Set(results)).to.deep.equal(new Set(['stored']))
      expect([...new Set(await taken())].sort()).to.deep.equal(all.map(one => one.messageId).sort())
      await publisher.close()
    }
  })

  it('destroys a connection that confirms nothing in time, and publishes again', async () => {
    await create({ url: throughProxy(), confirmTimeoutMs: 200 })
    proxy.stall(true)
    const publishing = publisher.publish([publication('there')])
    await until('it gave the connection up', () => !publisher.health().ok)
    expect(await publisher.publish([publication('there')])).to.deep.equal(['no-room'])
    proxy.stall(false)
    expect(await publishing).to.deep.equal(['stored'])
    await taken()
  })

  describe('with a queue that answers nothing', () => {
    let evaluate: (expression: string) => Promise<string>
    beforeEach(async function () {
      if (process.env.WAYBILL_TEST_AMQP_URL) return this.skip()
      const broker = await rabbitmq(this)
      evaluate = expression => broker.ctl('eval', expression)
    })
    const many = (queue: string, count: number) => publisher.publish(Array.from({ length: count }, () => publication(queue)))
    const declare = async (queue: string) => {
      const channel = await openChannel(amqp)
      await ask(done => channel.assertQueue(queue, QUORUM, done))
      return `'${new URL(url).pathname.slice(1)}_${queue}'`
    }

    it('goes on with the others, and with that one when it answers again', async () => {
      const server = await declare('silent')
      let mute = false
      const warn = (event: string) => {
        mute ||= event === 'destination-mute'
      }
      await create({ muteMs: 200, log: { ...silent, warn } })
      await many('silent', 1)
      await evaluate(`sys:suspend(${server}).`)
      const stuck = many('silent', 20)
      expect(new Set(await many('there', 300))).to.deep.equal(new Set(['stored']))
      await until('it is known to be mute', () => mute)
      expect(await many('silent', 1)).to.deep.equal(['no-room'])
      const room = publisher.room(AbortSignal.timeout(10_000), publication('silent'))
      await evaluate(`sys:resume(${server}).`)
      expect(new Set(await stuck)).to.deep.equal(new Set(['stored']))
      await room
      expect(await many('silent', 1)).to.deep.equal(['stored'])
      await taken()
    })

    it('goes on with the others after the confirm timeout, though the broker has stopped reading', async () => {
      const server = await declare('minority')
      await create({ muteMs: 200, confirmTimeoutMs: 1_000 })
      await many('minority', 1)
      // a second member that does not exist: the queue has lost its majority
      await evaluate(`ra:add_member({${server}, node()}, {${server}, 'nobody@localhost'}, 500).`)
      const stuck = many('minority', 300)
      expect(new Set(await many('there', 300))).to.deep.equal(new Set(['stored']))
      expect(await publisher.publish([publication('minority'), publication('there')])).to.deep.equal(['no-room', 'stored'])
      await publisher.close()
      expect(await stuck).to.include('no-room')
      await taken()
    })
  })

  it('says no-room above its bound, and room again when half has gone', async () => {
    await create()
    const results = publisher.publish(Array.from({ length: 3_000 }, () => publication('there')))
    await publisher.room(AbortSignal.timeout(5_000))
    const counts = (await results).filter(one => one === 'no-room').length
    expect(counts).to.equal(3_000 - 1_024)
    await taken()
  })

  it('gives back what is unconfirmed at close', async () => {
    await create({ url: throughProxy() })
    proxy.stall(true)
    const publishing = publisher.publish([publication('there')])
    proxy.reset()
    proxy.stall(false)
    await publisher.close()
    expect((await publishing)[0]).to.be.oneOf(['stored', 'no-room'])
    await publisher.close()
    await taken()
  })
})
