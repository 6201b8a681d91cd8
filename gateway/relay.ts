import { GatewayError } from './errors.ts'
import { failpoint } from './failpoint.ts'
import { createFeed, type Feed } from './feed.ts'
import { createHand, type Hand, type HandParts } from './hand.ts'
import { BATCH, type Delivery, deliveryKey } from './ports.ts'
import { pause } from './rate.ts'
import type { Target } from './target.ts'

/** Deliveries that one page takes from the store. */
const PAGE = 200
/** setTimeout's longest wait; longer ones are waited for in steps. */
const LONGEST_WAIT_MS = 2 ** 31 - 1
const AFTER_FAULT_MS = 1_000

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
  direct(): readonly DirectStatus[]
  stop(): Promise<void>
}

export interface DirectStatus {
  readonly target: string
  readonly paused: boolean
  readonly breaker: 'open' | 'closed'
  readonly lastError?: string
}

interface State {
  readonly parts: RelayParts
  readonly feeds: ReadonlyMap<string, Feed>
  readonly hand: Hand
  readonly stopping: AbortController
}

/** The relay of a gateway. */
export function createRelay(parts: RelayParts): Relay {
  const feeds = new Map([...parts.targets.values()].map(target => [target.name, createFeed(target)]))
  const hand = createHand(parts, (feed, dueAt) => wakeAt(state, feed, dueAt))
  const state: State = { parts, feeds, hand, stopping: new AbortController() }
  return {
    start: paused => start(state, paused),
    offer: deliveries => offer(state, deliveries),
    settled(delivery, dueAt) {
      const feed = dueAt === undefined ? undefined : feeds.get(delivery.target)
      if (feed && dueAt !== undefined) wakeAt(state, feed, dueAt)
    },
    wake(target) {
      const feed = feeds.get(target)
      if (feed) fall(state, feed)
    },
    setPaused: (target, paused) => setPaused(state, target, paused),
    direct: () => [...feeds.values()].filter(feed => feed.target.outbound.publication).map(statusOf),
    async stop() {
      state.stopping.abort(new GatewayError('DRAINING', 'the gateway stops'))
      for (const feed of feeds.values()) clearTimeout(feed.timer)
    },
  }
}

async function start(state: State, paused: readonly string[]): Promise<void> {
  for (const name of paused) setPaused(state, name, true)
  const mend = 'the config has no such target; give it back, or discard its deliveries'
  for (const { target, dueAt, count } of await state.parts.store.waiting()) {
    const feed = state.feeds.get(target)
    if (target.startsWith(BATCH)) continue
    if (!feed) state.parts.log.warn('target-unknown', { target, waiting: count, mend })
    else if (dueAt !== undefined) wakeAt(state, feed, dueAt)
  }
}

/** Side by side: what one target has to wait for is nothing to the others. */
function offer(state: State, deliveries: readonly Delivery[]): Promise<void> {
  const groups = byFeed(state.feeds, deliveries)
  const [only] = groups
  if (only && groups.length === 1) return offerTo(state, ...only)
  return Promise.all(groups.map(group => offerTo(state, ...group))).then(() => {})
}

function offerTo(state: State, feed: Feed, some: readonly Delivery[]): Promise<void> {
  if (!feed.behind && !feed.paused && !feed.breaker.open) return state.hand(feed, some)
  fall(state, feed)
  return Promise.resolve()
}

function setPaused(state: State, name: string, paused: boolean): void {
  const feed = state.feeds.get(name)
  if (!feed?.target.outbound.publication) return
  feed.paused = paused
  if (!paused) fall(state, feed)
}

function wakeAt(state: State, feed: Feed, dueAt: number): void {
  if (dueAt >= feed.nextDueAt) return
  feed.nextDueAt = dueAt
  clearTimeout(feed.timer)
  feed.timer = setTimeout(() => fall(state, feed), Math.min(Math.max(dueAt - Date.now(), 0), LONGEST_WAIT_MS))
}

/** The store may hold something for the feed: fresh deliveries join behind it until that has been looked at. */
function fall(state: State, feed: Feed): void {
  feed.nextDueAt = Number.POSITIVE_INFINITY
  feed.behind = true
  feed.asked += 1
  if (!feed.pumping && !state.stopping.signal.aborted) void pump(state, feed)
}

async function pump(state: State, feed: Feed): Promise<void> {
  const { signal } = state.stopping
  feed.pumping = true
  try {
    while (feed.behind && !feed.paused && !signal.aborted) await turn(state, feed)
  } catch (error) {
    if (!signal.aborted) state.parts.log.error('relay-failed', { target: feed.target.name, detail: String(error) })
    wakeAt(state, feed, Date.now() + AFTER_FAULT_MS)
  } finally {
    feed.pumping = false
  }
}

async function turn(state: State, feed: Feed): Promise<void> {
  const { parts, hand, stopping } = state
  const { name } = feed.target
  if (feed.breaker.open) await pause(feed.breaker.pauseMs, stopping.signal)
  await parts.queue.room(name, stopping.signal)
  const { asked } = feed
  // the same moment for both questions: what falls due in between would be in neither answer
  const now = Date.now()
  const page = await parts.store.due(name, now, feed.breaker.open ? 1 : PAGE, inHand(parts, feed))
  if (page.length > 0) {
    await hand(feed, page)
    return failpoint('relay.released')
  }
  if (feed.asked !== asked) return
  feed.behind = false
  const next = await parts.store.nextDue(name, now)
  if (next !== undefined) wakeAt(state, feed, next)
}

/** What must not be handed out again: it is on its way to the queue, or in the hands of one that keeps no copy. */
function inHand({ queue }: RelayParts, feed: Feed): ReadonlySet<string> {
  const handing = feed.handing.items.flatMap(({ item }) => item)
  return new Set([...handing, ...(queue.holding?.(feed.target.name) ?? [])].map(deliveryKey))
}

function statusOf({ target, paused, breaker, lastError }: Feed): DirectStatus {
  return { target: target.name, paused, breaker: breaker.open ? 'open' : 'closed', ...(lastError !== undefined && { lastError }) }
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
