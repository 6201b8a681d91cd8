import type { ConfirmChannel, Options } from 'amqplib/callback_api'
import type { Log } from '../../log.ts'
import type { Health, Publication, PublishResult } from '../../ports.ts'
import { asError } from '../as-error.ts'
import { openConfirmChannel, replyCode } from './channel.ts'
import { type AmqpConnection, type Connection, createConnection } from './connection.ts'
import {
  type Batch,
  type Flight,
  type Item,
  join,
  joinAtHead,
  type Line,
  land,
  landAll,
  returnedItem,
  settle,
  sizeOf,
  take,
  takeAll,
  unsent,
} from './window.ts'

export interface PublisherOptions {
  readonly url: string
  readonly name: string
  readonly log: Log
  readonly heartbeatMs?: number
  /** No confirm in this time: the socket is destroyed and what is in doubt published again. Default 30,000; the clock stops while the broker blocks. */
  readonly confirmTimeoutMs?: number
  /** How many may be unconfirmed. Default 256. */
  readonly window?: number
  /** Runs on each new connection, before anything is published on it. */
  readonly setUp?: (connection: AmqpConnection, signal: AbortSignal) => Promise<void>
  /** Why a publication was refused or returned; called just before its result. */
  readonly failed?: (publication: Publication, reason: string) => void
}

/** Publishes with confirms on a connection and a channel of its own. */
export interface Publisher {
  /** Never rejects: one result a publication, in order, at their confirms. `no-room`: away, blocked or full, and nothing of it is with the broker. */
  publish(publications: readonly Publication[]): Promise<readonly PublishResult[]>
  /** Resolves when it takes more; rejects when the signal aborts. */
  room(signal: AbortSignal): Promise<void>
  /** Resolves when the first connect has succeeded or failed. */
  readonly attempted: Promise<void>
  health(): Health
  /** Waits up to 5 s for confirms; what is unconfirmed then becomes `no-room`. May be called twice. */
  close(): Promise<void>
}

interface State {
  readonly options: PublisherOptions
  readonly window: number
  readonly flight: Flight
  readonly line: Line
  /** One of these broke the channel: they go one by one. */
  suspects: Item[]
  /** The suspect that is under way alone. */
  trial: Item | undefined
  channel: ConfirmChannel | undefined
  tag: number
  blocked: boolean
  closed: boolean
  clockFrom: number
  readonly retries: Map<NodeJS.Timeout, Item>
  readonly waiting: Set<() => void>
  readonly properties: Options.Publish
}

const WINDOW = 256
const MAX_FLIGHT_BYTES = 8 * 1_024 ** 2
const MAX_UNSENT = 1_024
const MAX_UNSENT_BYTES = 16 * 1_024 ** 2
const NACK_DELAYS_MS = [50, 200, 500, 1_000]
// A leader that moves answers internal errors for a moment, and 320 is a broker that stops: neither is the fault of what was published.
const NOBODYS_FAULT = new Set([320, 541])

/** Starts to connect at once. */
export function createPublisher(options: PublisherOptions): Publisher {
  const state = newState(options)
  const connection: Connection = createConnection({
    url: options.url,
    name: options.name,
    log: options.log,
    ...(options.heartbeatMs !== undefined && { heartbeatMs: options.heartbeatMs }),
    setUp: async (amqp, signal) => {
      await options.setUp?.(amqp, signal)
      await useChannel(state, amqp, reason => connection.drop(reason))
    },
    down: reason => onDown(state, reason),
    blocked: blocked => onBlocked(state, blocked),
  })
  const clock = watchConfirms(state, connection)
  return {
    attempted: connection.attempted,
    publish: publications => publish(state, publications),
    room: signal => room(state, signal),
    health: () => {
      const { up, blocked, detail } = connection.state()
      return { ok: up && !blocked, detail }
    },
    async close() {
      state.closed = true
      sendBack(state)
      await quiet(state)
      clearInterval(clock)
      await connection.close()
      giveUp(state)
    },
  }
}

