import type { ConfirmChannel, Message } from 'amqplib/callback_api'
import { failpoint } from '../../failpoint.ts'
import type { Publication, PublishResult } from '../../ports.ts'
import { asError } from '../as-error.ts'
import { replyCode } from './channel.ts'
import { isMute, park, setAside, unmute } from './mute.ts'
import type { Confirms } from './publisher-state.ts'
import {
  asBuffer,
  type Batch,
  type Item,
  join,
  joinAtHead,
  land,
  landAll,
  returnedItem,
  settle,
  take,
  takeAll,
  takeOff,
  unsent,
} from './window.ts'

// What is known of each publication: in line, in flight, in doubt, under suspicion; and what the broker's words make of it.

const MAX_FLIGHT_BYTES = 8 * 1_024 ** 2
const MAX_UNSENT = 1_024
const MAX_UNSENT_BYTES = 16 * 1_024 ** 2
const NACK_DELAYS_MS = [50, 200, 500, 1_000]
// A leader that moves answers internal errors for a moment, and 320 is a broker that stops: neither is the fault of what was published.
const NOBODYS_FAULT = new Set([320, 541])

/** Takes what there is room for; resolves with one result a publication. */
export function publish(state: Confirms, publications: readonly Publication[]): Promise<readonly PublishResult[]> {
  return new Promise(done => {
    const batch: Batch = { results: new Array(publications.length), left: publications.length, done }
    if (batch.left === 0) return done([])
    publications.forEach((publication, index) => {
      const item: Item = { publication, batch, index, sentAt: 0, nacks: 0, returned: false, doubtful: false, stuck: false }
      if (takes(state, MAX_UNSENT, MAX_UNSENT_BYTES) && !isMute(state, publication)) join(state.line, item)
      else settle(item, 'no-room')
    })
    pump(state)
  })
}

function takes(state: Confirms, count: number, bytes: number): boolean {
  return state.channel !== undefined && !state.blocked && !state.closed && unsent(state.line) < count && state.line.bytes < bytes
}

function hasRoom(state: Confirms, destination: string | undefined): boolean {
  return takes(state, MAX_UNSENT / 2, MAX_UNSENT_BYTES / 2) && (destination === undefined || !state.mute.has(destination))
}

/** Resolves when half of the room is free, and the destination answers; rejects when the signal aborts. */
export function room(state: Confirms, signal: AbortSignal, destination?: string): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(asError(signal.reason))
    if (hasRoom(state, destination)) return resolve()
    const stop = () => {
      state.waiting.delete(go)
      reject(asError(signal.reason))
    }
    const go = () => {
      signal.removeEventListener('abort', stop)
      resolve()
    }
    state.waiting.set(go, destination)
    signal.addEventListener('abort', stop, { once: true })
  })
}

function tellRoom(state: Confirms): void {
  if (state.waiting.size === 0) return
  for (const [go, destination] of [...state.waiting]) {
    if (hasRoom(state, destination) && state.waiting.delete(go)) go()
  }
}

/** Sends what may go now. */
export function pump(state: Confirms): void {
  const now = performance.now()
  while (state.channel && !state.blocked && !state.trial) {
    const alone = state.suspects.length > 0
    const { items, bytes, stuck } = state.flight
    if (items.size - stuck >= (alone ? 1 : state.window) || bytes > MAX_FLIGHT_BYTES) break
    const item = alone ? state.suspects.shift() : take(state.line)
    if (!item) break
    if (alone) state.trial = item
    item.sentAt = now
    if (!send(state, state.channel, item)) break
  }
  tellRoom(state)
}

/** False where the channel is closing: the item is back in its place. */
function send(state: Confirms, channel: ConfirmChannel, item: Item): boolean {
  const { exchange, routingKey, contentType, messageId, correlationId, replyTo, headers, body } = item.publication
  const properties = Object.assign(state.properties, { contentType, messageId, correlationId, replyTo, headers })
  const alone = state.trial === item
  failpoint('queue.publish')
  try {
    channel.publish(exchange, routingKey, asBuffer(body), properties)
  } catch (error) {
    if (alone) state.trial = undefined
    if (!isClosed(error)) fail(state, item, 'unfit', asError(error).message)
    else if (alone) state.suspects.unshift(item)
    else joinAtHead(state.line, [item])
    return !isClosed(error)
  }
  takeOff(state.flight, ++state.tag, item)
  if (isMute(state, item.publication)) setAside(state, item)
  return true
}

/** Items that the broker has spoken of. */
function heard(state: Confirms, tag: number, multiple: boolean): Item[] {
  const items = land(state.flight, tag, multiple)
  for (const item of items) {
    if (state.trial === item) state.trial = undefined
    unmute(state, item.publication)
  }
  return items
}

function isClosed(error: unknown): boolean {
  return error instanceof Error && error.name === 'IllegalOperationError'
}

