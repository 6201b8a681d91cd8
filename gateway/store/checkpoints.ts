import type { Database } from 'better-sqlite3'
import { failureOf } from './failure.ts'
import type { Failure } from './protocol.ts'

/** Pages in the write-ahead log above which it is brought into the database between two batches: about 32 MB. */
const MAX_LOG_PAGES = 8_000
const IDLE_MS = 1_000
const LOOK_EVERY = 16

/** Brings the write-ahead log into the database away from commits: when it is long, and when nothing comes. `failed` is told where the disk fails. */
export function createCheckpoints(db: Database, failed: (failure: Failure) => void) {
  const log = db.prepare<[], { log: number }>('PRAGMA wal_checkpoint(NOOP)')
  let idle: NodeJS.Timeout | undefined
  let batches = 0
  const checkpoint = () => {
    try {
      db.pragma('wal_checkpoint(PASSIVE)')
    } catch (error) {
      // A full disk leaves all in the log, where it is safe.
      failed(failureOf(error))
    }
  }
  return {
    after() {
      batches += 1
      if (idle) idle.refresh()
      else idle = setTimeout(rest, IDLE_MS)
      if (batches % LOOK_EVERY === 0 && (log.get()?.log ?? 0) > MAX_LOG_PAGES) checkpoint()
    },
    stop: () => clearTimeout(idle),
  }

  function rest() {
    idle = undefined
    checkpoint()
  }
}