function newState(options: PublisherOptions): State {
  return {
    options,
    window: options.window ?? WINDOW,
    flight: { items: new Map(), bytes: 0 },
    line: { items: [], head: 0, bytes: 0 },
    suspects: [],
    trial: undefined,
    channel: undefined,
    tag: 0,
    blocked: false,
    closed: false,
    clockFrom: 0,
    retries: new Map(),
    waiting: new Set(),
    properties: { persistent: true, mandatory: true },
  }
}

function publish(state: State, publications: readonly Publication[]): Promise<readonly PublishResult[]> {
  return new Promise(done => {
    const batch: Batch = { results: new Array(publications.length), left: publications.length, done }
    if (batch.left === 0) return done([])
    publications.forEach((publication, index) => {
      const item: Item = { publication, batch, index, sentAt: 0, nacks: 0, returned: false, doubtful: false }
      if (takes(state, MAX_UNSENT, MAX_UNSENT_BYTES)) join(state.line, item)
      else settle(item, 'no-room')
    })
    pump(state)
  })
}

function takes(state: State, count: number, bytes: number): boolean {
  return state.channel !== undefined && !state.blocked && !state.closed && unsent(state.line) < count && state.line.bytes < bytes
}

function hasRoom(state: State): boolean {
  return takes(state, MAX_UNSENT / 2, MAX_UNSENT_BYTES / 2)
}

function room(state: State, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(asError(signal.reason))
    if (hasRoom(state)) return resolve()
    const stop = () => {
      state.waiting.delete(go)
      reject(asError(signal.reason))
    }
    const go = () => {
      signal.removeEventListener('abort', stop)
      resolve()
    }
    state.waiting.add(go)
    signal.addEventListener('abort', stop, { once: true })
  })
}

function tellRoom(state: State): void {
  if (state.waiting.size === 0 || !hasRoom(state)) return
  const waiting = [...state.waiting]
  state.waiting.clear()
  for (const go of waiting) go()
}

function pump(state: State): void {
  const now = performance.now()
  while (state.channel && !state.blocked && !state.trial) {
    const alone = state.suspects.length > 0
    const { items, bytes } = state.flight
    if (items.size >= (alone ? 1 : state.window) || bytes > MAX_FLIGHT_BYTES) break
    const item = alone ? state.suspects.shift() : take(state.line)
    if (!item) break
    if (alone) state.trial = item
    item.sentAt = now
    if (!send(state, state.channel, item)) break
  }
  tellRoom(state)
}

/** False where the channel is closing: the item is back in its place. */
function send(state: State, channel: ConfirmChannel, item: Item): boolean {
  const { exchange, routingKey, contentType, messageId, correlationId, headers, body } = item.publication
  const properties = Object.assign(state.properties, { contentType, messageId, correlationId, headers })
  const alone = state.trial === item
  try {
    channel.publish(exchange, routingKey, asBuffer(body), properties)
  } catch (error) {
    if (alone) state.trial = undefined
    if (!isClosed(error)) fail(state, item, 'refused', asError(error).message)
    else if (alone) state.suspects.unshift(item)
    else joinAtHead(state.line, [item])
    return !isClosed(error)
  }
  item.returned = false
  state.flight.items.set(++state.tag, item)
  state.flight.bytes += sizeOf(item)
  return true
}

function asBuffer(body: Uint8Array): Buffer {
  return Buffer.isBuffer(body) ? body : Buffer.from(body.buffer, body.byteOffset, body.byteLength)
}

function isClosed(error: unknown): boolean {
  return error instanceof Error && error.name === 'IllegalOperationError'
}

function fail(state: State, item: Item, result: 'refused' | 'returned', reason: string): void {
  const { exchange, routingKey, messageId } = item.publication
  state.options.log.debug('publication-failed', { messageId, exchange, routingKey, result, reason })
  state.options.failed?.(item.publication, reason)
  settle(item, result)
}

async function useChannel(state: State, amqp: AmqpConnection, drop: (reason: string) => void): Promise<void> {
  const channel = await openConfirmChannel(amqp)
  let fault = new Error('channel closed')
  channel.on('error', error => {
    fault = error
  })
  channel.on('ack', ({ deliveryTag, multiple }) => onAck(state, deliveryTag, multiple))
  channel.on('nack', ({ deliveryTag, multiple }) => onNack(state, deliveryTag, multiple))
  channel.on('return', ({ fields, properties }) => {
    const item = returnedItem(state.flight, fields, properties)
    if (item) item.returned = true
  })
  channel.on('close', () => {
    const code = replyCode(fault)
    if (state.channel !== channel || code === undefined) return
    state.channel = undefined
    suspect(state, fault, code)
    useChannel(state, amqp, drop).catch(error => drop(asError(error).message))
  })
  state.channel = channel
  state.tag = 0
  pump(state)
}

