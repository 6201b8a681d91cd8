import { DEADLINE } from '../../gateway/deadline.ts'
import { GatewayError } from '../../gateway/errors.ts'
import { idempotencyKey } from '../../gateway/idempotency-key.ts'
import type { Delivery, Publication } from '../../gateway/ports.ts'
import { writeHeaders } from './headers.ts'
import type { SystemOptions } from './options.ts'

/** Where a target's messages go; fixed by the config, never by a message. */
export interface Address {
  readonly exchange: string
  readonly routingKey: string
  readonly headers: Readonly<Record<string, string>>
}

// A short string of AMQP 0-9-1 (section 4.2.5.3): what is longer breaks the frame.
const SHORT = 255

/** The address of a target's options; throws CONFIG_INVALID where they name no place, two, or one that is too long for AMQP. */
export function addressOf(target: string, { queue, exchange, routingKey, headers = {} }: SystemOptions): Address {
  if ((queue === undefined) === (exchange === undefined)) {
    throw new GatewayError('CONFIG_INVALID', `system ${target} must name either a queue or an exchange with its routingKey`)
  }
  if (queue !== undefined && routingKey !== undefined) {
    throw new GatewayError('CONFIG_INVALID', `system ${target} names a queue, so its routingKey means nothing; remove one of them`)
  }
  const address = { exchange: exchange ?? '', routingKey: queue ?? routingKey ?? '', headers }
  for (const text of [address.exchange, address.routingKey]) {
    if (Buffer.byteLength(text) > SHORT)
      throw new GatewayError('CONFIG_INVALID', `system ${target} names a place of more than ${SHORT} bytes`)
  }
  return address
}

/** A delivery in the broker's terms; throws TARGET_REFUSED where AMQP cannot carry it. */
export function publicationOf(delivery: Delivery, address: Address): Publication {
  const messageId = idempotencyKey(delivery)
  if (messageId.length > SHORT)
    throw new GatewayError('TARGET_REFUSED', `the message-id ${messageId} is longer than the ${SHORT} bytes of AMQP`)
  return {
    exchange: address.exchange,
    routingKey: address.routingKey,
    contentType: shortType(delivery.contentType),
    messageId,
    correlationId: delivery.correlationId,
    headers: headersOf(delivery, address),
    body: delivery.body,
  }
}

function headersOf(
  { headers, attempts, source, traceparent, expiresAt }: Delivery,
  address: Address,
): Readonly<Record<string, string | number>> {
  const written: Record<string, string | number> = {}
  writeHeaders(headers, written)
  Object.assign(written, address.headers)
  written['waybill-attempt'] = attempts + 1
  written['waybill-source'] = source
  if (traceparent !== undefined) written.traceparent = traceparent
  if (expiresAt !== undefined) written[DEADLINE] = String(expiresAt)
  return written
}

/** A content type that AMQP can carry: without its parameters where it is too long with them. */
export function shortType(contentType: string): string {
  if (contentType.length <= SHORT) return contentType
  const [media = ''] = contentType.split(';')
  return media.length <= SHORT ? media.trimEnd() : 'application/octet-stream'
}
