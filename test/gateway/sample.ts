import type { Delivery } from '../../gateway/ports.ts'

/** A delivery with something in every member that a test does not care for. */
export function sampleDelivery(some: Partial<Delivery> = {}): Delivery {
  return {
    messageId: '01900000-0000-7000-8000-000000000001',
    entry: 'warehouse',
    target: 'warehouse',
    route: 'orders',
    source: 'rest POST /orders',
    correlationId: 'c-1',
    contentType: 'application/json',
    headers: {},
    body: Buffer.from('{"id":1}'),
    attempts: 0,
    replays: 0,
    acceptedAt: 1_000,
    ...some,
  }
}
