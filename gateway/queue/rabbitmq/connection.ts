import { setTimeout as sleep } from 'node:timers/promises'
import type { Connection as AmqpConnection } from 'amqplib/callback_api'
import type { Log } from '../../log.ts'
import { asError } from '../as-error.ts'

export { type AmqpConnection, asError }

export interface ConnectionOptions {
  readonly url: string
  /** How the broker's lists call it: `waybill order-fulfilment publisher`. */
  readonly name: string
  /** Default 10,000. */
  readonly heartbeatMs?: number
  readonly log: Log
  /** The whole set-up (declare, channels, consume); runs again after each reconnect. The signal aborts when this connection is lost. */
  readonly setUp: (connection: AmqpConnection, signal: AbortSignal) => Promise<void>
  /** The connection is gone, or could not be made: what was under way on it is in doubt. */
  readonly down?: (reason: Error) => void
  /** The broker blocked (memory or disk alarm) or unblocked it. */
  readonly blocked?: (blocked: boolean) => void
}

/** A connection that comes again by itself. */
export interface Connection {
  /** `up`: the set-up has run. */
  state(): { readonly up: boolean; readonly blocked: boolean; readonly detail: string }
  /** Resolves when the first set-up has run or the first attempt has failed. */
  readonly attempted: Promise<void>
  /** Destroys the socket of the present connection, for a broker that no longer answers; it reconnects. */
  drop(reason: string): void
  /** Closes politely, within 2 s; may be called twice. */
  close(): Promise<void>
}

interface Line {
  readonly options: ConnectionOptions
  readonly place: string
  readonly ended: AbortController
  amqp: AmqpConnection | undefined
  up: boolean
  blocked: boolean
  /** Somebody was told that the broker is away. */
  away: boolean
  detail: string
}

const CONNECT_MS = 10_000
const FIRST_DELAY_MS = 100
const MAX_DELAY_MS = 5_000

/** Connects, and again after each loss with growing, jittered delays, until `close`. Returns at once. */
export function createConnection(options: ConnectionOptions): Connection {
  const place = placeOf(options.url)
  const line: Line = {
    options,
    place,
    ended: new AbortController(),
    amqp: undefined,
    up: false,
    blocked: false,
    away: false,
    detail: `connecting to ${place}`,
  }
  let tried = () => {}
  const attempted = new Promise<void>(resolve => {
    tried = resolve
  })
  const finished = keepUp(line, tried)
  return {
    attempted,
    state: () => ({ up: line.up, blocked: line.blocked, detail: line.detail }),
    drop: reason => line.amqp && destroy(line.amqp, reason),
    async close() {
      line.ended.abort()
      if (line.amqp) await hangUp(line.amqp)
      await finished
    },
  }
}

/** The broker's address without credentials, for logs and health. */
export function placeOf(url: string): string {
  const { protocol, hostname, port, pathname } = new URL(url)
  return `${protocol}//${hostname}${port && `:${port}`}${pathname.length > 1 ? pathname : ''}`
}

async function keepUp(line: Line, tried: () => void): Promise<void> {
  const { options } = line
  const { signal } = line.ended
  let attempt = 0
  while (!signal.aborted) {
    const reason = await live(line, () => {
      attempt = 0
      tried()
    })
    tried()
    options.down?.(reason)
    if (signal.aborted) break
    line.detail = `no connection to ${line.place}: ${reason.message}`
    line.away = true
    options.log[attempt === 0 ? 'warn' : 'debug']('broker-away', { name: options.name, place: line.place, reason: reason.message, attempt })
    await sleep(backOff(attempt++), undefined, { signal }).catch(() => {})
  }
  line.detail = 'closed'
}

function backOff(attempt: number): number {
  return Math.min(MAX_DELAY_MS, FIRST_DELAY_MS * 2 ** attempt) * (0.5 + Math.random() / 2)
}

