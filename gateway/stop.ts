import type { Admin } from './admin/server.ts'
import type { Batcher } from './batcher.ts'
import type { Runner } from './delivery.ts'
import type { Done } from './done.ts'
import type { Limits } from './limits.ts'
import type { Log } from './log.ts'
import type { Metrics } from './metrics.ts'
import type { Inbound, Queue } from './ports.ts'
import type { Relay } from './relay.ts'
import type { Store } from './store/port.ts'
import type { BadStarts } from './suspects.ts'
import type { Target } from './target.ts'
import type { Upkeep } from './upkeep.ts'

export interface StopParts {
  readonly log: Log
  readonly store: Store
  readonly queue: Queue
  readonly metrics: Metrics
  readonly targets: ReadonlyMap<string, Target>
  readonly relay: Relay
  readonly runners: ReadonlyMap<string, Runner>
  readonly inbounds: readonly Inbound[]
  readonly limits: Limits
  readonly upkeep: Upkeep
  readonly done: Done
  readonly batcher: Batcher
  readonly badStarts: BadStarts
}

/** Ends a gateway from the outside in: sources first, the store last, so that whatever still runs can be written down. May be called twice. */
export function createStop(parts: StopParts, admin: Admin): () => Promise<void> {
  let stopped: Promise<void> | undefined
  return () => {
    stopped ??= stop(parts, admin)
    return stopped
  }
}

async function stop(
  { log, store, queue, metrics, targets, relay, runners, inbounds, limits, upkeep, done, batcher, badStarts }: StopParts,
  admin: Admin,
): Promise<void> {
  await done.stop()
  await batcher.stop()
  limits.close()
  upkeep.stop()
  await every(
    log,
    inbounds.map(inbound => inbound.stop()),
  )
  await relay.stop()
  await every(
    log,
    [...runners.values()].map(runner => runner.stop()),
  )
  await every(log, [queue.close(), ...[...targets.values()].map(target => target.outbound.close())])
  await every(log, [admin.stop()])
  badStarts.forget()
  metrics.close()
  await store.close()
}

/** One part that does not stop well must not keep the others from it. */
async function every(log: Log, work: readonly Promise<void>[]): Promise<void> {
  for (const result of await Promise.allSettled(work)) {
    if (result.status === 'rejected') log.error('stop-failed', { detail: String(result.reason) })
  }
}
