import { expect } from 'chai'
import { silent } from '../../../gateway/log.ts'
import type { Delivery, Queue } from '../../../gateway/ports.ts'
import { ask, openChannel } from '../../../gateway/queue/rabbitmq/channel.ts'
import { type AmqpConnection, createConnection } from '../../../gateway/queue/rabbitmq/connection.ts'
import type { Abandoned } from '../../../gateway/queue/rabbitmq/dead.ts'
import { createRabbitmqQueue } from '../../../gateway/queue/rabbitmq/queue.ts'
import { delivery } from '../../conformance/queue.ts'
import { rabbitmq } from '../../support/rabbitmq.ts'
import { until } from '../../support/until.ts'

describe('the queues on RabbitMQ', () => {
  let url: string
  let amqp: AmqpConnection
  let close: () => Promise<void>
  let queue: Queue
  const abandoned: Abandoned[] = []

  before(async function () {
    this.timeout(120_000)
    url = await (await rabbitmq(this)).vhost()
    const connection = createConnection({
      url,
      name: 'test',
      log: silent,
      setUp: async given => {
        amqp = given
      },
    })
    close = () => connection.close()
    await until('connected', () => connection.state().up)
  })
  after(() => close?.())
  afterEach(() => queue.close())

  const create = async (...targets: string[]) => {
    abandoned.length = 0
    queue = createRabbitmqQueue({ url, project: 'p', log: silent, abandoned: async one => void abandoned.push(one) })
    await queue.start(targets)
  }
  const withChannel = async <T>(
    call: (channel: Awaited<ReturnType<typeof openChannel>>, done: (e: Error | null, r: T) => void) => unknown,
  ) => {
    const channel = await openChannel(amqp)
    return ask<T>(done => call(channel, done))
  }
  const none = { inFlight: 4, lost: async () => {} }

  it('tells once, at the first start, that a queue was made anew', async () => {
    let lost = 0
    await create('fresh')
    await queue.consume('fresh', async () => {}, { inFlight: 4, lost: async () => void lost++ })
    await queue.close()
    await create('fresh')
    await queue.consume('fresh', async () => {}, { inFlight: 4, lost: async () => void lost++ })
    expect(lost).to.equal(1)
  })

  it('declares a queue again that was deleted under its consumer, and says that its content is lost', async () => {
    await create('deleted')
    const seen: Delivery[] = []
    let lost = 0
    await queue.consume('deleted', async one => void seen.push(one), { inFlight: 4, lost: async () => void lost++ })
    await until('it consumes', async () => (await queue.publish([{ delivery: delivery('deleted') }]))[0] === 'stored' && seen.length > 0)
    await withChannel((channel, done) => channel.deleteQueue('waybill.p.deleted', {}, done))
    await until('it was told', () => lost === 2)
    const next = delivery('deleted')
    await until('it takes again', async () => (await queue.publish([{ delivery: next }]))[0] === 'stored')
    await until('the next one came', () => seen.some(one => one.messageId === next.messageId))
  })

  it('declares a queue again that a publish found missing, and meanwhile leaves the delivery in the store', async () => {
    await create('paused')
    let lost = 0
    const subscription = await queue.consume('paused', async () => {}, { inFlight: 4, lost: async () => void lost++ })
    await until('the consumer is there', async () => (await queue.count('paused')) === 0)
    await subscription.limit(0)
    await withChannel((channel, done) => channel.deleteQueue('waybill.p.paused', {}, done))
    const parcel = { delivery: delivery('paused') }
    expect(await queue.publish([parcel])).to.deep.equal(['no-room'])
    await queue.room('paused', AbortSignal.timeout(5_000))
    expect(await queue.publish([parcel])).to.deep.equal(['stored'])
    expect(lost).to.equal(2)
  })

  it('uses a queue that is not as declared, and says in health what differs', async () => {
    const options = { durable: true, arguments: { 'x-queue-type': 'quorum', 'x-delivery-limit': 3 } }
    await withChannel((channel, done) => channel.assertQueue('waybill.p.drifted', options, done))
    await create('drifted', 'straight')
    const { ok, detail } = queue.health()
    expect(ok).to.equal(true)
    expect(detail).to.match(/queue waybill\.p\.drifted is not as declared.*x-dead-letter-exchange|x-delivery-limit|x-overflow/)
    expect(detail).to.not.include('straight')
    const seen: Delivery[] = []
    await queue.consume('drifted', async one => void seen.push(one), none)
    expect(await queue.publish([{ delivery: delivery('drifted') }, { delivery: delivery('straight') }])).to.deep.equal(['stored', 'stored'])
    await until('it came', () => seen.length === 1)
  })

  it('says of a publication of a target itself where it could not go', async () => {
    await create('direct')
    const one = delivery('direct')
    const publication = { exchange: '', routingKey: 'orders.us', contentType: 'text/plain', messageId: one.messageId, correlationId: 'c' }
    const parcel = { delivery: one, publication: { ...publication, headers: {}, body: one.body } }
    expect(await queue.publish([parcel, { delivery: delivery('direct') }])).to.deep.equal(['returned', 'stored'])
    await withChannel((channel, done) => channel.assertQueue('orders.us', { durable: true }, done))
    expect(await queue.publish([parcel])).to.deep.equal(['stored'])
  })

  it('hands over what the broker gave up', async () => {
    await create('given-up')
    const one = delivery('given-up', { key: 'K', headers: { 'x-a': 'b' } })
    await queue.publish([{ delivery: one }])
    const channel = await openChannel(amqp)
    await ask(done => channel.consume('waybill.p.given-up', message => message && channel.reject(message, false), {}, done))
    await until('it was handed over', () => abandoned.length === 1)
    expect(abandoned[0]).to.include({ queue: 'waybill.p.given-up', reason: 'rejected', messageId: one.messageId })
    expect(abandoned[0]?.delivery).to.deep.include({ messageId: one.messageId, entry: 'given-up', key: 'K', headers: { 'x-a': 'b' } })
  })

  it('hands over what somebody else put into a work queue', async () => {
    await create('foreign')
    await queue.consume('foreign', async () => expect.fail('it is not a delivery'), none)
    const channel = await openChannel(amqp)
    channel.sendToQueue('waybill.p.foreign', Buffer.from('hi'), { messageId: 'm-1', headers: { 'waybill-headers': '{' } })
    await until('it was handed over', () => abandoned.length === 1)
    expect(abandoned[0]).to.include({ delivery: undefined, messageId: 'm-1', reason: 'not a delivery of this gateway' })
    await until('it left the queue', async () => (await queue.count('foreign')) === 0)
  })
})
