import { setTimeout as sleep } from 'node:timers/promises'
import type { ConsumeMessage, Replies } from 'amqplib/callback_api'
import type { Log } from '../../log.ts'
import type { ConsumeOptions, Delivery, Health, Parcel, Publication, PublishResult, Queue, Subscription } from '../../ports.ts'
import { asError } from '../as-error.ts'
import { ask, closeChannel, openChannel } from './channel.ts'
import type { AmqpConnection } from './connection.ts'
import { type Consumers, createConsumers } from './consumer.ts'
import { type Abandoned, readDead } from './dead.ts'
import { decodeDelivery, encodeDelivery } from './delivery-codec.ts'
import { createPublisher, type Publisher } from './publisher.ts'
import { createTopology, type Topology } from './topology.ts'

export interface RabbitmqQueueOptions {
  readonly url: string
  /** The project's name, for the queues' names. */
  readonly project: string
  readonly prefix?: string
  readonly prefetch?: number
  readonly heartbeatMs?: number
  readonly window?: number
  readonly confirmTimeoutMs?: number
  readonly log: Log
  /** Keeps what the broker gave up as a dead letter; resolves when that is durable. */
  readonly abandoned: (abandoned: Abandoned) => Promise<void>
  /** Why a publication was refused or returned; called just before its result. */
  readonly failed?: (publication: Publication, reason: string) => void
}

interface State {
  readonly options: RabbitmqQueueOptions
  readonly topology: Topology
  readonly lost: Map<string, () => Promise<void>>
  /** Targets whose queue was found missing by a publish and is being declared. */
  readonly repairs: Map<string, Promise<void>>
  /** Where the publications of targets with queues of their own last found no room. */
  readonly destinations: Map<string, Publication>
  amqp: AmqpConnection | undefined
  started: Started | undefined
}

interface Started {
  readonly publisher: Publisher
  readonly consumers: Consumers
}

const START_MS = 10_000
const RECOVER_AGAIN_MS = 5_000
const COUNT_MS = 2_000

/** Deliveries that are ready, in quorum queues of RabbitMQ: one work queue for each target, on two connections (publishing, consuming). Connects at `start`. */
export function createRabbitmqQueue(options: RabbitmqQueueOptions): Queue {
  const topology = createTopology(options.prefix ?? `waybill.${options.project}`, options.log)
  const state: State = {
    options,
    topology,
    lost: new Map(),
    repairs: new Map(),
    destinations: new Map(),
    amqp: undefined,
    started: undefined,
  }
  return {
    start: targets => start(state, targets),
    publish: parcels => publish(state, parcels),
    room: (target, signal) => room(state, target, signal),
    consume: (target, handle, consumeOptions) => consume(state, target, handle, consumeOptions),
    health: () => health(state),
    count: target => count(state, target),
    async close() {
      await state.started?.consumers.close()
      await state.started?.publisher.close()
    },
  }
}

async function start(state: State, targets: readonly string[]): Promise<void> {
  state.topology.add(targets)
  if (state.started) {
    const { amqp } = state
    if (amqp) await Promise.all(targets.map(target => declare(state, amqp, target)))
    return
  }
  state.started = connect(state)
  const { consumers, publisher } = state.started
  const waited = new AbortController()
  const late = sleep(START_MS, undefined, { signal: waited.signal }).catch(() => {})
  await Promise.race([Promise.all([publisher.attempted, consumers.attempted]), late])
  waited.abort()
  await readDead(consumers, state.topology, state.options.abandoned)
}

function connect(state: State): Started {
  const { url, log, project, prefetch, heartbeatMs, window, confirmTimeoutMs, failed } = state.options
  const shared = { url, log, ...(heartbeatMs !== undefined && { heartbeatMs }) }
  const publisher = createPublisher({
    ...shared,
    name: `waybill ${project} publisher`,
    ...(window !== undefined && { window }),
    ...(confirmTimeoutMs !== undefined && { confirmTimeoutMs }),
    ...(failed && { failed }),
    setUp: amqp => setUp(state, amqp),
  })
  const consumers = createConsumers({ ...shared, name: `waybill ${project} consumer`, ...(prefetch !== undefined && { prefetch }) })
  return { publisher, consumers }
}

async function setUp(state: State, amqp: AmqpConnection): Promise<void> {
  state.amqp = amqp
  amqp.on('close', () => {
    if (state.amqp === amqp) state.amqp = undefined
  })
  await state.topology.declareAll(amqp)
  // before anything is published: what is recalled must not be what was published a moment ago
  for (const target of state.lost.keys()) await recover(state, target)
}

async function declare(state: State, amqp: AmqpConnection, target: string): Promise<void> {
  await state.topology.declare(amqp, state.topology.queueOf(target))
  await recover(state, target)
}

async function recover(state: State, target: string): Promise<void> {
  const lost = state.lost.get(target)
  if (!lost || !state.topology.wasLost(target)) return
  try {
    await lost()
    state.topology.recovered(target)
  } catch (error) {
    state.options.log.error('lost-queue-not-recovered', { target, reason: asError(error).message })
    setTimeout(() => void recover(state, target), RECOVER_AGAIN_MS).unref()
  }
}

