import type { ConsumeMessage } from 'amqplib'
import { expect } from 'chai'
import type { AdapterContext } from '../../../adapters/adapter.ts'
import { createOutbound } from '../../../adapters/amqp/outbound.ts'
import type { Outbound, Prepared } from '../../../gateway/ports.ts'
import { freePort } from '../../support/port.ts'
import { rabbitmq } from '../../support/rabbitmq.ts'
import { until } from '../../support/until.ts'
import { type Client, connectClient, contextWith, deliveryOf, fresh } from './support.ts'

const never = new AbortController().signal

describe('AMQP systems that answer', () => {
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

  function target(
    options: Record<string, unknown>,
    name: string,
    context: AdapterContext = contextWith(url),
  ): Outbound & Partial<Prepared> {
    const outbound = createOutbound({ name, options, inFlight: 8 }, context)
    open.push(outbound)
    return outbound
  }

  /** A queue whose every request is given to `answer`. */
  async function serve(answer: (request: ConsumeMessage) => void): Promise<string> {
    const queue = await client.queue(fresh('rpc'))
    await client.channel.consume(queue, request => request && answer(request), { noAck: true })
    return queue
  }

  function reply({ properties }: ConsumeMessage, body: string): Promise<void> {
    return client.send(properties.replyTo, body, { correlationId: properties.correlationId, contentType: 'text/plain' })
  }

  it('resolves each send with the reply to it, whatever their order', async () => {
    const requests: ConsumeMessage[] = []
    const queue = await serve(request => {
      if (requests.push(request) === 3) for (const one of requests.reverse()) void reply(one, `to ${one.content}`)
    })
    const stock = target({ queue, reply: { withinMs: 5_000, maxReplyBytes: 100, errorHeader: 'e' } }, fresh('stock'))
    const answers = await Promise.all(
      ['a', 'b', 'c'].map(body =>
        stock.send(deliveryOf({ messageId: `01900000-0000-7000-8000-00000000000${body}`, body: Buffer.from(body) }), never),
      ),
    )
    expect(answers.map(answer => Buffer.from(answer?.body ?? []).toString())).to.deep.equal(['to a', 'to b', 'to c'])
    expect(answers[0]).to.deep.include({ status: 200, contentType: 'text/plain' })
  })

  it('shares one reply queue between the operations of a system', async () => {
    const queue = await serve(request => void reply(request, String(request.content)))
    const name = fresh('shared')
    const context = contextWith(url)
    const operations = ['ask', 'count'].map(operation => target({ queue, reply: true }, `${name}.${operation}`, context))
    for (let round = 0; round < 5; round++) {
      for (const [index, operation] of operations.entries()) {
        const answer = await operation.send(deliveryOf({ entry: `e${index}`, body: Buffer.from(String(index)) }), never)
        expect(Buffer.from(answer?.body ?? []).toString()).to.equal(String(index))
      }
    }
  })

  it('says TARGET_TIMEOUT when no reply comes in time, and gives the reply that comes then to the gateway until that has it', async () => {
    let request: ConsumeMessage | undefined
    const queue = await serve(one => {
      request = one
    })
    const late: string[] = []
    let failures = 1
    const lateReply: AdapterContext['lateReply'] = async key => {
      if (failures-- > 0) throw new Error('the store is away')
      late.push(key)
      return true
    }
    const name = fresh('slow')
    const stock = target({ queue, reply: { withinMs: 300, maxReplyBytes: 100, errorHeader: 'e' } }, name, {
      ...contextWith(url),
      lateReply,
    })
    await stock.ready?.()
    const refused = await stock.send(deliveryOf(), never).catch(error => error)
    expect(refused).to.have.property('code', 'TARGET_TIMEOUT')
    const seen = await until('the request came', () => request)
    await reply(seen, 'late')
    await until('it was kept', () => late.length > 0)
    expect(late).to.deep.equal([deliveryOf().messageId])
  })

  it('declares a reply queue anew that somebody deletes', async () => {
    const queue = await serve(request => void reply(request, 'here'))
    const name = fresh('deleted')
    const stock = target({ queue, reply: true }, name)
    await stock.ready?.()
    await client.channel.deleteQueue(`waybill.test.replies.${name}`)
    const answer = await until('an answer came', async () => {
      const patience = AbortSignal.timeout(500)
      return (await stock.send(deliveryOf(), patience).catch(() => undefined)) ?? false
    })
    expect(Buffer.from(answer.body).toString()).to.equal('here')
  })

  it('publishes nothing while there is no reply queue to answer to', async () => {
    const away = `amqp://127.0.0.1:${await freePort()}`
    const stock = target({ queue: 'x', url: away, reply: true }, fresh('away'))
    const refused = await stock.send(deliveryOf(), never).catch(error => error)
    expect(refused).to.have.property('code', 'TARGET_UNAVAILABLE')
  })
})
