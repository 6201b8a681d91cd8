import type { Delivery, Plan, Planned } from './ports.ts'

/** The delivery of a planned entry, before its first attempt. */
export function firstDelivery({ message, key }: Plan, planned: Planned): Delivery {
  return {
    messageId: message.id,
    entry: planned.entry,
    target: planned.target,
    route: message.route,
    source: message.source,
    key,
    correlationId: message.correlationId,
    traceparent: message.traceparent,
    contentType: planned.contentType,
    headers: planned.headers,
    params: planned.params,
    body: planned.body,
    ...(planned.stored && { stored: planned.stored }),
    attempts: 0,
    replays: 0,
    waits: 0,
    acceptedAt: message.receivedAt,
    expiresAt: message.expiresAt,
  }
}
