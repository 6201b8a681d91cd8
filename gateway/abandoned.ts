import { newId } from './message.ts'
import type { Metrics } from './metrics.ts'
import type { Abandoned } from './queue/rabbitmq/dead.ts'
import type { Store } from './store/port.ts'

/** Keeps what the broker gave up: a delivery of ours dies in the store, anything else is buried as it came. */
export function createAbandoned(store: Pick<Store, 'settle' | 'bury'>, metrics: Metrics): (abandoned: Abandoned) => Promise<void> {
  return async ({ delivery, queue, reason, messageId, contentType, body }) => {
    const detail = `the broker gave it up in ${queue}: ${reason}`
    const at = Date.now()
    if (delivery) {
      const { messageId: id, entry, attempts, route, target } = delivery
      metrics.dead(route, target, 'BROKER_DEAD_LETTER')
      await store.settle([{ messageId: id, entry, attempts, at, state: 'dead', error: { code: 'BROKER_DEAD_LETTER', detail } }])
      return
    }
    const source = `amqp ${queue}`
    const message = {
      id: newId(at),
      route: '-',
      sourceIndex: 0,
      source,
      correlationId: messageId ?? newId(at),
      contentType,
      headers: {},
      meta: {},
      body,
      receivedAt: at,
    }
    await store.bury([{ message, code: 'BROKER_DEAD_LETTER', detail }])
  }
}
