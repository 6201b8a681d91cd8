import type { BodyStore } from './bodies.ts'
import type { Log } from './log.ts'
import type { Store } from './store/port.ts'

const PRUNE_MS = 60_000
const SWEEP_MS = 600_000
const WATCH_MS = 500

/** What a running gateway does beside its messages: retention, and a look at whether the store can still be trusted. */
export interface Upkeep {
  stop(): void
}

export interface UpkeepParts {
  readonly store: Pick<Store, 'prune' | 'fill' | 'referenced'>
  readonly bodies: Pick<BodyStore, 'sweep'>
  readonly log: Log
}

/** Prunes by the retention; calls `broken` once when the store can no longer be written for good (a failed sync), since going on could break promises. */
export function createUpkeep({ store, bodies, log }: UpkeepParts, broken: (detail: string) => void): Upkeep {
  let told = false
  const prune = setInterval(() => {
    store.prune(Date.now()).then(
      pruned => log.debug('pruned', { ...pruned }),
      error => log.warn('prune-failed', { detail: String(error) }),
    )
  }, PRUNE_MS).unref()
  const sweep = setInterval(() => {
    bodies.sweep(store.referenced, Date.now()).then(
      files => log.debug('bodies-swept', { files }),
      error => log.warn('sweep-failed', { detail: String(error) }),
    )
  }, SWEEP_MS).unref()
  const watch = setInterval(() => {
    const { ok, detail } = store.fill()
    if (ok || told) return
    told = true
    log.error('store-broken', { detail })
    broken(detail)
  }, WATCH_MS).unref()
  return {
    stop() {
      clearInterval(prune)
      clearInterval(sweep)
      clearInterval(watch)
    },
  }
}
