import { setTimeout as sleep } from 'node:timers/promises'
import type { Channel, ConsumeMessage, Replies } from 'amqplib/callback_api'
import { failpoint } from '../../failpoint.ts'
import type { Log } from '../../log.ts'
import type { Health, Subscription } from '../../ports.ts'
import { asError } from '../as-error.ts'
import { ask, closeChannel, openChannel, replyCode } from './channel.ts'
import { type AmqpConnection, createConnection } from './connection.ts'

export interface ConsumersOptions {
  readonly url: string
  readonly name: string
  readonly log: Log
  readonly heartbeatMs?: number
  /** How many unacknowledged messages of one queue may lie here, where inFlight asks for no more. Default 32. */
  readonly prefetch?: number
}

/** What to do with one queue. */
export interface Reading {
  readonly queue: string
  readonly inFlight: number
  /** The message is acknowledged after it resolved, and comes again after it rejected. */
  readonly handle: (message: ConsumeMessage) => Promise<void>
  /** The queue is gone: declares it again. */
  readonly missing: (connection: AmqpConnection) => Promise<void>
}

/** Consumers on one connection of their own, a channel for each queue. */
export interface Consumers {
  /** Resolves when the broker hands out, or at once where it is away: it then begins by itself. */
  consume(reading: Reading): Promise<Subscription>
  /** Messages of the queue that are here and not yet acknowledged. */
  held(queue: string): number
  /** Resolves when the first connect has succeeded or failed. */
  readonly attempted: Promise<void>
  health(): Health
  /** Stops all and waits for running handlers; may be called twice. */
  close(): Promise<void>
}

interface Reader {
  readonly reading: Reading
  readonly log: Log
  readonly prefetch: number
  readonly ended: AbortController
  limit: number
  running: number
  held: ConsumeMessage[]
  channel: Channel | undefined
  tag: string | undefined
  /** Changes of the subscription, one after the other. */
  turn: Promise<void>
  readonly idle: Set<() => void>
}

interface State {
  readonly options: ConsumersOptions
  readonly readers: Set<Reader>
  amqp: AmqpConnection | undefined
}

const REST_MS = 500
const AGAIN_MS = 1_000
const ANSWER_MS = 5_000

/** Starts to connect at once. */
export function createConsumers(options: ConsumersOptions): Consumers {
  const state: State = { options, readers: new Set(), amqp: undefined }
  const connection = createConnection({
    url: options.url,
    name: options.name,
    log: options.log,
    ...(options.heartbeatMs !== undefined && { heartbeatMs: options.heartbeatMs }),
    setUp: async amqp => {
      state.amqp = amqp
      await soon(Promise.all([...state.readers].map(reader => inTurn(reader, () => attach(state, reader)))))
    },
    down: () => {
      state.amqp = undefined
    },
  })
  return {
    attempted: connection.attempted,
    consume: reading => consume(state, reading),
    held: queue =>
      [...state.readers].filter(one => one.reading.queue === queue).reduce((sum, one) => sum + one.held.length + one.running, 0),
    health: () => {
      const { up, detail } = connection.state()
      const silent = [...state.readers].filter(reader => reader.limit > 0 && reader.tag === undefined).map(reader => reader.reading.queue)
      return { ok: up, detail: up && silent.length > 0 ? `${detail}; not consuming yet: ${silent.join(', ')}` : detail }
    },
    async close() {
      await Promise.all([...state.readers].map(reader => stop(state, reader)))
      await connection.close()
    },
  }
}

async function consume(state: State, reading: Reading): Promise<Subscription> {
  const reader: Reader = {
    reading,
    log: state.options.log,
    prefetch: state.options.prefetch ?? 32,
    ended: new AbortController(),
    limit: reading.inFlight,
    running: 0,
    held: [],
    channel: undefined,
    tag: undefined,
    turn: Promise.resolve(),
    idle: new Set(),
  }
  state.readers.add(reader)
  if (state.amqp) await soon(inTurn(reader, () => attach(state, reader)))
  return {
    limit: inFlight => limit(state, reader, inFlight),
    stop: () => stop(state, reader),
  }
}

/** One change of a reader after the other; a failed one leaves it to the channel's end, after which all is set up again. */
function inTurn(reader: Reader, change: () => Promise<void>): Promise<void> {
  reader.turn = reader.turn.then(change).catch(error => {
    reader.log.warn('consumer-failed', { queue: reader.reading.queue, reason: asError(error).message })
    if (reader.channel) void closeChannel(reader.channel)
  })
  return reader.turn
}

/** A queue without a majority answers nothing until the broker gives up after a minute: what is changed has effect here at once, and nobody waits for that. */
async function soon(change: Promise<unknown>): Promise<void> {
  const waited = new AbortController()
  await Promise.race([change, sleep(ANSWER_MS, undefined, { signal: waited.signal }).catch(() => {})])
  waited.abort()
}

