import type { IncomingMessage, ServerResponse } from 'node:http'
import { Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { asGatewayError, GatewayError } from '../../gateway/errors.ts'
import type { Log } from '../../gateway/log.ts'
import { newId } from '../../gateway/message.ts'
import { type Exchange, openExchange } from './exchange.ts'
import type { Paths } from './paths.ts'
import { rawProblem, respondOptions, respondProblem } from './respond.ts'

/** What all requests of a server share. */
export interface Desk {
  readonly paths: Paths
  readonly log: Log
  /** Each connection that has brought a request, and the latest exchange that runs on it. */
  readonly seats: Map<Duplex, Seat>
  running: number
  draining: boolean
}

export interface Seat {
  exchange: Exchange | undefined
}

/** Answers one request, whatever happens; resolves when the answer is handed to the socket. */
export async function serve(desk: Desk, req: IncomingMessage, res: ServerResponse, awaitsContinue: boolean): Promise<void> {
  const exchange = openExchange(req, res, awaitsContinue)
  const seat = seatOf(desk, req.socket)
  seat.exchange = exchange
  desk.running += 1
  try {
    await answer(desk, exchange)
  } catch (error) {
    refuse(desk, exchange, error)
  } finally {
    desk.running -= 1
    if (seat.exchange === exchange) seat.exchange = undefined
  }
}

// Changed once a connection, not once a request: what a Map deletes lives on until a full collection.
function seatOf({ seats }: Desk, socket: Duplex): Seat {
  const known = seats.get(socket)
  if (known) return known
  const seat = { exchange: undefined }
  seats.set(socket, seat)
  socket.once('close', () => seats.delete(socket))
  return seat
}

function answer(desk: Desk, exchange: Exchange): Promise<void> | void {
  const { req, res } = exchange
  const { method = '', url = '' } = req
  const found = method === 'OPTIONS' ? undefined : desk.paths.find(method, url)
  exchange.refuse = found?.entry.refuse
  if (desk.draining) throw drained(res)
  if (req.headers.host === undefined && req.httpVersion === '1.1') throw new GatewayError('BAD_REQUEST', 'the Host header is missing')
  return found ? found.entry.endpoint(exchange, found) : answerOptions(desk, exchange)
}

function drained(res: ServerResponse): GatewayError {
  res.shouldKeepAlive = false
  return new GatewayError('DRAINING', 'the gateway is stopping and takes nothing new')
}

function answerOptions({ paths }: Desk, exchange: Exchange): void {
  const { url = '' } = exchange.req
  const allowed = paths.allowed(url)
  if (allowed.length === 0) throw new GatewayError('NOT_FOUND', `nothing is at ${url.slice(0, 200)}`)
  respondOptions(exchange, [...allowed, 'OPTIONS'])
}

function refuse({ log }: Desk, exchange: Exchange, error: unknown): void {
  const known = asGatewayError(error)
  if (known.code === 'INTERNAL') {
    const { method, url } = exchange.req
    log.error('http-request-failed', { correlationId: exchange.correlationId, method, path: url?.split('?', 1)[0], detail: known.detail })
  }
  try {
    const tell = exchange.refuse ?? respondProblem
    tell(exchange, known)
  } catch {
    // An answer that cannot be written (a header of the reply that is none) leaves the sender with a closed connection: in doubt, never a false yes.
    exchange.res.destroy()
  }
}

/** Ends the reading of bodies that are overdue with TIMEOUT; to be called a few times a second. */
export function expireBodies({ seats }: Desk, now: number): void {
  for (const { exchange } of seats.values())
    if (exchange?.fail && exchange.bodyDue < now) exchange.fail(new GatewayError('TIMEOUT', 'the body did not arrive in time'))
}

/** What to do with a connection on which no HTTP could be read, or not in time: the running exchange hears it, else the connection ends with a problem. */
export function misread(desk: Desk, error: Error, socket: Duplex): void {
  const exchange = desk.seats.get(socket)?.exchange
  const known = misreading(error)
  if (exchange) {
    exchange.isBroken = true
    exchange.res.shouldKeepAlive = false
  }
  // A request that has come to its end is well; the fault lies in what follows it.
  if (exchange?.fail && !exchange.req.complete) exchange.fail(known)
  if (exchange) return
  if (codeOf(error) === 'ECONNRESET' || !socket.writable) return void socket.destroy()
  socket.end(rawProblem(known, newId()))
  if (socket instanceof Socket) socket.destroySoon()
}

function misreading(error: Error): GatewayError {
  const code = codeOf(error)
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') return new GatewayError('TIMEOUT', 'the request did not arrive in time', { cause: error })
  if (code === 'HPE_HEADER_OVERFLOW') return new GatewayError('BAD_REQUEST', 'the headers are larger than 16 KB', { cause: error })
  return new GatewayError('BAD_REQUEST', `this is not well-formed HTTP/1.1 (${code ?? 'unreadable'})`, { cause: error })
}

function codeOf(error: Error): string | undefined {
  return 'code' in error && typeof error.code === 'string' ? error.code : undefined
}
