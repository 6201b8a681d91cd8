import { changeAfter, changeUnproven, report } from './change.ts'
import { asGatewayError, GatewayError } from './errors.ts'
import { failpoint } from './failpoint.ts'
import type { Feed } from './feed.ts'
import type { Log } from './log.ts'
import type { Metrics } from './metrics.ts'
import { type Delivery, type Direct, deliveryKey, type Parcel, type PublishResult, type Queue, type Routes } from './ports.ts'
import type { Change, Store } from './store/port.ts'

export interface HandParts {
  readonly store: Store
  readonly queue: Queue
  readonly routes: Pick<Routes, 'retry'>
  readonly metrics: Metrics
  readonly log: Log
  /** The queue keeps a durable copy of its own, so that the store's need not be handed out again. */
  readonly queueIsDurable: boolean
}

/** Publishes some deliveries of one target and writes down what the queue said. */
export function createHand({ store, queue, routes, metrics, log, queueIsDurable }: HandParts, wakeAt: (feed: Feed, dueAt: number) => void) {
  return async function hand(feed: Feed, deliveries: readonly Delivery[]): Promise<void> {
    for (const delivery of deliveries) feed.held.add(deliveryKey(delivery))
    failpoint('relay.publishing')
    const direct = feed.target.outbound.publication
    const parcels = direct ? await addressed(feed, direct, deliveries) : deliveries.map(delivery => ({ delivery }))
    const results = await queue.publish(parcels)
    failpoint('relay.published')
    const sent = parcels.map(({ delivery }) => delivery)
    if (direct) concludeDirect(feed, sent, results)
    else concludeWork(feed, sent, results)
  }

  /** The parcels of those that the broker can carry at all; the others are dead at once. */
  async function addressed(feed: Feed, publication: Direct['publication'], deliveries: readonly Delivery[]): Promise<Parcel[]> {
    const parcels: Parcel[] = []
    for (const delivery of deliveries) {
      try {
        parcels.push({ delivery, publication: publication(delivery) })
      } catch (error) {
        await record(feed, [changeOf(feed, delivery, asGatewayError(error))])
      }
    }
    return parcels
  }

  /** The confirmed publish is the delivery. Its record rides along with a later commit: after a crash the same id goes out once more. */
  function concludeDirect(feed: Feed, deliveries: readonly Delivery[], results: readonly PublishResult[]): void {
    const changes = deliveries.flatMap((delivery, index) => {
      const result = results[index] ?? 'no-room'
      if (result !== 'no-room') return [changeOf(feed, delivery, result === 'stored' ? undefined : refusal(feed.target.name, result))]
      release(feed, delivery)
      return []
    })
    void record(feed, changes)
  }

  async function record(feed: Feed, changes: readonly Change[]): Promise<void> {
    await store.settle(changes).catch(error => log.error('store-failed', { target: feed.target.name, detail: String(error) }))
    for (const { messageId, entry, dueAt } of changes) {
      feed.held.delete(deliveryKey({ messageId, entry }))
      if (dueAt !== undefined) wakeAt(feed, dueAt)
    }
  }

  function changeOf(feed: Feed, delivery: Delivery, error: GatewayError | undefined): Change {
    const probe = feed.breaker.open
    feed.breaker.note(!error || error.permanent)
    feed.lastError = error && `${error.code}: ${error.detail}`
    const policy = routes.retry(delivery.route, delivery.entry)
    // A probe uses no attempt, and the next one comes when the breaker's pause is over.
    const change = probe && error ? changeUnproven(delivery, error, policy, feed.breaker.pauseMs) : changeAfter(delivery, error, policy)
    report({ metrics, log }, delivery, change)
    return change
  }

  function concludeWork(feed: Feed, deliveries: readonly Delivery[], results: readonly PublishResult[]): void {
    const taken: Delivery[] = []
    for (const [index, delivery] of deliveries.entries()) {
      if (results[index] === 'stored') taken.push(delivery)
      else release(feed, delivery)
      if (results[index] !== 'no-room') feed.breaker.note(results[index] === 'stored')
    }
    if (!queueIsDurable || taken.length === 0) return
    const forget = () => {
      for (const delivery of taken) feed.held.delete(deliveryKey(delivery))
    }
    store.placed(taken, 'broker').then(forget, forget)
  }

  /** Stays in the store, and is handed out again in its order. */
  function release(feed: Feed, delivery: Delivery): void {
    feed.held.delete(deliveryKey(delivery))
    feed.behind = true
    wakeAt(feed, Date.now() + (queueIsDurable ? 50 : 0))
  }
}

function refusal(target: string, result: PublishResult): GatewayError {
  if (result === 'returned') return new GatewayError('TARGET_RETURNED', `the broker has no queue for what goes to ${target}`)
  return new GatewayError('TARGET_UNAVAILABLE', `the broker did not take what goes to ${target}`)
}
