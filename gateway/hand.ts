import { changeAfter, changeUnproven, report } from './change.ts'
import { asGatewayError, GatewayError } from './errors.ts'
import { failpoint } from './failpoint.ts'
import type { Feed } from './feed.ts'
import type { Log } from './log.ts'
import type { Metrics } from './metrics.ts'
import type { Delivery, Parcel, PublishResult, Queue, Routes } from './ports.ts'
import { createSettler } from './settler.ts'
import type { Change, Store } from './store/port.ts'

export interface HandParts {
  readonly store: Store
  readonly queue: Queue
  readonly routes: Pick<Routes, 'retry'>
  readonly metrics: Metrics
  readonly log: Log
}

/** Publishes some deliveries of one target and writes down what the queue said; resolves at the queue's word, never rejects. */
export type Hand = (feed: Feed, deliveries: readonly Delivery[]) => Promise<void>

/** The hand of a relay; `wakeAt` is told when a target's store is to be looked at again. */
export function createHand(parts: HandParts, wakeAt: (feed: Feed, dueAt: number) => void): Hand {
  const { store, queue, log } = parts
  const durable = queue.holding === undefined
  const settler = createSettler(store, log)

  return async function hand(feed, deliveries) {
    const lying = feed.handing.add(deliveries)
    failpoint('relay.publishing')
    const { parcels, refused } = pack(parts, feed, deliveries)
    const results = await queue.publish(parcels)
    failpoint('relay.published')
    const done = () => feed.handing.remove(lying)
    if (feed.target.outbound.publication) concludeDirect({ feed, parcels, results, refused }, done)
    else concludeWork(feed, parcels, results).then(done)
  }

  /** The confirmed publish is the delivery. Its record rides along with a later commit: after a crash the same id goes out once more. */
  function concludeDirect({ feed, parcels, results, refused: changes }: Published, done: () => void): void {
    for (const [index, { delivery }] of parcels.entries()) {
      const result = results[index] ?? 'no-room'
      if (result === 'no-room') lookAgain(feed)
      else changes.push(changeOf(parts, feed, delivery, result === 'stored' ? undefined : refusal(feed.target.name, result)))
    }
    settler.settle(changes, () => {
      for (const { dueAt } of changes) if (dueAt !== undefined) wakeAt(feed, dueAt)
      done()
    })
  }

  /** What the queue has is in its own durable copy from now on, or in its hands. */
  async function concludeWork(feed: Feed, parcels: readonly Parcel[], results: readonly PublishResult[]): Promise<void> {
    const taken = parcels.flatMap(({ delivery }, index) => (results[index] === 'stored' ? [delivery] : []))
    if (taken.length < parcels.length) lookAgain(feed)
    for (const result of results) if (result !== 'no-room') feed.breaker.note(result === 'stored')
    if (durable && taken.length > 0) await store.placed(taken, 'broker').catch(fault)
  }

  /** What was not taken stays in the store, and is handed out again in its order. */
  function lookAgain(feed: Feed): void {
    feed.behind = true
    wakeAt(feed, Date.now() + (durable ? REFUSED_MS : 0))
  }

  function fault(error: unknown): void {
    log.error('store-failed', { detail: String(error) })
  }
}

/** A queue that had no room a moment ago is not asked again at once. */
const REFUSED_MS = 50

interface Published extends Packed {
  readonly feed: Feed
  readonly results: readonly PublishResult[]
}

interface Packed {
  readonly parcels: readonly Parcel[]
  /** Of those that the broker cannot carry at all: they are dead at once. */
  readonly refused: Change[]
}

function pack(parts: HandParts, feed: Feed, deliveries: readonly Delivery[]): Packed {
  const { publication } = feed.target.outbound
  if (!publication) return { parcels: deliveries.map(delivery => ({ delivery })), refused: [] }
  const parcels: Parcel[] = []
  const refused: Change[] = []
  for (const delivery of deliveries) {
    try {
      parcels.push({ delivery, publication: publication(delivery) })
    } catch (error) {
      refused.push(changeOf(parts, feed, delivery, asGatewayError(error)))
    }
  }
  return { parcels, refused }
}

function changeOf(parts: HandParts, feed: Feed, delivery: Delivery, error: GatewayError | undefined): Change {
  const probe = feed.breaker.open
  feed.breaker.note(!error || error.permanent)
  feed.lastError = error && `${error.code}: ${error.detail}`
  const policy = parts.routes.retry(delivery.route, delivery.entry)
  // A probe uses no attempt, and the next one comes when the breaker's pause is over.
  const change = probe && error ? changeUnproven(delivery, error, policy, feed.breaker.pauseMs) : changeAfter(delivery, error, policy)
  report(parts, delivery, change)
  return change
}

function refusal(target: string, result: PublishResult): GatewayError {
  if (result === 'returned') return new GatewayError('TARGET_RETURNED', `the broker has no queue for what goes to ${target}`)
  if (result === 'unfit') return new GatewayError('TARGET_REFUSED', `the broker cannot take what goes to ${target}`)
  return new GatewayError('TARGET_UNAVAILABLE', `the broker did not take what goes to ${target}`)
}