function onAck(state: State, tag: number, multiple: boolean): void {
  for (const item of land(state.flight, tag, multiple)) {
    if (state.trial === item) state.trial = undefined
    if (item.returned) fail(state, item, 'returned', noRoute(item))
    else settle(item, 'stored')
  }
  pump(state)
}

function noRoute({ publication: { exchange, routingKey } }: Item): string {
  return exchange === ''
    ? `no queue ${JSON.stringify(routingKey)}`
    : `no queue is bound to exchange ${JSON.stringify(exchange)} for routing key ${JSON.stringify(routingKey)}`
}

function onNack(state: State, tag: number, multiple: boolean): void {
  for (const item of land(state.flight, tag, multiple)) {
    if (state.trial === item) state.trial = undefined
    const delay = NACK_DELAYS_MS[item.nacks++]
    if (delay === undefined || state.closed)
      fail(state, item, 'refused', `the broker said no ${item.nacks} times (nack): is the queue full?`)
    else later(state, item, delay)
  }
  pump(state)
}

function later(state: State, item: Item, delay: number): void {
  const timer = setTimeout(() => {
    state.retries.delete(timer)
    if (!state.channel || state.blocked) return settle(item, 'no-room')
    joinAtHead(state.line, [item])
    pump(state)
  }, delay)
  state.retries.set(timer, item)
}

/** One of those in flight broke the channel; a suspect that was alone is found out. */
function suspect(state: State, fault: Error, code: number): void {
  const items = landAll(state.flight)
  const { trial } = state
  state.trial = undefined
  if (trial) fail(state, trial, code === 404 ? 'returned' : 'refused', fault.message)
  state.suspects = items.filter(item => item !== trial).concat(state.suspects)
}

function onDown(state: State, reason: Error): void {
  const code = replyCode(reason)
  state.channel = undefined
  state.blocked = false
  if (code !== undefined && !NOBODYS_FAULT.has(code)) suspect(state, reason, code)
  const items = landAll(state.flight)
  for (const item of items) item.doubtful = true
  if (state.trial) state.suspects.unshift(...items)
  else joinAtHead(state.line, items)
  state.trial = undefined
  sendBack(state)
}

function onBlocked(state: State, blocked: boolean): void {
  state.blocked = blocked
  state.clockFrom = performance.now()
  if (blocked) sendBack(state)
  else pump(state)
}

/** What was never sent stays in the store; what is in doubt waits here, to be published again. */
function sendBack(state: State): void {
  for (const item of takeAll(state.line)) {
    if (item.doubtful) join(state.line, item)
    else settle(item, 'no-room')
  }
}

function watchConfirms(state: State, connection: Connection): NodeJS.Timeout {
  const limit = state.options.confirmTimeoutMs ?? 30_000
  const look = () => {
    const [oldest] = state.flight.items.values()
    if (!oldest || state.blocked) return
    const since = performance.now() - Math.max(oldest.sentAt, state.clockFrom)
    if (since > limit) connection.drop(`no confirm in ${limit} ms`)
  }
  return setInterval(look, Math.min(1_000, limit / 4)).unref()
}

async function quiet(state: State): Promise<void> {
  const end = performance.now() + 5_000
  const busy = () => state.flight.items.size + unsent(state.line) + state.suspects.length + state.retries.size > 0
  while (busy() && state.channel && performance.now() < end) await new Promise(resolve => setTimeout(resolve, 10))
}

function giveUp(state: State): void {
  const items = [...landAll(state.flight), ...state.suspects, ...takeAll(state.line), ...state.retries.values()]
  for (const timer of state.retries.keys()) clearTimeout(timer)
  state.retries.clear()
  state.suspects = []
  for (const item of items) settle(item, 'no-room')
}
