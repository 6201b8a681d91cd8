import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect } from 'chai'
import { createInbound } from '../../../adapters/amqp/inbound.ts'
import { createOutbound } from '../../../adapters/amqp/outbound.ts'
import type { Message } from '../../../gateway/message.ts'
import { rabbitmq } from '../../support/rabbitmq.ts'
import { root } from '../../support/root.ts'
import { until } from '../../support/until.ts'
import { pikaOrSkip } from './pika.ts'
import {
  type Client,
  connectClient,
  contextWith,
  deliveryOf,
  fresh,
  type RecordingGateway,
  recordingGateway,
  sourceWith,
} from './support.ts'

const run = promisify(execFile)
const script = join(root, 'test/adapters/amqp/pika_client.py')

async function pika(...args: string[]): Promise<string> {
  return (await run('python3', [script, ...args])).stdout.trim()
}

describe('with pika on the other side', () => {
  let url = ''
  let client: Client
  let queue = ''
  let gateway: RecordingGateway

  before(async function () {
    this.timeout(120_000)
    await pikaOrSkip(this)
    url = await (await rabbitmq(this)).vhost()
    client = await connectClient(url)
    queue = await client.queue(fresh('from-pika'))
    await client.queue('waybill-stolen')
    gateway = recordingGateway()
    const inbound = createInbound([sourceWith({ queue })], contextWith(url))
    const sent = Number(await pika('send', url, queue))
    await inbound.start(gateway)
    await until('all hostile messages were taken', () => gateway.carried.length + gateway.buried.length === sent)
    await inbound.stop()
  })

  after(async () => client?.close())

  const cases: { name: string; expect: Partial<Message> }[] = [
    { name: 'copies', expect: { headers: { tenant: 'acme' } } },
    { name: 'expiration', expect: { headers: {} } },
    { name: 'user', expect: { headers: {} } },
    { name: 'nested', expect: { headers: { tenant: 'acme' } } },
    { name: 'kinds', expect: { headers: { big: String(2 ** 40), yes: 'true', minus: '-7' } } },
    { name: 'death', expect: { headers: {} } },
    { name: 'names', expect: { headers: { constructor: 'c', gü: 'ß' } } },
  ]
  for (const { name, expect: expected } of cases) {
    it(`takes the message "${name}" without what is hostile in it`, () => {
      const message = gateway.carried.find(one => one.identity === `amqp:${queue}:${name}`)
      expect(message).to.deep.include({ contentType: 'application/json', ...expected })
      expect(message).not.to.have.property('expiresAt')
    })
  }

  it('bounds ids: a printable correlation-id, the message-id as it came', () => {
    const message = gateway.carried.find(one => one.identity === `amqp:${queue}:${'ä'.repeat(127)}`)
    expect(message?.correlationId).to.match(/^[0-9a-f-]{36}$/)
  })

  it('buries what says that it is compressed', () => {
    expect(gateway.buried.map(({ message }) => message.identity)).to.deep.equal([`amqp:${queue}:everything`])
  })

  it('passes bytes on as they are', () => {
    const message = gateway.carried.find(one => one.identity === `amqp:${queue}:binary`)
    expect(Buffer.from(message?.body ?? [])).to.deep.equal(Buffer.from([0, 255, 254]))
  })

  it('leaves nothing behind in the queue', async () => expect(await client.ready(queue)).to.equal(0))

  it('is read by pika when it publishes', async () => {
    const out = await client.queue(fresh('to-pika'))
    const outbound = createOutbound({ name: 'carrier', options: { queue: out, url }, inFlight: 1 }, contextWith())
    await outbound.send(deliveryOf({ headers: { tenant: 'acme', CC: 'waybill-stolen' } }), new AbortController().signal)
    await outbound.close()
    const got: Record<string, unknown> = JSON.parse(await pika('get', url, out))
    expect(got).to.deep.include({
      body: '{"id":1}',
      message_id: deliveryOf().messageId,
      correlation_id: 'c-1',
      content_type: 'application/json',
      delivery_mode: 2,
      expiration: null,
      user_id: null,
    })
    expect(got.headers).to.deep.include({ tenant: 'acme', 'waybill-attempt': 1, 'waybill-source': 'rest POST /orders' })
    expect(got.headers).not.to.have.property('CC')
  })
})
