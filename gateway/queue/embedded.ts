import { type Bag, createBag } from '../bag.ts'
import { failpoint } from '../failpoint.ts'
import type { Log } from '../log.ts'
import type { ConsumeOptions, Delivery, Parcel, PublishResult, Queue, Subscription } from '../ports.ts'
import { asError } from './as-error.ts'

export interface EmbeddedQueueOptions {
  /** Deliveries of one target that may lie in memory; what is more stays in the store. Default 1,000. */
  readonly capacity?: number
  /** How long a delivery whose handler rejected rests at the head. Default 500. */
  readonly restMs?: number
  readonly log: Log
}

interface Consumer {
  readonly handle: (delivery: Delivery) => Promise<void>
  limit: number
  stopped: boolean
}

interface Ready {
  readonly target: string
  items: Delivery[]
  head: number
  readonly running: Bag<Delivery>
  resting: boolean
  consumer: Consumer | undefined
  readonly waiting: Set<() => void>
  readonly idle: Set<() => void>
}

interface State {
  readonly options: EmbeddedQueueOptions
  readonly capacity: number
  readonly targets: Map<string, Ready>
  readonly rests: Set<NodeJS.Timeout>
  closed: boolean
}

/** The queue of a gateway without a broker: ready lists in memory. The store holds the durable copy and gives it out again after a restart. */
export function createEmbeddedQueue(options: EmbeddedQueueOptions): Queue {
  const state: State = { options, capacity: options.capacity ?? 1_000, targets: new Map(), rests: new Set(), closed: false }
  return {
    async start(targets) {
      for (const target of targets) readyOf(state, target)
    },
    publish: parcels => publish(state, parcels),
    room: (target, signal) => room(state, readyOf(state, target), signal),
    consume: (target, handle, { inFlight }: ConsumeOptions) =>
      consume(state, readyOf(state, target), { handle, limit: inFlight, stopped: false }),
    health: () => ({ ok: true, detail: 'in memory, with the store behind it' }),
    holding: target => {
      const { items, head, running } = readyOf(state, target)
      return [...running.items.map(({ item }) => item), ...items.slice(head)]
    },
    count: async target => {
      const ready = readyOf(state, target)
      return size(ready) + ready.running.items.length
    },
    close: () => close(state),
  }
}

function readyOf(state: State, target: string): Ready {
  const known = state.targets.get(target)
  if (known) return known
  const ready: Ready = {
    target,
    items: [],
    head: 0,
    running: createBag(),
    resting: false,
    consumer: undefined,
    waiting: new Set(),
    idle: new Set(),
  }
  state.targets.set(target, ready)
  return ready
}

function size(ready: Ready): number {
  return ready.items.length - ready.head
}

async function publish(state: State, parcels: readonly Parcel[]): Promise<readonly PublishResult[]> {
  const touched = new Set<Ready>()
  const results = parcels.map(({ delivery, publication }): PublishResult => {
    if (publication) return 'refused'
    const ready = readyOf(state, delivery.target)
    if (state.closed || size(ready) >= state.capacity) return 'no-room'
    failpoint('queue.publish')
    ready.items.push(delivery)
    touched.add(ready)
    return 'stored'
  })
  for (const ready of touched) setImmediate(() => drain(state, ready))
  return results
}

function drain(state: State, ready: Ready): void {
  const { consumer } = ready
  while (consumer && !consumer.stopped && !ready.resting && ready.running.items.length < consumer.limit) {
    const delivery = shift(ready)
    if (!delivery) break
    void handOut(state, ready, consumer, delivery)
  }
  if (ready.waiting.size > 0 && size(ready) <= state.capacity / 2) release(ready.waiting)
}

function shift(ready: Ready): Delivery | undefined {
  const delivery = ready.items[ready.head]
  if (!delivery) return undefined
  ready.head++
  if (ready.head === ready.items.length || ready.head >= 512) {
    ready.items = ready.items.slice(ready.head)
    ready.head = 0
  }
  return delivery
}

async function handOut(state: State, ready: Ready, consumer: Consumer, delivery: Delivery): Promise<void> {
  const lying = ready.running.add(delivery)
  try {
    await consumer.handle(delivery)
    failpoint('queue.ack')
  } catch (error) {
    rest(state, ready, delivery, error)
  }
  ready.running.remove(lying)
  if (ready.running.items.length === 0) release(ready.idle)
  drain(state, ready)
}

/** Back to the head, and nothing of this target goes out for a moment: whatever failed is not the target's fault. */
function rest(state: State, ready: Ready, delivery: Delivery, error: unknown): void {
  const { messageId, entry } = delivery
  state.options.log.warn('delivery-not-settled', { messageId, entry, target: ready.target, reason: asError(error).message })
  ready.items = [delivery, ...ready.items.slice(ready.head)]
  ready.head = 0
  if (ready.resting || state.closed) return
  ready.resting = true
  const timer = setTimeout(() => {
    state.rests.delete(timer)
    ready.resting = false
    drain(state, ready)
  }, state.options.restMs ?? 500)
  state.rests.add(timer)
}

function release(waiting: Set<() => void>): void {
  const all = [...waiting]
  waiting.clear()
  for (const go of all) go()
}

function room(state: State, ready: Ready, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(asError(signal.reason))
    if (!state.closed && size(ready) <= state.capacity / 2) return resolve()
    const stop = () => {
      ready.waiting.delete(go)
      reject(asError(signal.reason))
    }
    const go = () => {
      signal.removeEventListener('abort', stop)
      resolve()
    }
    ready.waiting.add(go)
    signal.addEventListener('abort', stop, { once: true })
  })
}

async function consume(state: State, ready: Ready, consumer: Consumer): Promise<Subscription> {
  if (ready.consumer && !ready.consumer.stopped) throw new Error(`target ${ready.target} has a consumer already: stop it first`)
  ready.consumer = consumer
  drain(state, ready)
  return {
    async limit(inFlight) {
      consumer.limit = inFlight
      drain(state, ready)
    },
    async stop() {
      consumer.stopped = true
      if (ready.running.items.length > 0) await new Promise<void>(resolve => ready.idle.add(resolve))
    },
  }
}

async function close(state: State): Promise<void> {
  state.closed = true
  for (const timer of state.rests) clearTimeout(timer)
  for (const ready of state.targets.values()) if (ready.consumer) ready.consumer.stopped = true
  const running = [...state.targets.values()].filter(ready => ready.running.items.length > 0)
  await Promise.all(running.map(ready => new Promise<void>(resolve => ready.idle.add(resolve))))
}
