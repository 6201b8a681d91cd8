import type { Database } from 'better-sqlite3'
import type { Query } from './database.ts'
import type { Dialect } from './dialect.ts'
import { familyStatements } from './statements.ts'

/** What `parents` counts, in the order of its columns. */
const COLUMNS = ['accepted', 'known', 'rejected', 'delivered', 'failed', 'filtered'] as const
type Column = (typeof COLUMNS)[number]
interface Sums {
  readonly counts: Record<Column, number>
  complete: boolean | undefined
}

/** The entry of a message that was never accepted. */
const BURIED = '-'

/** Counts of the records of messages that were split, changed in the transaction that changes the records. */
export interface Families {
  /** A message that is split; `complete`: all its records come with it. */
  begin(id: string, complete: boolean): void
  /** Whether the records of a message are at their end: they are read, or the reading was given up. */
  ended(id: string, yes: boolean): void
  count(parent: string, column: Column, by: number): void
  /** A delivery has changed its state; `before` is the old one. Counts where it belongs to a record. */
  changed(messageId: string, entry: string, before: string): void
  /** Writes the sums of this transaction; call before COMMIT. */
  flush(now: number): void
  /** Drops what was counted since the last flush. */
  drop(): void
}

/** The families of a database. Where nothing was ever split they cost nothing. */
export function createFamilies(db: Database, dialect: Dialect): Families {
  const statement = <R>(sql: string): Query<R> => db.prepare<unknown[], R>(dialect.placed(sql))
  const s = familyStatements
  const q = {
    begin: statement(s.begin),
    add: statement(s.add),
    settle: statement(s.settle),
    parent: statement<{ parent_id: string | null }>(s.parentOf),
    states: statement<{ entry: string; state: string }>(s.statesOf),
  }
  const sums = new Map<string, Sums>()
  let any = statement(s.any).get() !== undefined
  const sumsOf = (id: string): Sums => {
    const known = sums.get(id)
    if (known) return known
    const counts = { accepted: 0, known: 0, rejected: 0, delivered: 0, failed: 0, filtered: 0 }
    const fresh: Sums = { counts, complete: undefined }
    sums.set(id, fresh)
    return fresh
  }
  const count = (parent: string, column: Column, by: number) => {
    sumsOf(parent).counts[column] += by
  }
  return {
    begin(id, complete) {
      any = true
      q.begin.run(id, complete ? 1 : 0)
      sumsOf(id)
    },
    ended(id, yes) {
      sumsOf(id).complete = yes
    },
    count,
    changed(messageId, entry, before) {
      const parent = any ? q.parent.get(messageId)?.parent_id : undefined
      if (parent == null) return
      const now = q.states.all(messageId)
      const [from, to] = [outcome(now.map(one => (one.entry === entry ? before : one.state))), outcome(now.map(one => one.state))]
      if (from === to || now.some(one => one.entry === BURIED)) return
      if (from) count(parent, from, -1)
      if (to) count(parent, to, 1)
    },
    flush(now) {
      for (const [id, { counts, complete }] of sums) {
        q.add.run(...COLUMNS.map(column => counts[column]), complete === undefined ? null : Number(complete), id)
        q.settle.run(now, id)
      }
      sums.clear()
    },
    drop: () => sums.clear(),
  }
}

/** How a record ended; undefined while it is open. */
function outcome(states: readonly string[]): 'delivered' | 'failed' | undefined {
  if (states.some(state => state === 'queued' || state === 'waiting')) return undefined
  return states.every(state => state === 'delivered' || state === 'filtered' || state === 'superseded') ? 'delivered' : 'failed'
}
