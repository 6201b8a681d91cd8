import type { Query } from './database.ts'
import { batchStatements } from './statements.ts'
import type { Base } from './way.ts'

/** What closes with a batch. */
interface Member {
  readonly message_id: string
  readonly entry: string
  readonly target: string
  readonly bytes: number
}

/** Members of batches: deliveries that stay queued until the message that carries them all is delivered. */
export interface Batches {
  /** Puts deliveries into a batch; throws where one of them is no longer free, and then nothing of the transaction holds. */
  join(batch: string, members: readonly (readonly [messageId: string, entry: string])[]): void
  /** A delivery has ended: so do those that it carries. */
  ended(messageId: string, state: string, at: number): void
  /** After a roll-back. */
  drop(): void
}

/** The batches of a database. */
export function createBatches({ db, dialect, tally, families }: Pick<Base, 'db' | 'dialect' | 'tally' | 'families'>): Batches {
  const statement = <R>(sql: string): Query<R> => db.prepare<unknown[], R>(dialect.placed(sql))
  const open = statement<{ batch_id: string }>(batchStatements.open)
  const join = statement(batchStatements.join)
  const end = statement<Member>(batchStatements.end)
  const read = () => new Set(open.all().map(row => row.batch_id))
  let carriers = read()
  return {
    join(batch, members) {
      carriers.add(batch)
      for (const member of members) {
        if (join.run(batch, ...member).changes !== 1) throw new Error(`${member.join(' ')} is no longer free for a batch`)
      }
    },
    ended(messageId, state, at) {
      // a dead batch may be replayed: its members wait for that
      if (!carriers.has(messageId) || (state !== 'delivered' && state !== 'discarded')) return
      carriers.delete(messageId)
      for (const one of end.all(state, at, messageId)) {
        tally.add(one.target, state, 1)
        tally.open(one.target, -1, -one.bytes)
        families.changed(one.message_id, one.entry, 'queued')
      }
    },
    drop() {
      carriers = read()
    },
  }
}
