import { expect } from 'chai'
import { decodeDelivery, encodeDelivery } from '../../../gateway/queue/rabbitmq/delivery-codec.ts'
import { sampleDelivery } from '../sample.ts'

describe('a delivery in its work queue', () => {
  const cases = [
    { name: 'with what every delivery has', delivery: sampleDelivery() },
    { name: 'without a body and its type', delivery: sampleDelivery({ contentType: '', body: Buffer.from('') }) },
    {
      name: 'with all that it may have',
      delivery: sampleDelivery({ key: 'SO-1', traceparent: '00-1-2-01', params: { sku: 'A' }, expiresAt: 5, replays: 3, remapped: 2 }),
    },
  ]
  for (const { name, delivery } of cases) {
    it(`comes back as it was put in, ${name}`, () => {
      const { body, exchange: _, routingKey: __, ...properties } = encodeDelivery(delivery, 'q')
      expect(decodeDelivery(properties as Parameters<typeof decodeDelivery>[0], body)).to.deep.equal(delivery)
    })
  }
})
