import type { Database } from 'better-sqlite3'
import { createBatches } from './batches.ts'
import type { Dialect } from './dialect.ts'
import { createFamilies } from './families.ts'
import { createKeep } from './keep.ts'
import { createLists } from './lists.ts'
import { createOnce } from './once.ts'
import type { Start } from './protocol.ts'
import { createPrune } from './prune.ts'
import { createReads, type Orphan } from './reads.ts'
import { createRevive } from './revive.ts'
import { keepStatements, readStatements } from './statements.ts'
import { createTally } from './tally.ts'
import { createViews } from './views.ts'
import { type Base, createKnown, createWay } from './way.ts'

/** All that the store's thread can be asked, by name. */
export type Operations = ReturnType<typeof createOperations>

/** The operations of an open database. What lay in source queues is taken back into the store, since those bring it again or have lost it. */
export function createOperations(db: Database, dialect: Dialect, start: Pick<Start, 'identityWindowMs' | 'retention'>) {
  const one = (sql: string): number => Number(db.prepare<[], number>(dialect.placed(sql)).pluck().get() ?? 0)
  const tally = createTally(db, dialect)
  const families = createFamilies(db, dialect)
  const base: Base = {
    db,
    dialect,
    tally,
    families,
    batches: createBatches({ db, dialect, tally, families }),
    identityWindowMs: start.identityWindowMs,
    freight: new Uint8Array(),
    nextSeq: one(readStatements.lastSeq) + 1,
    nextIdentity: one(readStatements.lastIdentity) + 1,
    latest: one(readStatements.latest),
  }
  const orphans = db.prepare<[], Orphan>(dialect.placed(readStatements.fromSource)).all()
  db.exec(dialect.placed(keepStatements.forgetRunning))
  const lists = createLists(base)
  const writes = {
    ...createWay(base),
    ...createKeep(base, lists.find),
    ...createPrune(base, start),
    ...createOnce(base),
    ...createRevive(base),
  }
  writes.recall('source', null)
  return {
    base,
    writes,
    reads: {
      ...createReads(base, orphans),
      ...createViews(base),
      known: createKnown(base),
      dead: lists.dead,
      undelivered: lists.undelivered,
    },
  }
}
