import { type Breaker, createBreaker } from './breaker.ts'
import { GatewayError } from './errors.ts'
import { failpoint } from './failpoint.ts'
import type { Log } from './log.ts'
import type { Metrics } from './metrics.ts'
import { type Delivery, deliveryKey, type Parcel, type PublishResult, type Queue, type Routes } from './ports.ts'
import { pause } from './rate.ts'
import { settle } from './settle.ts'
import type { Change, Store } from './store/port.ts'
import type { Target } from './target.ts'

/** Deliveries that one page takes from the store. */
const PAGE = 200
/** setTimeout's longest wait; longer ones are waited for in steps. */
const LONGEST_WAIT_MS = 2 ** 31 - 1

export interface RelayParts {
  readonly store: Store
  readonly queue: Queue
  readonly targets: ReadonlyMap<string, Target>
  readonly routes: Pick<Routes, 'retry'>
  readonly metrics: Metrics
  readonly log: Log
  /** The queue keeps a durable copy of its own, so that the store's need not be handed out again. */
  readonly queueIsDurable: boolean
}

/** Hands deliveries from the store to the queue: fresh ones at once, the others when they are due and the queue has room. */
export interface Relay {
  /** Takes up what the store holds. */
  start(paused: readonly string[]): Promise<void>
  /** Fresh deliveries, already durable in the store. Resolves when the queue has them or they wait their turn in the store; never rejects. */
  offer(deliveries: readonly Delivery[]): Promise<void>
  /** A delivery was settled; `dueAt` where it waits now. */
  settled(delivery: Delivery, dueAt?: number): void
  /** Looks again at a target: something was opened, recalled or resumed. */
  wake(target: string): void
  setPaused(target: string, paused: boolean): void
  /** Targets that the queue itself delivers to, with how they are. */
  direct(): readonly {
    readonly target: string
    readonly paused: boolean
    readonly breaker: 'open' | 'closed'
    readonly lastError?: string
  }[]
  stop(): Promise<void>
}

/** One target's way from the store to the queue. */
interface Feed {
  readonly target: Target
  readonly breaker: Breaker
  /** Handed to the queue, and not yet known to be settled or durable there. */
  readonly held: Set<string>
  /** The store holds some that are due: fresh ones join behind them. */
  behind: boolean
  /** Counts the calls to look again, so that one which comes while a page is read is not missed. */
  asked: number
  pumping: boolean
  paused: boolean
  nextDueAt: number
  timer: NodeJS.Timeout | undefined
  lastError: string | undefined
}

/** The relay of a gateway. */
export function createRelay(parts: RelayParts): Relay {
  const { store, targets, log } = parts
  const stopping = new AbortController()
  const feeds = new Map<string, Feed>()
  for (const target of targets.values()) feeds.set(target.name, createFeed(target))
  const hand = createHand(parts, wakeAt)

  function wakeAt(feed: Feed, dueAt: number): void {
    if (dueAt >= feed.nextDueAt) return
    feed.nextDueAt = dueAt
    clearTimeout(feed.timer)
    feed.timer = setTimeout(() => fall(feed), Math.min(Math.max(dueAt - Date.now(), 0), LONGEST_WAIT_MS))
  }

  function fall(feed: Feed): void {
    feed.nextDueAt = Number.POSITIVE_INFINITY
    feed.behind = true
    feed.asked += 1
    if (!feed.pumping && !stopping.signal.aborted) void pump(feed)
  }

  async function pump(feed: Feed): Promise<void> {
    feed.pumping = true
    try {
      while (feed.behind && !feed.paused && !stopping.signal.aborted) await turn(feed)
    } catch (error) {
      if (!stopping.signal.aborted) log.error('relay-failed', { target: feed.target.name, detail: String(error) })
      wakeAt(feed, Date.now() + 1_000)
    } finally {
      feed.pumping = false
    }
  }

  async function turn(feed: Feed): Promise<void> {
    if (feed.breaker.open) await pause(feed.breaker.pauseMs, stopping.signal)
    await parts.queue.room(feed.target.name, stopping.signal)
    const asked = feed.asked
    // the same moment for both questions: what falls due in between would be in neither answer
    const now = Date.now()
    const page = await store.due(feed.target.name, now, feed.breaker.open ? 1 : PAGE, feed.held)
    if (page.length > 0) return void (await hand(feed, page))
    if (feed.asked !== asked) return
    feed.behind = false
    const next = await store.nextDue(feed.target.name, now)
    if (next !== undefined) wakeAt(feed, next)
  }

  return {
    async start(paused) {
      for (const name of paused) setPaused(name, true)
      for (const { target, dueAt, count } of await store.waiting()) {
        const feed = feeds.get(target)
        if (feed && dueAt !== undefined) wakeAt(feed, dueAt)
        if (!feed)
          log.warn('target-unknown', {
            target,
            waiting: count,
            mend: 'the config has no such target; give it back, or discard its deliveries',
          })
      }
    },
    async offer(deliveries) {
      for (const [feed, some] of byFeed(feeds, deliveries)) {
        if (feed.behind || feed.paused || feed.breaker.open) fall(feed)
        else await hand(feed, some)
      }
    },
    settled(delivery, dueAt) {
      const feed = feeds.get(delivery.target)
      feed?.held.delete(deliveryKey(delivery))
      if (feed && dueAt !== undefined) wakeAt(feed, dueAt)
    },
    wake(target) {
      const feed = feeds.get(target)
      if (feed) fall(feed)
    },
    setPaused,
    direct: () => [...feeds.values()].filter(feed => feed.target.outbound.publication).map(status),
    async stop() {
      stopping.abort(new GatewayError('DRAINING', 'the gateway stops'))
      for (const feed of feeds.values()) clearTimeout(feed.timer)
    },
  }

  function setPaused(name: string, paused: boolean): void {
    const feed = feeds.get(name)
    if (!feed?.target.outbound.publication) return
    feed.paused = paused
    if (!paused) fall(feed)
  }
}

