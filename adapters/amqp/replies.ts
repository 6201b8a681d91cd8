import type { ConsumeMessage } from 'amqplib/callback_api'
import { asError } from '../../gateway/queue/as-error.ts'
import { type AmqpConnection, type Connection, createConnection } from '../../gateway/queue/rabbitmq/connection.ts'
import { pause } from '../../gateway/rate.ts'
import type { AdapterContext } from '../adapter.ts'
import { delayMs } from './hold.ts'
import type { ReplyOptions } from './options.ts'
import { type ReadReply, readReply } from './reply-read.ts'
import { openSession, type Session } from './session.ts'
import { declareQueue } from './topology.ts'

const PREFETCH = 256

/** The reply queue of one system: durable, so that answers outlive a connection and a restart. */
export interface Replies {
  readonly queue: string
  /** Resolves when the queue is there and consumed from, for the first time; rejects when the signal aborts. */
  ready(signal: AbortSignal): Promise<void>
  /** The answer to the request that is known by this key; rejects when the signal aborts, and from then on an answer is a late one. */
  expect(key: string, options: ReplyOptions, signal: AbortSignal): Promise<ReadReply>
  close(): Promise<void>
}

interface Waiting {
  readonly options: ReplyOptions
  readonly take: (reply: ReadReply) => void
}

interface State {
  readonly queue: string
  readonly system: string
  readonly context: AdapterContext
  readonly options: ReplyOptions
  readonly waiting: Map<string, Waiting>
  readonly ended: AbortController
  session: Session | undefined
}

export interface RepliesOptions {
  readonly url: string
  readonly system: string
  readonly options: ReplyOptions
  readonly context: AdapterContext
}

/** Connects at once, and again after each loss. */
export function createReplies({ url, system, options, context }: RepliesOptions): Replies {
  const { project, log } = context
  const queue = `waybill.${project.name}.replies.${system}`
  const state: State = { queue, system, context, options, waiting: new Map(), ended: new AbortController(), session: undefined }
  let up = () => {}
  const first = new Promise<void>(resolve => {
    up = resolve
  })
  const connection: Connection = createConnection({
    url,
    name: `waybill ${project.name} replies ${system}`,
    log,
    async setUp(amqp) {
      await consume(state, amqp, reason => connection.drop(reason))
      up()
    },
  })
  return {
    queue,
    ready: signal => until(first, signal),
    expect: (key, wanted, signal) => expectReply(state, key, { wanted, signal }),
    async close() {
      state.ended.abort()
      await state.session?.cancel()
      state.session?.acks.flush()
      await connection.close()
    },
  }
}

async function consume(state: State, amqp: AmqpConnection, drop: (reason: string) => void): Promise<void> {
  const drift = await declareQueue(amqp, state.queue)
  if (drift !== undefined) state.context.log.info('queue-drift', { queue: state.queue, detail: drift })
  const session = await openSession(amqp, { queue: state.queue, prefetch: PREFETCH }, (delivery, acks) => {
    receive(state, delivery).then(
      () => acks.settled(delivery),
      error => drop(asError(error).message),
    )
  })
  state.session = session
  // A queue that was deleted is declared anew on the next connection.
  void session.ended.then(reason => state.ended.signal.aborted || drop(reason))
}

/** Resolves when the reply may leave its queue. */
async function receive(state: State, delivery: ConsumeMessage): Promise<void> {
  const key: unknown = delivery.properties.correlationId
  const waiting = typeof key === 'string' ? state.waiting.get(key) : undefined
  const reply = readReply(delivery, state.system, waiting?.options ?? state.options)
  if (waiting) return waiting.take(reply)
  if (typeof key === 'string' && (await keepLate(state, key, reply))) return
  state.context.log.info('reply-unexpected', { queue: state.queue, correlationId: typeof key === 'string' ? key.slice(0, 200) : undefined })
}

/** A store that is away keeps the reply in its queue. */
async function keepLate({ context: { lateReply, log }, ended, queue }: State, key: string, reply: ReadReply): Promise<boolean> {
  for (let tries = 0; lateReply; tries += 1) {
    try {
      return await lateReply(key, reply)
    } catch (error) {
      log.warn('late-reply-failed', { queue, detail: asError(error).message })
      await pause(delayMs(tries), ended.signal)
    }
  }
  return false
}

interface Wanting {
  readonly wanted: ReplyOptions
  readonly signal: AbortSignal
}

function expectReply({ waiting }: State, key: string, { wanted, signal }: Wanting): Promise<ReadReply> {
  return new Promise((resolve, reject) => {
    const forget = () => {
      if (waiting.get(key) === entry) waiting.delete(key)
      signal.removeEventListener('abort', abort)
    }
    const abort = () => {
      forget()
      reject(asError(signal.reason))
    }
    const entry: Waiting = {
      options: wanted,
      take(reply) {
        forget()
        resolve(reply)
      },
    }
    if (signal.aborted) return reject(asError(signal.reason))
    waiting.set(key, entry)
    signal.addEventListener('abort', abort, { once: true })
  })
}

function until(done: Promise<void>, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const abort = () => reject(asError(signal.reason))
    if (signal.aborted) return abort()
    signal.addEventListener('abort', abort, { once: true })
    done.then(resolve).finally(() => signal.removeEventListener('abort', abort))
  })
}