function fail(state: Confirms, item: Item, result: Exclude<PublishResult, 'stored' | 'no-room'>, reason: string): void {
  const { exchange, routingKey, messageId } = item.publication
  state.options.log.debug('publication-failed', { messageId, exchange, routingKey, result, reason })
  state.options.failed?.(item.publication, reason)
  settle(item, result)
}

/** A new channel: begins with what is in doubt. */
export function onOpen(state: Confirms, channel: ConfirmChannel): void {
  state.channel = channel
  state.tag = 0
  park(state)
  pump(state)
}

/** Confirmed: stored, unless it was returned before. */
export function onAck(state: Confirms, tag: number, multiple: boolean): void {
  for (const item of heard(state, tag, multiple)) {
    if (item.returned) fail(state, item, 'returned', noRoute(item))
    else {
      failpoint('queue.confirmed')
      settle(item, 'stored')
    }
  }
  pump(state)
}

function noRoute({ publication: { exchange, routingKey } }: Item): string {
  return exchange === ''
    ? `no queue ${JSON.stringify(routingKey)}`
    : `no queue is bound to exchange ${JSON.stringify(exchange)} for routing key ${JSON.stringify(routingKey)}`
}

/** Not stored: again after a while, a few times. */
export function onNack(state: Confirms, tag: number, multiple: boolean): void {
  for (const item of heard(state, tag, multiple)) {
    const delay = NACK_DELAYS_MS[item.nacks++]
    if (delay === undefined || state.closed)
      fail(state, item, 'refused', `the broker said no ${item.nacks} times (nack): is the queue full?`)
    else later(state, item, delay)
  }
  pump(state)
}

function later(state: Confirms, item: Item, delay: number): void {
  const timer = setTimeout(() => {
    state.retries.delete(timer)
    if (!state.channel || state.blocked) return settle(item, 'no-room')
    joinAtHead(state.line, [item])
    pump(state)
  }, delay)
  state.retries.set(timer, item)
}

/** Marks what the broker sends back; the ack for it follows. */
export function onReturn(state: Confirms, { fields, properties }: Message): void {
  const item = returnedItem(state.flight, fields, properties)
  if (item) item.returned = true
}

/** What a channel that one publication closed says of it (AMQP 0-9-1, reply codes): no such exchange, not allowed, or never this one. */
function verdictOf(code: number | undefined): 'returned' | 'refused' | 'unfit' {
  if (code === 404) return 'returned'
  return code === 403 ? 'refused' : 'unfit'
}

/** The broker closed the channel for one of those in flight: they are suspects, and one that was alone is found out. */
export function onRefusal(state: Confirms, fault: Error): void {
  state.channel = undefined
  const items = landAll(state.flight)
  const { trial } = state
  state.trial = undefined
  if (trial) unmute(state, trial.publication)
  if (trial) fail(state, trial, verdictOf(replyCode(fault)), fault.message)
  state.suspects = items.filter(item => item !== trial).concat(state.suspects)
}

/** The connection is gone: what is in flight is in doubt. */
export function onDown(state: Confirms, reason: Error): void {
  const code = replyCode(reason)
  state.channel = undefined
  state.blocked = false
  if (code !== undefined && !NOBODYS_FAULT.has(code)) onRefusal(state, reason)
  const items = landAll(state.flight)
  for (const item of items) item.doubtful = true
  if (state.trial) state.suspects.unshift(...items)
  else joinAtHead(state.line, items)
  state.trial = undefined
  sendBack(state)
}

/** Nothing new is sent while the broker blocks, and the clock of the confirms stands still. */
export function onBlocked(state: Confirms, blocked: boolean): void {
  state.blocked = blocked
  state.clockFrom = performance.now()
  if (blocked) sendBack(state)
  else pump(state)
}

/** What was never sent stays in the store; what is in doubt waits here, to be published again. */
export function sendBack(state: Confirms): void {
  for (const item of takeAll(state.line)) {
    if (item.doubtful) join(state.line, item)
    else settle(item, 'no-room')
  }
}

/** For how long the oldest in flight has waited for its confirm, without the time in which the broker blocked. */
export function oldestMs(state: Confirms): number {
  const [oldest] = state.flight.items.values()
  return oldest && !state.blocked ? performance.now() - Math.max(oldest.sentAt, state.clockFrom) : 0
}

/** Resolves when nothing waits for a confirm, or after 5 s. */
export async function quiet(state: Confirms): Promise<void> {
  const end = performance.now() + 5_000
  const busy = () => state.flight.items.size + unsent(state.line) + state.suspects.length + state.retries.size > 0
  while (busy() && state.channel && performance.now() < end) await new Promise(resolve => setTimeout(resolve, 10))
}

/** Ends every call that still waits. */
export function giveUp(state: Confirms): void {
  const items = [
    ...landAll(state.flight),
    ...state.suspects,
    ...takeAll(state.line),
    ...state.retries.values(),
    ...[...state.parked.values()].flat(),
  ]
  for (const timer of state.retries.keys()) clearTimeout(timer)
  state.retries.clear()
  state.parked.clear()
  state.suspects = []
  for (const item of items) settle(item, 'no-room')
}
