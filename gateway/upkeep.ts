import type { Log } from './log.ts'
import type { Store } from './store/port.ts'

const PRUNE_MS = 60_000
const WATCH_MS = 500

/** What a running gateway does beside its messages: retention, and a look at whether the store can still be trusted. */
export interface Upkeep {
  stop(): void
}

/** Prunes by the retention; calls `broken` once when the store can no longer be written for good (a failed sync), since going on could break promises. */
export function createUpkeep(store: Pick<Store, 'prune' | 'fill'>, log: Log, broken: (detail: string) => void): Upkeep {
  let told = false
  const prune = setInterval(() => {
    store.prune(Date.now()).then(
      pruned => log.debug('pruned', { ...pruned }),
      error => log.warn('prune-failed', { detail: String(error) }),
    )
  }, PRUNE_MS).unref()
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
      clearInterval(watch)
    },
  }
}