async function live(line: Line, ready: () => void): Promise<Error> {
  const { options, place, ended } = line
  let amqp: AmqpConnection
  try {
    amqp = await open(options)
  } catch (error) {
    return asError(error)
  }
  const life = new AbortController()
  const lost = watch(line, amqp)
  line.amqp = amqp
  if (ended.signal.aborted) void hangUp(amqp)
  const fault = await Promise.race([options.setUp(amqp, life.signal).then(() => undefined, asError), lost])
  if (!fault) {
    ready()
    Object.assign(line, { up: true, detail: line.blocked ? line.detail : `connected to ${place}` })
    options.log[line.away ? 'info' : 'debug']('broker-connected', { name: options.name, place })
    line.away = false
  } else if (!ended.signal.aborted) destroy(amqp, fault.message)
  const reason = await lost
  Object.assign(line, { amqp: undefined, up: false, blocked: false })
  life.abort()
  return fault ?? reason
}

function watch(line: Line, amqp: AmqpConnection): Promise<Error> {
  const { log, name, blocked } = line.options
  amqp.on('blocked', reason => {
    Object.assign(line, { blocked: true, detail: `${line.place} blocks publishers: ${reason}` })
    log.warn('broker-blocked', { name, reason })
    blocked?.(true)
  })
  amqp.on('unblocked', () => {
    Object.assign(line, { blocked: false, detail: `connected to ${line.place}` })
    log.info('broker-unblocked', { name })
    blocked?.(false)
  })
  amqp.on('handler-error', (error, event) => log.error('broker-handler-failed', { name, event, reason: error.message }))
  return new Promise(resolve => {
    let cause: Error | undefined
    amqp.on('error', error => {
      cause = error
    })
    amqp.on('close', error => resolve(cause ?? error ?? new Error('closed')))
  })
}

async function open({ url, name, heartbeatMs = 10_000 }: ConnectionOptions): Promise<AmqpConnection> {
  // Gateways without a broker never load it.
  const { connect } = await import('amqplib/callback_api')
  const address = new URL(url)
  if (!address.searchParams.has('heartbeat')) address.searchParams.set('heartbeat', String(Math.max(1, Math.round(heartbeatMs / 1_000))))
  return new Promise((resolve, reject) => {
    let over = false
    const settings = { noDelay: true, keepAlive: true, timeout: CONNECT_MS, clientProperties: { connection_name: name } }
    // amqplib may call back a second time when a connect that timed out ends
    connect(address.href, settings, (error, connection) => {
      if (over) return error ? undefined : destroy(connection, 'came too late')
      over = true
      if (error) return reject(error)
      joinWrites(connection)
      resolve(connection)
    })
  })
}

function hangUp(amqp: AmqpConnection): Promise<void> {
  return new Promise(resolve => {
    const timer = setTimeout(() => destroy(amqp, 'no answer to close'), 2_000)
    amqp.on('close', () => {
      clearTimeout(timer)
      resolve()
    })
    try {
      amqp.close()
    } catch {
      // it was closing already; its close event is still to come, or the timer ends the wait
    }
  })
}

function destroy(amqp: AmqpConnection, reason: string): void {
  const stream = socketOf(amqp)
  if (stream && !stream.destroyed) stream.destroy(new Error(reason))
}

/** amqplib writes each message by itself, a system call each: what it writes in one turn goes out together. */
function joinWrites(amqp: AmqpConnection): void {
  const stream = socketOf(amqp)
  if (!stream) return
  const write = stream.write
  let corked = false
  const uncork = () => {
    corked = false
    stream.uncork()
  }
  stream.write = (...args) => {
    if (!corked) {
      corked = true
      stream.cork()
      process.nextTick(uncork)
    }
    return write.apply(stream, args)
  }
}

interface Socket {
  readonly destroyed: boolean
  write(...args: unknown[]): boolean
  cork(): void
  uncork(): void
  destroy(error: Error): void
}

function socketOf(amqp: AmqpConnection): Socket | undefined {
  const { stream } = amqp.connection as { stream?: Socket }
  return stream
}
