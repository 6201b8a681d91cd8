import type { MessageProperties } from 'amqplib/callback_api'
import { type Headers, type StoredBody, storedOf, storedText } from '../../message.ts'
import type { Delivery, Publication } from '../../ports.ts'

// AMQP 0-9-1 section 4.2.5.3: a short string holds 255 bytes. 85 characters never have more.
const SHORT_CHARS = 85

/** A delivery for its work queue: body as it is, all else in properties and `waybill-` headers. What senders chose is one header of JSON, so that no name or length of theirs can mean anything to the broker. */
export function encodeDelivery(delivery: Delivery, queue: string): Publication {
  const { messageId, contentType, correlationId } = delivery
  const headers: Record<string, string | number> = {
    'waybill-entry': delivery.entry,
    'waybill-target': delivery.target,
    'waybill-route': delivery.route,
    'waybill-source': delivery.source,
    'waybill-attempt': delivery.attempts,
    'waybill-replays': delivery.replays,
    'waybill-accepted': delivery.acceptedAt,
    'waybill-headers': JSON.stringify(delivery.headers),
  }
  if (delivery.key !== undefined) headers['waybill-key'] = delivery.key
  if (delivery.traceparent !== undefined) headers.traceparent = delivery.traceparent
  if (delivery.params !== undefined) headers['waybill-params'] = JSON.stringify(delivery.params)
  const stored = storedText(delivery.stored)
  if (stored !== null) headers['waybill-stored'] = stored
  if (delivery.remapped !== undefined) headers['waybill-remapped'] = delivery.remapped
  if (delivery.expiresAt !== undefined) headers['waybill-expires'] = delivery.expiresAt
  if (contentType.length > SHORT_CHARS) headers['waybill-content-type'] = contentType
  if (correlationId.length > SHORT_CHARS) headers['waybill-correlation-id'] = correlationId
  return {
    exchange: '',
    routingKey: queue,
    contentType: contentType.slice(0, SHORT_CHARS),
    messageId,
    correlationId: correlationId.slice(0, SHORT_CHARS),
    headers,
    body: delivery.body,
  }
}

/** The delivery that `encodeDelivery` wrote; undefined for what somebody else put into the queue. */
export function decodeDelivery(properties: MessageProperties, body: Uint8Array): Delivery | undefined {
  const headers: Readonly<Record<string, unknown>> = properties.headers ?? {}
  const messageId = text(properties.messageId)
  const entry = text(headers['waybill-entry'])
  const target = text(headers['waybill-target'])
  const own = readHeaders(headers['waybill-headers'])
  if (messageId === undefined || entry === undefined || target === undefined || own === undefined) return undefined
  return {
    messageId,
    entry,
    target,
    route: text(headers['waybill-route']) ?? '',
    source: text(headers['waybill-source']) ?? '',
    correlationId: text(headers['waybill-correlation-id']) ?? text(properties.correlationId) ?? messageId,
    contentType: text(headers['waybill-content-type']) ?? text(properties.contentType) ?? 'application/octet-stream',
    headers: own,
    body,
    attempts: whole(headers['waybill-attempt']) ?? 0,
    replays: whole(headers['waybill-replays']) ?? 0,
    acceptedAt: whole(headers['waybill-accepted']) ?? Date.now(),
    ...optional('key', text(headers['waybill-key'])),
    ...optional('traceparent', text(headers.traceparent)),
    ...optional('params', readHeaders(headers['waybill-params'])),
    ...optional('stored', storedIn(headers['waybill-stored'])),
    ...optional('remapped', whole(headers['waybill-remapped'])),
    ...optional('expiresAt', whole(headers['waybill-expires'])),
  }
}

function storedIn(value: unknown): StoredBody | undefined {
  return typeof value === 'string' && /^[0-9a-f]{64}:\d+$/.test(value) ? storedOf(value) : undefined
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined
}

function whole(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isSafeInteger(value) ? value : undefined
}

function optional<K extends string, V>(name: K, value: V | undefined): { readonly [N in K]?: V } {
  return value === undefined ? {} : ({ [name]: value } as { readonly [N in K]?: V })
}

function readHeaders(value: unknown): Headers | undefined {
  if (typeof value !== 'string') return undefined
  try {
    const parsed: unknown = JSON.parse(value)
    return isHeaders(parsed) ? parsed : undefined
  } catch {
    return undefined
  }
}

function isHeaders(value: unknown): value is Headers {
  return typeof value === 'object' && value !== null && Object.values(value).every(item => typeof item === 'string')
}
