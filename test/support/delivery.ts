import { newId } from '../../gateway/message.ts'
import type { Delivery } from '../../gateway/ports.ts'

/** A delivery to `warehouse` that needs no more than what the test is about. */
export function deliveryOf(delivery: Partial<Delivery> = {}): Delivery {
  return {
    messageId: newId(),
    entry: 'warehouse',
    target: 'warehouse',
    route: 'orders',
    source: 'rest POST /orders',
    correlationId: 'correlation-1',
    contentType: 'application/json',
    headers: {},
    body: Buffer.from('{"id":"SO-1"}'),
    attempts: 0,
    replays: 0,
    acceptedAt: Date.now(),
    ...delivery,
  }
}
