import type { AdminParts } from './admin/parts.ts'
import type { TargetGauges } from './counts.ts'
import type { Runner, TargetStatus } from './delivery.ts'
import type { Log } from './log.ts'
import type { Metrics } from './metrics.ts'
import type { Bodies, Health, Queue, Routes } from './ports.ts'
import type { Relay } from './relay.ts'
import { createReplay, type ReplayParts } from './replay.ts'
import type { Store } from './store/port.ts'

export interface ManagedParts {
  readonly log: Log
  readonly store: Store
  readonly queue: Queue
  readonly routes: Routes
  readonly bodies: Bodies
  readonly storeLarge: ReplayParts['storeLarge']
  readonly metrics: Metrics
  readonly relay: Relay
  readonly runners: ReadonlyMap<string, Runner>
}

/** What the admin API sees and does of a running gateway; also names where the metrics' gauges are read. */
export function createAdminParts(parts: ManagedParts, about: Pick<AdminParts, 'info' | 'config'>): AdminParts {
  const { log, store, queue, routes, metrics, relay, runners } = parts
  const collecting = routes.batches().map(({ waits }) => ({ target: waits, paused: false, breaker: 'closed' as const, inFlight: 0 }))
  const list = () => [
    ...[...runners.values()].map(runner => runner.status()),
    ...relay.direct().map(one => ({ ...one, inFlight: 0 })),
    ...collecting,
  ]
  metrics.observe({ targets: () => gauges(store, list()), commitMs: () => store.fill().commitMs, queueUp: () => queue.health().ok })
  return {
    log,
    store,
    metrics,
    targets: { list, pause: (name, by) => setPaused(parts, name, true, by), resume: (name, by) => setPaused(parts, name, false, by) },
    health: () => ({ store: storeHealth(store), queue: queue.health() }),
    replay: createReplay(parts),
    count: target => queue.count(target),
    ...about,
  }
}

async function setPaused({ store, relay, runners }: ManagedParts, name: string, paused: boolean, by: string): Promise<boolean> {
  const runner = runners.get(name)
  if (!runner && !relay.direct().some(({ target }) => target === name)) return false
  await store.setPaused(name, paused, by)
  relay.setPaused(name, paused)
  await runner?.setPaused(paused)
  return true
}

function storeHealth(store: Store): Health {
  const { ok, detail, queued } = store.fill()
  return { ok, detail: `${detail}; ${queued} undelivered` }
}

async function gauges(store: Store, targets: readonly TargetStatus[]): Promise<readonly TargetGauges[]> {
  const waiting = new Map((await store.waiting()).map(one => [one.target, one]))
  return targets.map(({ target, inFlight, breaker }) => {
    const { count = 0, oldestAt } = waiting.get(target) ?? {}
    return { target, inFlight, queued: count, breakerOpen: breaker === 'open', ...(oldestAt !== undefined && { oldestAt }) }
  })
}
