import { type IncomingMessage, STATUS_CODES } from 'node:http'
import { type GatewayError, problem } from '../../gateway/errors.ts'
import type { Answer } from '../../gateway/message.ts'
import type { Receipt } from '../../gateway/ports.ts'
import type { Exchange } from './exchange.ts'
import { endToEnd, fieldValue, isFieldName, isFieldValue } from './headers.ts'

const RETRY_AFTER_MS = 5_000
/** What is left of a refused body is read up to here, and no faster than a piece each few milliseconds: its sender, who has to wait for us, then looks at its answer before the connection closes. */
const DISCARD_BYTES = 16_777_216
const DISCARD_EVERY_MS = 5
const DISCARD_MS = 1_000
/** A body of up to this size is read to its end in any case, and the connection kept. */
const SMALL_BYTES = 65_536

/** 202 with the receipt; a known identity's says so. */
export function respondReceipt(exchange: Exchange, receipt: Receipt): void {
  const state = receipt.state === 'filtered' ? 'filtered' : 'accepted'
  const where = `/receipts/${receipt.id}`
  const body = `{"id":"${receipt.id}","state":"${state}","receipt":"${where}"}`
  const head = ['Content-Type', 'application/json', 'Location', where, 'X-Correlation-Id', exchange.correlationId]
  if (receipt.replayed) head.push('Idempotent-Replayed', 'true')
  head.push('Content-Length', String(body.length))
  exchange.res.writeHead(202, head).end(body)
}

/** The target's mapped answer, with the headers that are meant for the caller. */
export function respondAnswer(exchange: Exchange, answer: Answer): void {
  const head = ['X-Correlation-Id', exchange.correlationId]
  for (const [name, value] of Object.entries(endToEnd(answer.headers))) {
    // What other protocols have as a header and HTTP has not is no reason to refuse the answer.
    if (isFieldName(name) && isFieldValue(value)) head.push(name, fieldValue(value))
  }
  if (answer.body.length > 0) head.push('Content-Type', answer.contentType || 'application/octet-stream')
  if (answer.status !== 204 && answer.status !== 304) head.push('Content-Length', String(answer.body.length))
  exchange.res.writeHead(answer.status, head).end(answer.body)
}

/** Any value as JSON. */
export function respondJson(exchange: Exchange, value: unknown): void {
  const body = Buffer.from(JSON.stringify(value))
  const head = ['Content-Type', 'application/json', 'X-Correlation-Id', exchange.correlationId, 'Content-Length', String(body.length)]
  exchange.res.writeHead(200, head).end(body)
}

/** 204 with the methods of a path. */
export function respondOptions(exchange: Exchange, allow: readonly string[]): void {
  exchange.res.writeHead(204, ['Allow', allow.join(', '), 'X-Correlation-Id', exchange.correlationId]).end()
}

/** problem+json. */
export function respondProblem(exchange: Exchange, error: GatewayError): void {
  const { correlationId } = exchange
  const body = Buffer.from(JSON.stringify(problem(error, correlationId)))
  respondRefusal(exchange, error, { status: error.status, head: problemHead(error, correlationId), body })
}

/** How a request is refused in its protocol's terms. */
export interface Refusal {
  readonly status: number
  /** Name, value, name, value. */
  readonly head: readonly string[]
  readonly body: Uint8Array
}

/** Refuses a request whose body may still be coming: what is left of it is not waited for longer than is fair. */
export function respondRefusal(exchange: Exchange, error: GatewayError, { status, head: told, body }: Refusal): void {
  const { req, res } = exchange
  if (res.headersSent || res.destroyed) return void res.destroy()
  const head = [...told, 'Content-Length', String(body.length)]
  const isMute = exchange.isBroken || exchange.awaitsContinue || error.code === 'TIMEOUT'
  const isKept = res.shouldKeepAlive && !isMute && isSmall(req)
  if (!isKept) head.push('Connection', 'close')
  res.writeHead(status, head)
  if (isMute || isKept || req.complete) return void res.end(body)
  res.write(body)
  discard(req, () => res.end())
}

/** The same for a connection on which no request could be read. */
export function rawProblem(error: GatewayError, correlationId: string): string {
  const body = JSON.stringify(problem(error, correlationId))
  const head = [...problemHead(error, correlationId), 'Content-Length', String(Buffer.byteLength(body)), 'Connection', 'close']
  const lines = head.flatMap((name, index) => (index % 2 === 0 ? [`${name}: ${head[index + 1]}`] : []))
  return [`HTTP/1.1 ${error.status} ${STATUS_CODES[error.status]}`, ...lines, '', body].join('\r\n')
}

function problemHead(error: GatewayError, correlationId: string): string[] {
  const head = ['Content-Type', 'application/problem+json', 'X-Correlation-Id', correlationId]
  const { allow, retryAfterMs = RETRY_AFTER_MS } = error.extras
  if (error.status === 503) head.push('Retry-After', String(Math.max(1, Math.ceil(retryAfterMs / 1_000))))
  if (error.status === 405 && allow) head.push('Allow', allow.join(', '))
  if (error.status === 401) head.push('WWW-Authenticate', 'Bearer')
  if (error.status === 415) head.push('Accept-Encoding', 'gzip, deflate')
  return head
}

function isSmall({ headers, complete }: IncomingMessage): boolean {
  if (complete) return true
  if (headers['transfer-encoding'] !== undefined) return false
  return Number(headers['content-length'] ?? 0) <= SMALL_BYTES
}

function discard(req: IncomingMessage, done: () => void): void {
  let seen = 0
  const timer = setTimeout(finish, DISCARD_MS)
  function finish(): void {
    clearTimeout(timer)
    req.removeAllListeners('data')
    done()
  }
  req.on('data', (chunk: Buffer) => {
    seen += chunk.length
    if (seen > DISCARD_BYTES) return finish()
    req.pause()
    setTimeout(() => req.resume(), DISCARD_EVERY_MS)
  })
  req.once('end', finish)
  req.once('error', finish)
  req.resume()
}
