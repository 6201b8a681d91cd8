import type { IncomingHttpHeaders } from 'node:http'
import type { Headers } from '../../gateway/message.ts'

// RFC 9110, 7.6.1, and what speaks of this connection, this body's framing, or who may enter.
const OWN = new Set(
  `connection keep-alive proxy-connection te trailer transfer-encoding upgrade proxy-authenticate proxy-authorization
  authorization www-authenticate cookie set-cookie x-api-key host expect content-length content-type content-encoding
  accept accept-encoding accept-language accept-charset user-agent date server via
  idempotency-key x-correlation-id traceparent waybill-deadline`.split(/\s+/),
)

/** The headers that travel with a message, in lower case: not those of the connection, the body's framing, credentials, or with a place of their own. */
export function endToEnd(headers: IncomingHttpHeaders | Headers): Headers {
  const named = headers.connection === undefined ? '' : String(headers.connection).toLowerCase()
  const kept: Record<string, string> = {}
  for (const name in headers) {
    if (OWN.has(name) || (named !== '' && named !== 'keep-alive' && listed(named, name))) continue
    const value = headers[name]
    if (value !== undefined) kept[name] = typeof value === 'string' ? value : value.join(', ')
  }
  return kept
}

function listed(list: string, name: string): boolean {
  return list.split(',').some(one => one.trim() === name)
}

const TOKEN = /^[\w!#$%&'*+.^`|~-]+$/
const FIELD = /^[\t\x20-\x7e\x80-\uffff]*$/
const LATIN = /^[\t\x20-\xff]*$/

/** Whether HTTP has headers of that name (RFC 9110, 5.6.2). */
export function isFieldName(name: string): boolean {
  return TOKEN.test(name)
}

/** Whether HTTP can carry it (RFC 9110, 5.5), by its bytes in `fieldValue`. */
export function isFieldValue(value: string): boolean {
  return FIELD.test(value)
}

/** A value as it is handed to node and undici, which write Latin-1: what is beyond that goes in UTF-8. */
export function fieldValue(value: string): string {
  return LATIN.test(value) ? value : Buffer.from(value).toString('latin1')
}

const TRACEPARENT = /^(?!ff)[0-9a-f]{2}-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}$/

/** The sender's trace context (W3C Trace Context, version 00), or undefined where it is not well-formed. */
export function traceparentOf(headers: IncomingHttpHeaders): string | undefined {
  const value = headers.traceparent
  return typeof value === 'string' && TRACEPARENT.test(value) ? value : undefined
}
