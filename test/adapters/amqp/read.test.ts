import type { ConsumeMessage } from 'amqplib'
import { expect } from 'chai'
import { type Origin, readMessage, unfit } from '../../../adapters/amqp/read.ts'

const origin: Origin = {
  route: 'orders',
  sourceIndex: 1,
  source: 'amqp orders',
  identityPrefix: 'amqp:orders:',
  contentType: 'application/json',
  readable: true,
  maxBodyBytes: 10,
}
const NOTHING = {
  contentType: undefined,
  contentEncoding: undefined,
  headers: {},
  deliveryMode: undefined,
  priority: undefined,
  correlationId: undefined,
  replyTo: undefined,
  expiration: undefined,
  messageId: undefined,
  timestamp: undefined,
  type: undefined,
  userId: undefined,
  appId: undefined,
  clusterId: undefined,
}

function delivered(properties: Record<string, unknown>, body = '{}', redelivered = false): ConsumeMessage {
  return {
    content: Buffer.from(body),
    fields: { deliveryTag: 1, redelivered, exchange: '', routingKey: 'orders', consumerTag: 'c' },
    properties: { ...NOTHING, ...properties },
  }
}

const TRACE = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'

describe('reading an AMQP message', () => {
  const headers: { name: string; table: Record<string, unknown>; expect: Record<string, string> }[] = [
    { name: 'takes texts', table: { tenant: 'acme', Shop: 'S' }, expect: { tenant: 'acme', Shop: 'S' } },
    {
      name: 'takes numbers and booleans as text',
      table: { n: 7, d: 1.5, t: true, f: false },
      expect: { n: '7', d: '1.5', t: 'true', f: 'false' },
    },
    { name: 'drops the names of queues to copy to', table: { CC: ['other'], BCC: ['other'], cc: 'other', bcc: 'other' }, expect: {} },
    { name: 'drops the history of dead-lettering', table: { 'x-death': [{ count: 1 }], 'x-first-death-queue': 'q' }, expect: {} },
    { name: 'drops what brokers act on', table: { 'x-delay': 5, 'X-Match': 'any', 'user-id': 'u', expiration: '5' }, expect: {} },
    { name: 'keeps what an application calls x-', table: { 'x-tenant': 'acme' }, expect: { 'x-tenant': 'acme' } },
    { name: 'drops our own names', table: { 'waybill-attempt': 9, 'Waybill-Source': 's' }, expect: {} },
    { name: 'drops nested tables and lists', table: { a: { b: 1 }, c: [1, 2] }, expect: {} },
    {
      name: 'drops null, bytes, timestamps and decimals',
      table: { n: null, b: Buffer.from([1]), t: { '!': 'timestamp', value: 1 } },
      expect: {},
    },
    { name: 'drops a line break, which is a second header elsewhere', table: { a: 'x\r\nSet-Cookie: y', 'b\n': 'z' }, expect: {} },
    { name: 'drops a name that reaches for the prototype', table: JSON.parse('{"__proto__":"x","ok":"1"}'), expect: { ok: '1' } },
    { name: 'takes no header that stands on the prototype', table: Object.create({ evil: 'x' }), expect: {} },
  ]
  for (const { name, table, expect: expected } of headers) {
    it(name, () => expect(readMessage(delivered({ headers: table }), origin).headers).to.deep.equal(expected))
  }

  const properties: { name: string; properties: Record<string, unknown>; expect: Record<string, unknown> }[] = [
    { name: 'makes the message-id its identity', properties: { messageId: 'm-1' }, expect: { identity: 'amqp:orders:m-1' } },
    { name: 'keeps a printable correlation-id', properties: { correlationId: 'c 1' }, expect: { correlationId: 'c 1' } },
    { name: 'keeps the content type', properties: { contentType: 'text/xml' }, expect: { contentType: 'text/xml' } },
    { name: 'takes JSON for granted', properties: {}, expect: { contentType: 'application/json' } },
    {
      name: 'takes its deadline',
      properties: { headers: { 'waybill-deadline': '1790000000000' } },
      expect: { expiresAt: 1_790_000_000_000, headers: {} },
    },
    { name: 'takes up a trace', properties: { headers: { traceparent: TRACE } }, expect: { traceparent: TRACE, headers: {} } },
    { name: 'reads the type as the operation', properties: { type: 'order.placed' }, expect: { meta: { operation: 'order.placed' } } },
  ]
  for (const { name, properties: given, expect: expected } of properties) {
    it(name, () => expect(readMessage(delivered(given), origin)).to.deep.include(expected))
  }

  const absent: { name: string; member: string; properties: Record<string, unknown> }[] = [
    { name: 'has no identity without a message-id', member: 'identity', properties: {} },
    { name: 'has no identity for an empty message-id', member: 'identity', properties: { messageId: '' } },
    { name: 'has no deadline for what is none', member: 'expiresAt', properties: { headers: { 'waybill-deadline': 'tomorrow' } } },
    { name: 'has no deadline for an expiration', member: 'expiresAt', properties: { expiration: '1' } },
    { name: 'has no trace where it is malformed', member: 'traceparent', properties: { headers: { traceparent: 'x' } } },
    { name: 'has no trace where it is not a text', member: 'traceparent', properties: { headers: { traceparent: { a: 1 } } } },
    { name: 'has no client for a user-id', member: 'client', properties: { userId: 'guest' } },
  ]
  for (const { name, member, properties: given } of absent) {
    it(name, () => expect(readMessage(delivered(given), origin)).not.to.have.property(member))
  }

  for (const correlationId of ['', 'a\nb', 'grüße', 'x'.repeat(129), undefined]) {
    it(`gives a new correlation-id for ${JSON.stringify(correlationId)?.slice(0, 12)}`, () => {
      expect(readMessage(delivered({ correlationId }), origin).correlationId).to.match(/^[0-9a-f-]{36}$/)
    })
  }

  it('says that the broker brings it again', () => {
    expect(readMessage(delivered({}, '{}', true), origin).redelivered).to.equal(true)
    expect(readMessage(delivered({}), origin)).not.to.have.property('redelivered')
  })

  it('copies no byte of the body', () => {
    const delivery = delivered({})
    expect(readMessage(delivery, origin).body).to.equal(delivery.content)
  })

  const fitness: { name: string; encoding?: string; body?: string; readable?: boolean; code?: string }[] = [
    { name: 'a body above the bound', body: '12345678901', code: 'TOO_LARGE' },
    { name: 'a body at the bound', body: '1234567890' },
    { name: 'a compressed body', encoding: 'gzip', code: 'UNSUPPORTED_TYPE' },
    { name: 'a compressed body that nobody reads', encoding: 'gzip', readable: false },
    { name: "kombu's utf-8", encoding: 'utf-8' },
  ]
  for (const { name, encoding, body, readable = true, code } of fitness) {
    it(`${code ? 'refuses' : 'takes'} ${name}`, () => {
      expect(unfit(delivered({ contentEncoding: encoding }, body), { ...origin, readable })?.code).to.equal(code)
    })
  }
})
