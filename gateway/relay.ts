import { GatewayError } from './errors.ts'
import { failpoint } from './failpoint.ts'
import { createFeed, type Feed } from './feed.ts'
import { createHand, type HandParts } from './hand.ts'
import { type Delivery, deliveryKey } from './ports.ts'
import { pause } from './rate.ts'
import type { Target } from './target.ts'

/** Deliveries that one page takes from the store. */
const PAGE = 200
/** setTimeout's longest wait; longer ones are waited for in steps. */
const LONGEST_WAIT_MS = 2 ** 31 - 1

export interface RelayParts extends HandParts {
  readonly targets: ReadonlyMap<string, Target>
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
    const page = await store.due(feed.target.name, now, feed.breaker.open ? 1 : PAGE, inHand(feed))
    if (page.length > 0) {
      await hand(feed, page)
      return failpoint('relay.released')
    }
    if (feed.asked !== asked) return
    feed.behind = false
    const next = await store.nextDue(feed.target.name, now)
    if (next !== undefined) wakeAt(feed, next)
  }

  function offerTo(feed: Feed, some: readonly Delivery[]): Promise<void> {
    if (!feed.behind && !feed.paused && !feed.breaker.open) return hand(feed, some)
    fall(feed)
    return Promise.resolve()
  }

  /** What must not be handed out again: it is on its way to the queue, or in the hands of one that keeps no copy. */
  function inHand(feed: Feed): ReadonlySet<string> {
    const handing = feed.handing.items.flatMap(({ item }) => item)
    return new Set([...handing, ...(parts.queue.holding?.(feed.target.name) ?? [])].map(deliveryKey))
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
    offer(deliveries) {
      const groups = byFeed(feeds, deliveries)
      const [only] = groups
      if (only && groups.length === 1) return offerTo(...only)
      return Promise.all(groups.map(group => offerTo(...group))).then(() => {})
    },
    settled(delivery, dueAt) {
      const feed = dueAt === undefined ? undefined : feeds.get(delivery.target)
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

function status({ target, paused, breaker, lastError }: Feed) {
  return { target: target.name, paused, breaker: breaker.open ? ('open' as const) : ('closed' as const), ...(lastError && { lastError }) }
}

function byFeed(feeds: ReadonlyMap<string, Feed>, deliveries: readonly Delivery[]): readonly [Feed, readonly Delivery[]][] {
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
  return [...groups]
}
