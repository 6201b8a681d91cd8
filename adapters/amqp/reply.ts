import { type GatewayError, problem } from '../../gateway/errors.ts'
import type { Answer, Headers, Message } from '../../gateway/message.ts'
import { newId } from '../../gateway/message.ts'
import type { Publication, Receipt } from '../../gateway/ports.ts'
import { endToEnd } from '../http/headers.ts'
import { writeHeaders } from './headers.ts'
import { shortType } from './publication.ts'
import type { Asked } from './take.ts'

/** On a reply that is a refusal: the code, or the name of a declared fault. */
export const ERROR = 'waybill-error'
/** On a reply: what the target answered with, in HTTP's terms. */
export const STATUS = 'waybill-status'

/** What is sent back, before it is known where. */
export interface Reply {
  readonly contentType: string
  readonly headers: Headers
  readonly body: Uint8Array
}

/** The target's mapped answer; one that the route's `faults` made bears the fault's name. */
export function answerReply({ status, headers, contentType, body, fault }: Answer): Reply {
  const written: Record<string, string> = {}
  const told: Record<string, string | number> = {}
  writeHeaders(endToEnd(headers), told)
  for (const name in told) written[name] = String(told[name])
  written[STATUS] = String(status)
  if (fault) written[ERROR] = fault.name || 'TARGET_REFUSED'
  return { contentType, headers: written, body }
}

/** The receipt of a call that goes on behind its deadline. */
export function receiptReply({ id, state }: Receipt): Reply {
  const body = Buffer.from(JSON.stringify({ id, state, receipt: `/receipts/${id}` }))
  return { contentType: 'application/json', headers: { [STATUS]: '202' }, body }
}

/** What callers by HTTP are told, as a message. */
export function errorReply(error: GatewayError, correlationId: string): Reply {
  const body = Buffer.from(JSON.stringify(problem(error, correlationId)))
  return { contentType: 'application/problem+json', headers: { [ERROR]: error.code, [STATUS]: String(error.status) }, body }
}

/** The reply on its way to the queue that the caller named, with the caller's own correlation-id, else the message-id, as it came. */
export function publicationTo(queue: string, asked: Asked, message: Message, reply: Reply): Publication {
  const { correlationId, messageId } = asked
  return {
    exchange: '',
    routingKey: queue,
    contentType: shortType(reply.contentType),
    messageId: newId(),
    correlationId: text(correlationId) ?? text(messageId) ?? message.correlationId,
    headers: { ...reply.headers, ...(message.traceparent !== undefined && { traceparent: message.traceparent }) },
    body: reply.body,
  }
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined
}
