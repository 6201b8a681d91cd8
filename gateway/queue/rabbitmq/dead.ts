import type { ConsumeMessage } from 'amqplib/callback_api'
import type { Delivery, Subscription } from '../../ports.ts'
import type { Consumers } from './consumer.ts'
import { decodeDelivery } from './delivery-codec.ts'
import type { Topology } from './topology.ts'

/** What the broker gave up, or nobody could read. */
export interface Abandoned {
  /** Absent where it is not one of the gateway's: somebody else put it into the queue. */
  readonly delivery: Delivery | undefined
  /** The queue that it was in. */
  readonly queue: string
  /** The broker's word: `delivery_limit`, `rejected`, ... */
  readonly reason: string
  readonly messageId: string | undefined
  readonly contentType: string
  readonly body: Uint8Array
}

/** Reads the dead-letter queue of the work queues; each message is acknowledged after `keep` resolved. */
export function readDead(consumers: Consumers, topology: Topology, keep: (abandoned: Abandoned) => Promise<void>): Promise<Subscription> {
  return consumers.consume({
    queue: topology.deadQueue,
    inFlight: 4,
    handle: message => keep(abandoned(message, topology.deadQueue)),
    missing: connection => topology.declare(connection, topology.deadQueue),
  })
}

function abandoned({ properties, content }: ConsumeMessage, deadQueue: string): Abandoned {
  const [death] = properties.headers?.['x-death'] ?? []
  return {
    delivery: decodeDelivery(properties, content),
    queue: death?.queue ?? deadQueue,
    reason: death?.reason ?? 'put here by hand',
    messageId: typeof properties.messageId === 'string' ? properties.messageId : undefined,
    contentType: typeof properties.contentType === 'string' ? properties.contentType : 'application/octet-stream',
    body: content,
  }
}
