import { DEADLINE } from '../../gateway/deadline.ts'
import { GatewayError } from '../../gateway/errors.ts'
import { idempotencyKey } from '../../gateway/idempotency-key.ts'
import type { Delivery } from '../../gateway/ports.ts'
import { endToEnd, fieldValue, isFieldName } from '../http/headers.ts'
import type { RestAuth, RestSystem } from './system-options.ts'

/** Makes the headers of a delivery's request, as undici takes them fastest: name, value, name, value. */
export type RequestHeaders = (delivery: Delivery) => string[]

/** contracts.md, To targets. What the project configures wins over what the message carries; what the gateway sets wins over both. */
export function createRequestHeaders(
  { headers = {}, body }: Pick<RestSystem, 'headers' | 'body'>,
  auth: RestAuth | undefined,
): RequestHeaders {
  const fixed = lowerCase({ ...headers, ...authHeader(auth) })
  const flat = Object.entries(fixed).flat()
  const hasType = 'content-type' in fixed
  return delivery => {
    const list = [...flat]
    for (const [name, value] of Object.entries(endToEnd(delivery.headers))) {
      if (!isFieldName(name)) throw new GatewayError('TARGET_REFUSED', `nothing was sent, since HTTP has no header "${name}"`)
      if (!(name in fixed)) list.push(name, fieldValue(value))
    }
    if (!hasType && body !== 'none' && delivery.contentType !== '') list.push('content-type', delivery.contentType)
    list.push('idempotency-key', idempotencyKey(delivery), 'waybill-message-id', delivery.messageId)
    list.push('waybill-attempt', String(delivery.attempts + 1), 'x-correlation-id', delivery.correlationId)
    if (delivery.traceparent !== undefined) list.push('traceparent', delivery.traceparent)
    if (delivery.expiresAt !== undefined) list.push(DEADLINE, String(delivery.expiresAt))
    return list
  }
}

// A configured header may not pose as one of the gateway's.
const GATEWAYS = new Set(['idempotency-key', 'waybill-message-id', 'waybill-attempt', 'x-correlation-id', 'traceparent', DEADLINE])

function lowerCase(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers)
      .map(([name, value]) => [name.toLowerCase(), value] as const)
      .filter(([name]) => !GATEWAYS.has(name)),
  )
}

function authHeader(auth: RestAuth | undefined): Record<string, string> {
  if (auth?.bearer !== undefined) return { authorization: `Bearer ${auth.bearer}` }
  if (auth?.basic) {
    const { username, password } = auth.basic
    return { authorization: `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}` }
  }
  if (auth?.apiKey) return { [auth.apiKey.header]: auth.apiKey.value }
  return {}
}
