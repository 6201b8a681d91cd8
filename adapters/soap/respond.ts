import type { GatewayError } from '../../gateway/errors.ts'
import type { Exchange, Refuse } from '../http/exchange.ts'
import { respondRefusal } from '../http/respond.ts'
import { conditionOf } from './condition.ts'
import { faultOf, faultStatus, type SoapFault, writeFault } from './fault.ts'
import { CONTENT_TYPES } from './versions.ts'
import type { SoapVersion } from './wsdl/model.ts'

/** An envelope that answers a request. */
export interface Reply {
  readonly status: number
  readonly contentType: string
  readonly body: Uint8Array
  readonly retryAfterMs?: number | undefined
}

const EMPTY = new Uint8Array()

/** 202 with nothing (SOAP 1.1, 6; SOAP 1.2 part 2, 7.4): taken. */
export const TAKEN: Reply = { status: 202, contentType: '', body: EMPTY }

/** The content type of an envelope with its action (SOAP 1.2 part 2, A). */
export function typeWithAction(version: SoapVersion, action: string | undefined): string {
  if (version === '1.1' || action === undefined || action === '' || /[^\x20-\x7e]/.test(action)) return CONTENT_TYPES[version]
  return `${CONTENT_TYPES[version]}; action="${action.replace(/[\\"]/g, '\\$&')}"`
}

/** Writes a reply to the connection that asked. */
export function respond({ res, correlationId }: Exchange, { status, contentType, body, retryAfterMs }: Reply): void {
  const head = ['X-Correlation-Id', correlationId]
  if (body.length > 0) head.push('Content-Type', contentType)
  if (retryAfterMs !== undefined) head.push('Retry-After', String(Math.max(1, Math.ceil(retryAfterMs / 1_000))))
  head.push('Content-Length', String(body.length))
  res.writeHead(status, head).end(body)
}

const RETRY_AFTER_MS = 5_000

/** The fault that an error is, as a reply. `headers` are blocks as XML, before its own. */
export function errorReply(version: SoapVersion, error: GatewayError, correlationId: string, headers = ''): Reply {
  const told = conditionOf(error).version ?? version
  const fault = faultOf(told, error, correlationId)
  const { retryAfterMs = RETRY_AFTER_MS } = error.extras
  const blocks = headers + (fault.headers ?? '')
  return { ...faultReply(told, { ...fault, headers: blocks }), ...(error.status === 503 && { retryAfterMs }) }
}

/** A fault as a reply. */
export function faultReply(version: SoapVersion, fault: SoapFault): Reply {
  return { status: faultStatus(version, fault.kind), contentType: CONTENT_TYPES[version], body: writeFault(version, fault) }
}

/** Tells errors as faults of that version; `headers` makes the blocks that answer the request's. */
export function refuseIn(version: SoapVersion, headers: () => string = () => ''): Refuse {
  return (exchange, error) => {
    const { status, contentType, body, retryAfterMs } = errorReply(version, error, exchange.correlationId, headers())
    const retry = retryAfterMs === undefined ? [] : ['Retry-After', String(Math.max(1, Math.ceil(retryAfterMs / 1_000)))]
    respondRefusal(exchange, error, {
      status,
      head: ['Content-Type', contentType, 'X-Correlation-Id', exchange.correlationId, ...retry],
      body,
    })
  }
}

const REFUSE_11 = refuseIn('1.1')
const REFUSE_12 = refuseIn('1.2')

/** Tells errors that come before the envelope is read: in the version of the content type. */
export const refuseUnread: Refuse = (exchange, error) => {
  const type = exchange.req.headers['content-type'] ?? ''
  const refuse = /^\s*(application\/soap\+xml|multipart\/related\b.*application\/soap\+xml)/i.test(type.slice(0, 2_000))
    ? REFUSE_12
    : REFUSE_11
  refuse(exchange, error)
}

/** The same once the version is known. */
export function refuseOf(version: SoapVersion): Refuse {
  return version === '1.1' ? REFUSE_11 : REFUSE_12
}
