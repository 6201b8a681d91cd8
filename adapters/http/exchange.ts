import type { IncomingMessage, ServerResponse } from 'node:http'
import type { GatewayError } from '../../gateway/errors.ts'
import { newId } from '../../gateway/message.ts'

/** Tells the sender in its protocol's own terms why it is refused. */
export type Refuse = (exchange: Exchange, error: GatewayError) => void

/** One request and its answer, from its headers to its last byte. */
export interface Exchange {
  readonly req: IncomingMessage
  readonly res: ServerResponse
  /** Becomes the message's id, where it brings one. */
  readonly id: string
  readonly correlationId: string
  /** The sender waits for `100 Continue` before it sends the body. */
  awaitsContinue: boolean
  /** What comes on its connection is no HTTP any more: nothing is left to be read. */
  isBroken: boolean
  /** Ends the reading of the body, while it is read: the parser met what is no HTTP, or the time is up. */
  fail: ((error: GatewayError) => void) | undefined
  /** Set as soon as it is known whom the request is for; absent: a problem of RFC 9457. */
  refuse: Refuse | undefined
  /** When the body must have come, on the clock of performance.now(); watched by one timer for all (dispatch.ts). */
  bodyDue: number
}

const PRINTABLE = /^[\x20-\x7e]{1,128}$/

/** Begins an exchange; the correlation id is the sender's where it is printable ASCII up to 128, else ours. */
export function openExchange(req: IncomingMessage, res: ServerResponse, awaitsContinue: boolean): Exchange {
  const id = newId()
  const theirs = req.headers['x-correlation-id']
  const correlationId = typeof theirs === 'string' && PRINTABLE.test(theirs) ? theirs : id
  return { req, res, id, correlationId, awaitsContinue, isBroken: false, fail: undefined, refuse: undefined, bodyDue: 0 }
}
