import { setMaxListeners } from 'node:events'
import type { ConsumeMessage } from 'amqplib/callback_api'
import { GatewayError } from '../../gateway/errors.ts'
import type { Log } from '../../gateway/log.ts'
import { asError } from '../../gateway/queue/as-error.ts'
import type { AmqpConnection } from '../../gateway/queue/rabbitmq/connection.ts'
import { pause } from '../../gateway/rate.ts'
import type { Acks } from './acks.ts'
import { delayMs } from './hold.ts'
import { type Origin, readMessage, unfit } from './read.ts'
import { openSession, type Session, type Tell } from './session.ts'
import type { Taker } from './take.ts'
import { type Binding, bindQueue, declareQueue } from './topology.ts'

// 4.x gives up after 20 by default, and then drops; -1 destroys messages on 3.10.
const DELIVERY_LIMIT = { 'x-delivery-limit': 1_000_000 }
const STOP_MS = 15_000

/** One source, ready to be consumed. */
export interface FeedOptions {
  readonly queue: string
  readonly prefetch: number
  readonly declare: boolean
  readonly binding?: Binding
  readonly origin: Origin
  readonly log: Log
}

/** Keeps one source's queue flowing into a taker. */
export interface Feed {
  /** The whole set-up on a new connection; resolves after the first try, and goes on trying while the signal holds. */
  attach(connection: AmqpConnection, signal: AbortSignal): Promise<void>
  /** Takes nothing new, waits (at most 15 s) for what runs, acknowledges it, and gives the rest back. */
  stop(): Promise<void>
}

interface State {
  readonly options: FeedOptions
  readonly taker: Taker
  readonly stopping: AbortController
  session: Session | undefined
  running: number
  idle: (() => void) | undefined
  /** What was last reported as wrong. */
  trouble: string | undefined
}

/** Makes the taker with a signal that aborts when the feed stops. */
export function createFeed(options: FeedOptions, makeTaker: (signal: AbortSignal) => Taker): Feed {
  const stopping = new AbortController()
  setMaxListeners(0, stopping.signal)
  const state: State = {
    options,
    taker: makeTaker(stopping.signal),
    stopping,
    session: undefined,
    running: 0,
    idle: undefined,
    trouble: undefined,
  }
  return {
    async attach(connection, signal) {
      await setUp(state, connection)
      void follow(state, connection, signal)
    },
    stop: () => stop(state),
  }
}

/** Never rejects: what went wrong is reported once, and tried again by `follow`. */
async function setUp(state: State, connection: AmqpConnection): Promise<void> {
  const { options, stopping } = state
  const { queue, binding } = options
  try {
    const drift = options.declare ? await declareQueue(connection, queue, DELIVERY_LIMIT) : undefined
    if (drift !== undefined) options.log.info('queue-drift', { route: options.origin.route, queue, detail: drift })
    if (binding) await bindQueue(connection, queue, binding)
    if (stopping.signal.aborted) return
    state.session = await openSession(connection, options, (delivery, acks, tell) => take(state, delivery, { acks, tell }))
    report(state, undefined)
  } catch (error) {
    report(state, asError(error).message)
  }
}

async function follow(state: State, connection: AmqpConnection, lost: AbortSignal): Promise<void> {
  const over = () => lost.aborted || state.stopping.signal.aborted
  let failures = 0
  while (!over()) {
    const reason = await state.session?.ended
    failures = reason === undefined ? failures + 1 : 0
    state.session = undefined
    if (over()) return
    if (reason !== undefined) report(state, reason)
    await pause(delayMs(failures), lost).catch(() => {})
    if (!over()) await setUp(state, connection)
  }
}

function report(state: State, trouble: string | undefined): void {
  const { origin, log } = state.options
  const { route, source } = origin
  if (trouble === state.trouble) return
  state.trouble = trouble
  if (trouble === undefined) log.info('source-back', { route, source })
  else log.warn('source-away', { route, source, reason: trouble })
}

interface Line {
  readonly acks: Acks
  readonly tell: Tell
}

function take(state: State, delivery: ConsumeMessage, line: Line): void {
  if (state.stopping.signal.aborted) return
  state.running += 1
  handle(state, delivery, line).then(
    () => leave(state),
    error => {
      if (!state.stopping.signal.aborted) state.options.log.error('source-failed', { reason: asError(error).message })
      leave(state)
    },
  )
}

async function handle({ options, taker }: State, delivery: ConsumeMessage, { acks, tell }: Line): Promise<void> {
  const message = readMessage(delivery, options.origin)
  const fault = unfit(delivery, options.origin)
  const { replyTo, correlationId, messageId } = delivery.properties
  const asked = { replyTo, correlationId, messageId, tell }
  await (fault ? taker.bury(message, fault, asked) : taker.take(message, asked))
  acks.settled(delivery)
}

function leave(state: State): void {
  state.running -= 1
  if (state.running === 0) state.idle?.()
}

async function stop(state: State): Promise<void> {
  if (state.stopping.signal.aborted) return
  const { session } = state
  state.stopping.abort(new GatewayError('DRAINING', 'the source is stopping'))
  await session?.cancel()
  await quiet(state)
  session?.acks.flush()
  await session?.close()
}

/** Resolves when nothing runs, or after 15 s. */
function quiet(state: State): Promise<void> {
  return new Promise(resolve => {
    if (state.running === 0) return resolve()
    const timer = setTimeout(resolve, STOP_MS)
    state.idle = () => {
      clearTimeout(timer)
      resolve()
    }
  })
}
