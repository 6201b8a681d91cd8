import { GatewayError } from '../../gateway/errors.ts'
import type { Answer } from '../../gateway/message.ts'

const KEPT_BYTES = 4_096
const TRANSIENT = new Set([408, 425, 429])

/** What an answer that is not 2xx means (contracts.md): TARGET_UNAVAILABLE for 408, 425, 429 and 5xx, TARGET_REFUSED for all others, with the answer's first 4 KB. */
export function answerFault(answer: Answer, name: string): GatewayError {
  const { status } = answer
  const kept = { ...answer, body: answer.body.subarray(0, KEPT_BYTES) }
  if (status < 500 && !TRANSIENT.has(status))
    return new GatewayError('TARGET_REFUSED', `${name} answered ${status}${excerpt(kept)}`, { answer: kept })
  const retryAfterMs = status === 429 || status === 503 ? retryAfter(answer.headers['retry-after']) : undefined
  return new GatewayError('TARGET_UNAVAILABLE', `${name} answered ${status}${excerpt(kept)}`, {
    answer: kept,
    ...(retryAfterMs !== undefined && { retryAfterMs }),
  })
}

/** Milliseconds of a Retry-After (RFC 9110, 10.2.3), seconds or a date; undefined for anything else, at most 7 days. */
export function retryAfter(value: string | undefined, now: number = Date.now()): number | undefined {
  if (value === undefined) return undefined
  const text = value.trim()
  const ms = /^\d+$/.test(text) ? Number(text) * 1_000 : Date.parse(text) - now
  return Number.isNaN(ms) ? undefined : Math.min(Math.max(0, ms), 604_800_000)
}

/** `: ` and the beginning of a text answer, worth more in a list of dead letters than a code alone; else nothing. */
export function excerpt({ contentType, body }: Answer): string {
  if (body.length === 0 || !/json|text|xml/.test(contentType)) return ''
  const text = Buffer.from(body.buffer, body.byteOffset, Math.min(body.length, 200)).toString('utf8').replaceAll(/\s+/g, ' ').trim()
  return text === '' ? '' : `: ${text}`
}

/** What a request that got no whole answer means: GatewayError as it is, TARGET_REFUSED for headers that HTTP does not have, TARGET_UNAVAILABLE for all that the network or TLS did. */
export function requestFault(cause: Error, name: string): GatewayError {
  if (cause instanceof GatewayError) return cause
  const code = 'code' in cause && typeof cause.code === 'string' ? cause.code : cause.name
  if (code === 'UND_ERR_INVALID_ARG')
    return new GatewayError('TARGET_REFUSED', `nothing could be sent to ${name}: ${cause.message}`, { cause })
  return new GatewayError('TARGET_UNAVAILABLE', `${name} ${MEANINGS[code] ?? `cannot be reached (${code})`}`, { cause })
}

const MEANINGS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'refused the connection',
  ECONNRESET: 'reset the connection',
  EPIPE: 'closed the connection',
  UND_ERR_SOCKET: 'closed the connection before its answer was whole',
  UND_ERR_CONNECT_TIMEOUT: 'did not take the connection in time',
  ENOTFOUND: 'has a host name that does not resolve',
  EAI_AGAIN: 'has a host name that cannot be resolved now',
}

/** The deadline passed: what was sent may have been taken. */
export function timeoutFault(name: string, timeoutMs: number, answer: Answer | undefined): GatewayError {
  const seen = answer ? `answered ${answer.status} but not to its end` : 'did not answer'
  return new GatewayError('TARGET_TIMEOUT', `${name} ${seen} within ${timeoutMs} ms`, answer && { answer })
}
