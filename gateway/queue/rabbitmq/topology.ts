import type { Channel, Replies } from 'amqplib/callback_api'
import type { Log } from '../../log.ts'
import { asError } from '../as-error.ts'
import { ask, closeChannel, openChannel, replyCode } from './channel.ts'
import type { AmqpConnection } from './connection.ts'

/** The gateway's queues on the broker: declared when a connection comes up, never on a message's path. */
export interface Topology {
  readonly deadQueue: string
  queueOf(target: string): string
  add(targets: readonly string[]): void
  /** Declares all that is known; resolves when each was tried. */
  declareAll(connection: AmqpConnection): Promise<void>
  /** Declares one queue, on a channel of its own. */
  declare(connection: AmqpConnection, queue: string): Promise<void>
  /** The target's queue was found gone and was made anew: what it held must be published again. Holds until `recovered`. */
  wasLost(target: string): boolean
  recovered(target: string): void
  /** What is wrong with the queues, in words; empty when nothing is. */
  faults(): readonly string[]
  /** The target's queue is there, as far as is known. */
  usable(target: string): boolean
}

interface State {
  readonly prefix: string
  readonly log: Log
  readonly targets: Set<string>
  readonly lost: Set<string>
  readonly faults: Map<string, { readonly text: string; readonly usable: boolean }>
}

/** A throw-away channel for declarations; each refusal closes it, and the next declaration opens another. */
interface Lane {
  readonly connection: AmqpConnection
  channel: Channel | undefined
}

// Large and positive: -1 destroys at the first redelivery on 3.10, and without a limit of ours 4.x gives up after 20.
const DELIVERY_LIMIT = 1_000_000
const DECLARE_MS = 5_000
const PARALLEL = 4

/** The queues `PREFIX.TARGET`, and `PREFIX.dead` for what the broker gives up. */
export function createTopology(prefix: string, log: Log): Topology {
  const state: State = { prefix, log, targets: new Set(), lost: new Set(), faults: new Map() }
  const queueOf = (target: string) => nameOf(prefix, target)
  return {
    deadQueue: `${prefix}.dead`,
    queueOf,
    add: targets => {
      for (const target of targets) state.targets.add(target)
    },
    declareAll: connection => declareAll(state, connection),
    declare: (connection, queue) => declareWithin(state, { connection, channel: undefined }, queue),
    wasLost: target => state.lost.has(queueOf(target)),
    recovered: target => void state.lost.delete(queueOf(target)),
    faults: () => [...state.faults.values()].map(fault => fault.text),
    usable: target => state.faults.get(queueOf(target))?.usable !== false,
  }
}

function nameOf(prefix: string, target: string): string {
  // a system may be called dead; no system has a colon
  return target === 'dead' ? `${prefix}.dead:target` : `${prefix}.${target}`
}

async function declareAll(state: State, connection: AmqpConnection): Promise<void> {
  const queues = [`${state.prefix}.dead`, ...[...state.targets].map(target => nameOf(state.prefix, target))]
  const work = async (): Promise<void> => {
    const lane: Lane = { connection, channel: undefined }
    for (let queue = queues.shift(); queue !== undefined; queue = queues.shift()) await declareWithin(state, lane, queue)
    if (lane.channel) await closeChannel(lane.channel)
  }
  await Promise.all(Array.from({ length: PARALLEL }, work))
}

/** A queue without a majority answers nothing at all: the others must not wait for it. */
async function declareWithin(state: State, lane: Lane, queue: string): Promise<void> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer to its declaration in ${DECLARE_MS} ms`)), DECLARE_MS)
  })
  try {
    await Promise.race([declare(state, lane, queue), late])
    state.faults.delete(queue)
  } catch (error) {
    report(state, queue, asError(error))
    lane.channel = undefined
  } finally {
    clearTimeout(timer)
  }
}

async function declare(state: State, lane: Lane, queue: string): Promise<void> {
  const exists = await check(lane, queue)
  const channel = await channelOf(lane)
  const options = { durable: true, arguments: argumentsOf(state, queue) }
  await ask<Replies.AssertQueue>(done => channel.assertQueue(queue, options, done))
  if (!exists) state.lost.add(queue)
}

async function channelOf(lane: Lane): Promise<Channel> {
  lane.channel ??= await openChannel(lane.connection)
  return lane.channel
}

async function check(lane: Lane, queue: string): Promise<boolean> {
  const channel = await channelOf(lane)
  try {
    await ask<Replies.AssertQueue>(done => channel.checkQueue(queue, done))
    return true
  } catch (error) {
    lane.channel = undefined
    // 404 is also said of a queue whose node is down; that one is not gone
    if (error instanceof Error && replyCode(error) === 404 && error.message.includes('no queue')) return false
    throw error
  }
}

function argumentsOf(state: State, queue: string): Readonly<Record<string, string | number>> {
  const dead = `${state.prefix}.dead`
  if (queue === dead) return { 'x-queue-type': 'quorum' }
  return {
    'x-queue-type': 'quorum',
    'x-delivery-limit': DELIVERY_LIMIT,
    'x-dead-letter-exchange': '',
    'x-dead-letter-routing-key': dead,
    'x-dead-letter-strategy': 'at-least-once',
    'x-overflow': 'reject-publish',
  }
}

function report(state: State, queue: string, error: Error): void {
  const drift = replyCode(error) === 406
  const text = drift
    ? `queue ${queue} is not as declared, and is used as it is: ${error.message}; delete it when it is empty, or mend the policy that changes it`
    : `queue ${queue} cannot be declared: ${error.message}`
  if (state.faults.get(queue)?.text !== text) state.log.warn(drift ? 'queue-drift' : 'queue-unusable', { queue, reason: error.message })
  state.faults.set(queue, { text, usable: drift })
}