function createFeed(target: Target): Feed {
  const held = new Set<string>()
  const breaker = createBreaker()
  return {
    target,
    breaker,
    held,
    behind: false,
    asked: 0,
    pumping: false,
    paused: false,
    nextDueAt: Number.POSITIVE_INFINITY,
    timer: undefined,
    lastError: undefined,
  }
}

function status({ target, paused, breaker, lastError }: Feed) {
  return { target: target.name, paused, breaker: breaker.open ? ('open' as const) : ('closed' as const), ...(lastError && { lastError }) }
}

function byFeed(feeds: ReadonlyMap<string, Feed>, deliveries: readonly Delivery[]): Iterable<[Feed, readonly Delivery[]]> {
  const [only] = deliveries
  if (deliveries.length === 1 && only) {
    const feed = feeds.get(only.target)
    return feed ? [[feed, deliveries]] : []
  }
  const groups = new Map<Feed, Delivery[]>()
  for (const delivery of deliveries) {
    const feed = feeds.get(delivery.target)
    if (!feed) continue
    const group = groups.get(feed)
    if (group) group.push(delivery)
    else groups.set(feed, [delivery])
  }
  return groups
}

/** Publishes some deliveries of one target and writes down what the queue said. */
function createHand({ store, queue, routes, metrics, log, queueIsDurable }: RelayParts, wakeAt: (feed: Feed, dueAt: number) => void) {
  return async function hand(feed: Feed, deliveries: readonly Delivery[]): Promise<void> {
    for (const delivery of deliveries) feed.held.add(deliveryKey(delivery))
    failpoint('relay.publishing')
    const results = await queue.publish(deliveries.map(delivery => parcel(feed.target, delivery)))
    failpoint('relay.published')
    if (feed.target.outbound.publication) concludeDirect(feed, deliveries, results)
    else concludeWork(feed, deliveries, results)
  }

  /** The confirmed publish is the delivery. Its record rides along with a later commit: after a crash the same id goes out once more. */
  function concludeDirect(feed: Feed, deliveries: readonly Delivery[], results: readonly PublishResult[]): void {
    const changes = deliveries.flatMap((delivery, index) => {
      const result = results[index] ?? 'no-room'
      if (result !== 'no-room') return [directChange(feed, delivery, result)]
      release(feed, delivery)
      return []
    })
    store
      .settle(changes)
      .catch(error => log.error('store-failed', { target: feed.target.name, detail: String(error) }))
      .finally(() => {
        for (const { messageId, entry, dueAt } of changes) {
          feed.held.delete(deliveryKey({ messageId, entry }))
          if (dueAt !== undefined) wakeAt(feed, dueAt)
        }
      })
  }

  function directChange(feed: Feed, delivery: Delivery, result: PublishResult): Change {
    const at = Date.now()
    const error = result === 'stored' ? undefined : refusal(feed.target.name, result)
    const probe = feed.breaker.open
    feed.breaker.note(!error)
    feed.lastError = error && `${error.code}: ${error.detail}`
    const settlement = settle(error, delivery, routes.retry(delivery.route, delivery.entry), { now: at, random: Math.random() })
    if (!error) metrics.delivered(delivery.route, delivery.target)
    else if (settlement.state === 'waiting') metrics.retried(delivery.route, delivery.target)
    else metrics.dead(delivery.route, delivery.target, error.code)
    const change = { messageId: delivery.messageId, entry: delivery.entry, attempts: delivery.attempts + 1, at, ...settlement }
    if (!error) return change
    const failed = { ...change, error: { code: error.code, detail: error.detail } }
    // A probe uses no attempt, and the next one comes when the breaker's pause is over.
    return probe && failed.state === 'waiting' ? { ...failed, attempts: delivery.attempts, dueAt: at + feed.breaker.pauseMs } : failed
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

function parcel(target: Target, delivery: Delivery): Parcel {
  const publication = target.outbound.publication?.(delivery)
  return publication ? { delivery, publication } : { delivery }
}

function refusal(target: string, result: PublishResult): GatewayError {
  if (result === 'returned') return new GatewayError('TARGET_RETURNED', `the broker has no queue for what goes to ${target}`)
  return new GatewayError('TARGET_UNAVAILABLE', `the broker did not take what goes to ${target}`)
}