async function publish(state: State, parcels: readonly Parcel[]): Promise<readonly PublishResult[]> {
  const { started, topology } = state
  if (!started) return parcels.map(() => 'no-room')
  const results = await started.publisher.publish(
    parcels.map(({ delivery, publication }) => publication ?? encodeDelivery(delivery, topology.queueOf(delivery.target))),
  )
  return results.every(isStored) ? results : results.map((result, index) => afterwards(state, parcels[index], result))
}

function isStored(result: PublishResult): boolean {
  return result === 'stored'
}

function afterwards(state: State, parcel: Parcel | undefined, result: PublishResult): PublishResult {
  if (result === 'no-room' && parcel?.publication) state.destinations.set(parcel.delivery.target, parcel.publication)
  return missing(state, parcel, result)
}

/** A work queue of ours that is not there is not the target's fault: it is declared again, and the delivery waits in the store. */
function missing(state: State, parcel: Parcel | undefined, result: PublishResult): PublishResult {
  if (result !== 'returned' || !parcel || parcel.publication) return result
  void repair(state, parcel.delivery.target)
  return 'no-room'
}

function repair(state: State, target: string): Promise<void> {
  const running = state.repairs.get(target)
  if (running) return running
  state.options.log.warn('queue-gone', { queue: state.topology.queueOf(target) })
  const work = mend(state, target).finally(() => state.repairs.delete(target))
  state.repairs.set(target, work)
  return work
}

async function mend(state: State, target: string): Promise<void> {
  if (state.amqp) await declare(state, state.amqp, target)
  // what cannot be declared now (no permission, no majority) is not asked for again at once
  if (!state.topology.usable(target)) await sleep(RECOVER_AGAIN_MS, undefined, { ref: false })
}

async function room(state: State, target: string, signal: AbortSignal): Promise<void> {
  if (!state.started) throw new Error('the queue has not been started')
  await state.repairs.get(target)
  const destination = state.destinations.get(target) ?? { exchange: '', routingKey: state.topology.queueOf(target) }
  await state.started.publisher.room(signal, destination)
  state.destinations.delete(target)
}

async function consume(
  state: State,
  target: string,
  handle: (delivery: Delivery) => Promise<void>,
  { inFlight, lost }: ConsumeOptions,
): Promise<Subscription> {
  const { started, topology } = state
  if (!started) throw new Error('the queue has not been started')
  state.lost.set(target, lost)
  await recover(state, target)
  const subscription = await started.consumers.consume({
    queue: topology.queueOf(target),
    inFlight,
    handle: message => handOver(state, target, message, handle),
    missing: amqp => declare(state, amqp, target),
  })
  return {
    limit: wanted => subscription.limit(wanted),
    async stop() {
      await subscription.stop()
      state.lost.delete(target)
    },
  }
}

/** What is not ours goes to the dead letters: it would come back for ever. */
async function handOver(
  state: State,
  target: string,
  message: ConsumeMessage,
  handle: (delivery: Delivery) => Promise<void>,
): Promise<void> {
  const delivery = decodeDelivery(message.properties, message.content)
  if (delivery) return handle(delivery)
  const { messageId, contentType } = message.properties
  const queue = state.topology.queueOf(target)
  state.options.log.error('foreign-message', { queue, messageId: typeof messageId === 'string' ? messageId : '' })
  await state.options.abandoned({
    delivery: undefined,
    queue,
    reason: 'not a delivery of this gateway',
    messageId: typeof messageId === 'string' ? messageId : undefined,
    contentType: typeof contentType === 'string' ? contentType : 'application/octet-stream',
    body: message.content,
  })
}

function health({ started, topology }: State): Health {
  if (!started) return { ok: false, detail: 'not started' }
  const publishing = started.publisher.health()
  const consuming = started.consumers.health()
  const parts = [publishing.ok ? consuming.detail : publishing.detail, ...topology.faults()]
  return { ok: publishing.ok && consuming.ok, detail: parts.join('; ') }
}

async function count(state: State, target: string): Promise<number | undefined> {
  const { amqp, started, topology } = state
  // the broker reads nothing from a connection that it blocks, so it would not answer either
  if (!amqp || !started?.publisher.health().ok) return undefined
  const queue = topology.queueOf(target)
  const waited = new AbortController()
  try {
    const late = sleep(COUNT_MS, undefined, { signal: waited.signal })
    const lying = await Promise.race([lyingIn(amqp, queue), late])
    return lying === undefined ? undefined : lying + started.consumers.held(queue)
  } catch {
    return undefined
  } finally {
    waited.abort()
  }
}

async function lyingIn(amqp: AmqpConnection, queue: string): Promise<number> {
  const channel = await openChannel(amqp)
  const { messageCount } = await ask<Replies.AssertQueue>(done => channel.checkQueue(queue, done))
  void closeChannel(channel)
  return messageCount
}
