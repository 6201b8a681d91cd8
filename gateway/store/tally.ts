import type { Database } from 'better-sqlite3'
import type { Dialect } from './dialect.ts'
import { keepStatements, readStatements } from './statements.ts'

/** What `totals` counts of a target, in the order of its columns. */
const COLUMNS = ['accepted', 'delivered', 'dead', 'discarded', 'expired', 'pruned_delivered', 'pruned_discarded', 'pruned_expired'] as const
type Column = (typeof COLUMNS)[number]
export type Counter = 'messages' | 'duplicates' | 'filtered' | 'pruned_messages' | 'pruned_filtered'

export interface Open {
  count: number
  bytes: number
}

/** The ledger's counts: in memory what is open, in the database the totals, changed in the transaction that changes the rows. */
export interface Tally {
  add(target: string, column: Column, by: number): void
  open(target: string, count: number, bytes: number): void
  count(name: Counter, by: number): void
  /** Writes the sums of this transaction; call before COMMIT. */
  flush(): void
  /** Takes over what the transaction opened and closed; call after COMMIT. */
  keep(): void
  /** Drops what was added since the last keep; call after ROLLBACK. */
  drop(): void
  readonly targets: ReadonlyMap<string, Open>
  readonly total: Readonly<Open>
}

/** The counts of a database, with what is open read from it. */
export function createTally(db: Database, dialect: Dialect): Tally {
  const total: Open = { count: 0, bytes: 0 }
  const targets = new Map<string, Open>()
  const sums = new Map<string, number[]>()
  const opened = new Map<string, Open>()
  const counters = new Map<Counter, number>()
  const writeTotal = db.prepare(dialect.placed(keepStatements.total))
  const writeCount = db.prepare(dialect.placed(keepStatements.count))
  const open = (of: Map<string, Open>) => (target: string, count: number, bytes: number) => {
    const known = of.get(target)
    if (!known) return void of.set(target, { count, bytes })
    known.count += count
    known.bytes += bytes
  }
  const clear = () => [sums, opened, counters].forEach(map => void map.clear())
  const keep = () => {
    for (const [target, { count, bytes }] of opened) {
      open(targets)(target, count, bytes)
      total.count += count
      total.bytes += bytes
    }
    clear()
  }
  for (const row of db.prepare<[], Open & { target: string }>(readStatements.openTotals).all())
    open(opened)(row.target, row.count, row.bytes)
  keep()
  return {
    targets,
    total,
    open: open(opened),
    keep,
    drop: clear,
    add(target, column, by) {
      const known = sums.get(target) ?? COLUMNS.map(() => 0)
      const at = COLUMNS.indexOf(column)
      known[at] = (known[at] ?? 0) + by
      sums.set(target, known)
    },
    count: (name, by) => void counters.set(name, (counters.get(name) ?? 0) + by),
    flush() {
      for (const [target, sum] of sums) writeTotal.run(target, ...sum)
      for (const [name, by] of counters) writeCount.run(name, by)
    },
  }
}
