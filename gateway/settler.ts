import type { Log } from './log.ts'
import type { Change, Store } from './store/port.ts'

/** Writes down what became of deliveries; what comes in one turn of the event loop goes to the store together. */
export interface Settler {
  /** `done` is called once when the changes are durable, or could not be made so (which is logged: they are found again at the next start). */
  settle(changes: readonly Change[], done: () => void): void
}

/** A settler over a store. */
export function createSettler(store: Pick<Store, 'settle'>, log: Log): Settler {
  let changes: Change[] = []
  let waiting: (() => void)[] = []

  async function flush(): Promise<void> {
    const [some, done] = [changes, waiting]
    changes = []
    waiting = []
    await store.settle(some).catch(error => log.error('store-failed', { detail: String(error) }))
    for (const tell of done) tell()
  }

  return {
    settle(some, done) {
      if (waiting.length === 0) setImmediate(flush)
      changes.push(...some)
      waiting.push(done)
    },
  }
}