async function attach(state: State, reader: Reader): Promise<void> {
  const { amqp } = state
  if (!amqp || reader.ended.signal.aborted) return
  const channel = await openChannel(amqp)
  let gone = false
  channel.on('error', error => {
    gone = replyCode(error) === 404
    reader.log.warn('consumer-channel-closed', { queue: reader.reading.queue, reason: error.message })
  })
  channel.on('close', () => {
    if (reader.channel === channel) Object.assign(reader, { channel: undefined, tag: undefined, held: [] })
    if (state.amqp === amqp && !reader.ended.signal.aborted) void again(state, reader, gone)
  })
  reader.channel = channel
  await subscribe(state, reader, channel)
}

/** The channel ended, and its connection did not. */
async function again(state: State, reader: Reader, gone: boolean): Promise<void> {
  if (!gone) await sleep(AGAIN_MS, undefined, { signal: reader.ended.signal }).catch(() => {})
  await inTurn(reader, async () => {
    if (gone && state.amqp) await reader.reading.missing(state.amqp)
    if (!reader.channel) await attach(state, reader)
  })
}

async function subscribe(state: State, reader: Reader, channel: Channel): Promise<void> {
  const { limit: wanted, prefetch, reading } = reader
  if (wanted === 0) return
  // per consumer, never per channel: RabbitMQ closes the connection for that on a quorum queue
  await ask(done => channel.prefetch(Math.max(wanted, Math.min(prefetch, wanted * 2)), false, done))
  const onMessage = (message: ConsumeMessage | null) => {
    if (message === null) onCancelled(state, reader, channel)
    else if (reader.channel === channel) {
      reader.held.push(message)
      drain(reader)
    }
  }
  const { consumerTag } = await ask<Replies.Consume>(done => channel.consume(reading.queue, onMessage, {}, done))
  reader.tag = consumerTag
}

/** The broker cancelled the consumer: somebody deleted the queue. */
function onCancelled(state: State, reader: Reader, channel: Channel): void {
  reader.log.warn('queue-gone', { queue: reader.reading.queue })
  reader.tag = undefined
  void inTurn(reader, async () => {
    if (reader.channel !== channel || !state.amqp) return
    await reader.reading.missing(state.amqp)
    await subscribe(state, reader, channel)
  })
}

function drain(reader: Reader): void {
  while (reader.running < reader.limit) {
    const message = reader.held.shift()
    if (!message || !reader.channel) return
    void handOut(reader, reader.channel, message)
  }
}

async function handOut(reader: Reader, channel: Channel, message: ConsumeMessage): Promise<void> {
  reader.running++
  let done = true
  try {
    await reader.reading.handle(message)
    failpoint('queue.ack')
  } catch (error) {
    done = false
    reader.log.warn('delivery-not-settled', { queue: reader.reading.queue, reason: asError(error).message })
    await sleep(REST_MS, undefined, { signal: reader.ended.signal }).catch(() => {})
  }
  answer(reader, channel, message, done)
  reader.running--
  if (reader.running === 0) {
    for (const go of reader.idle) go()
    reader.idle.clear()
  }
  drain(reader)
}

/** On the channel that brought it and while that lives; otherwise the broker gives it out again by itself. */
function answer(reader: Reader, channel: Channel, message: ConsumeMessage, done: boolean): void {
  if (reader.channel !== channel) return
  try {
    if (done) channel.ack(message)
    else channel.nack(message, false, true)
  } catch {
    // the channel is closing: the same as gone
  }
}

async function limit(state: State, reader: Reader, inFlight: number): Promise<void> {
  if (reader.limit === inFlight) return
  reader.limit = inFlight
  drain(reader)
  const change = inTurn(reader, async () => {
    if (!reader.channel) return
    await unsubscribe(reader, reader.channel)
    if (reader.channel) await subscribe(state, reader, reader.channel)
  })
  await soon(change)
}

async function unsubscribe(reader: Reader, channel: Channel): Promise<void> {
  const { tag } = reader
  reader.tag = undefined
  if (tag !== undefined) await ask<Replies.Empty>(done => channel.cancel(tag, done))
  for (const message of reader.held.splice(0)) answer(reader, channel, message, false)
}

async function stop(state: State, reader: Reader): Promise<void> {
  reader.limit = 0
  if (!reader.ended.signal.aborted) reader.ended.abort()
  const change = inTurn(reader, async () => {
    if (reader.channel) await unsubscribe(reader, reader.channel)
  })
  await soon(change)
  if (reader.running > 0) await new Promise<void>(resolve => reader.idle.add(resolve))
  state.readers.delete(reader)
  if (reader.channel) await soon(closeChannel(reader.channel))
}
