import { expect } from 'chai'
import { layOperation } from '../../../adapters/amqp/options.ts'
import { addressOf, publicationOf } from '../../../adapters/amqp/publication.ts'
import { faultOf } from '../../../adapters/amqp/sending.ts'
import { GatewayError } from '../../../gateway/errors.ts'
import { deliveryOf } from './support.ts'

const address = addressOf('carrier', { queue: 'orders.us', headers: { region: 'us' } })

describe('writing an AMQP message', () => {
  it('bears id, correlation, attempt, source and trace', () => {
    const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'
    const delivery = deliveryOf({ attempts: 2, traceparent })
    expect(publicationOf(delivery, address)).to.deep.equal({
      exchange: '',
      routingKey: 'orders.us',
      contentType: 'application/json',
      messageId: delivery.messageId,
      correlationId: 'c-1',
      headers: { region: 'us', 'waybill-attempt': 3, 'waybill-source': 'rest POST /orders', traceparent },
      body: delivery.body,
    })
  })

  it("adds the entry to the id where it is not the system's own name", () => {
    const { messageId } = publicationOf(deliveryOf({ entry: 'second', target: 'carrier.ship' }), address)
    expect(messageId).to.equal('01900000-0000-7000-8000-000000000001:second')
  })

  it("carries the message's headers, and none that a broker acts on or that we write", () => {
    const headers = { tenant: 'acme', CC: 'other', bcc: 'other', 'x-death': 'y', 'waybill-source': 'forged', region: 'eu', a: 'b\nc' }
    expect(publicationOf(deliveryOf({ headers }), address).headers).to.deep.equal({
      tenant: 'acme',
      region: 'us',
      'waybill-attempt': 1,
      'waybill-source': 'rest POST /orders',
    })
  })

  it('refuses an id that AMQP cannot carry', () => {
    expect(() => publicationOf(deliveryOf({ entry: 'e'.repeat(219) }), address))
      .to.throw(GatewayError)
      .with.property('code', 'TARGET_REFUSED')
  })

  const types: [string, string][] = [
    ['application/json; charset=utf-8', 'application/json; charset=utf-8'],
    [`application/json ; x=${'y'.repeat(255)}`, 'application/json'],
    [`application/${'y'.repeat(255)}`, 'application/octet-stream'],
  ]
  for (const [contentType, written] of types) {
    it(`writes the type ${contentType.slice(0, 32)} as ${written}`, () => {
      expect(publicationOf(deliveryOf({ contentType }), address).contentType).to.equal(written)
    })
  }
})

describe("a target's address", () => {
  const wrong: [string, Parameters<typeof addressOf>[1]][] = [
    ['neither queue nor exchange', {}],
    ['both', { queue: 'q', exchange: 'e' }],
    ['a queue with a routing key', { queue: 'q', routingKey: 'k' }],
    ['a routing key above 255 bytes', { exchange: 'e', routingKey: 'ü'.repeat(128) }],
  ]
  for (const [name, options] of wrong) {
    it(`refuses ${name}`, () =>
      expect(() => addressOf('x', options))
        .to.throw(GatewayError)
        .with.property('code', 'CONFIG_INVALID'))
  }

  const layers: { name: string; system: unknown; operation: unknown; expect: unknown }[] = [
    { name: 'an operation names its own queue', system: 'a', operation: 'b', expect: { queue: 'b', headers: {} } },
    {
      name: 'an exchange replaces the queue',
      system: { queue: 'a', url: 'u', headers: { x: '1' } },
      operation: { exchange: 'e', routingKey: 'k', headers: { y: '2' } },
      expect: { url: 'u', exchange: 'e', routingKey: 'k', headers: { x: '1', y: '2' } },
    },
    {
      name: 'a routing key alone replaces only that',
      system: { exchange: 'e', routingKey: 'k' },
      operation: { routingKey: 'l' },
      expect: { exchange: 'e', routingKey: 'l', headers: {} },
    },
  ]
  for (const { name, system, operation, expect: expected } of layers) {
    it(name, () => expect(layOperation(system, operation)).to.deep.equal(expected))
  }
})

describe('a publish that was not stored', () => {
  const faults: [Parameters<typeof faultOf>[0], string, string][] = [
    ['returned', 'no queue "q"', 'TARGET_RETURNED'],
    ['no-room', 'it cannot be reached', 'TARGET_UNAVAILABLE'],
    ['refused', 'the broker said no 5 times (nack): is the queue full?', 'TARGET_UNAVAILABLE'],
    ['refused', 'Channel closed by server: 403 (ACCESS-REFUSED) with message "..."', 'TARGET_UNAVAILABLE'],
    ['unfit', 'Channel closed by server: 406 (PRECONDITION-FAILED) with message "message size 9 is larger than ..."', 'TARGET_REFUSED'],
    ['unfit', 'Encoded field table (headers or arguments) exceeds the 65536 byte encoding buffer', 'TARGET_REFUSED'],
  ]
  for (const [result, reason, code] of faults) {
    it(`${result}, ${reason.slice(0, 60)}: ${code}`, () => expect(faultOf(result, 'carrier', reason).code).to.equal(code))
  }
})
