import type { Query } from './database.ts'
import { familyStatements, wayStatements } from './statements.ts'
import type { Base } from './way.ts'
import type { WirePlan } from './wire.ts'

/** What brings buried messages back. Called inside a transaction. */
export function createRevive(base: Base) {
  const statement = <R>(sql: string): Query<R> => base.db.prepare<unknown[], R>(base.dialect.placed(sql))
  const q = {
    isDead: statement<{ one: number }>(familyStatements.isBuried),
    claim: statement(wayStatements.claimIdentity),
    exhume: statement(familyStatements.exhume),
    revive: statement(familyStatements.revive),
    insertBody: statement(wayStatements.insertBody),
    insertDelivery: statement(wayStatements.insertDelivery),
    event: statement(wayStatements.insertEvent),
    parent: statement<{ parent_id: string | null }>(familyStatements.parentOf),
    tell: statement(familyStatements.tell),
  }
  return {
    /** Answers for each whether it was a dead letter, and is accepted now. */
    revive: (plans: readonly WirePlan[], by: string, now: number): boolean[] => plans.map(plan => reviveOne(base, q, plan, { by, now })),
    tell(ids: readonly string[]): void {
      for (const id of ids) q.tell.run(id)
    },
  }
}

interface Reviving {
  readonly isDead: Query<{ one: number }>
  readonly claim: Query<unknown>
  readonly exhume: Query<unknown>
  readonly revive: Query<unknown>
  readonly insertBody: Query<unknown>
  readonly insertDelivery: Query<unknown>
  readonly event: Query<unknown>
  readonly parent: Query<{ parent_id: string | null }>
}

function reviveOne(
  base: Base,
  q: Reviving,
  [message, deliveries, start, length, once, hash]: WirePlan,
  who: { by: string; now: number },
): boolean {
  const id = String(message[0])
  if (!q.isDead.get(id)) return false
  if (once !== null && q.claim.run(once, hash, id, base.nextIdentity++).changes === 0) return false
  q.exhume.run(id)
  const { tally, families } = base
  tally.add('-', 'accepted', -1)
  tally.add('-', 'dead', -1)
  const seq = base.nextSeq++
  q.insertBody.run(seq, base.freight.subarray(start, start + length))
  q.revive.run(message[12], message[13], message[6], id)
  if (message[13] !== null) tally.count('filtered', 1)
  for (const row of deliveries) {
    q.insertDelivery.run(row, 'store', seq)
    tally.add(String(row[2]), 'accepted', 1)
    tally.open(String(row[2]), 1, Number(row[8]))
  }
  q.event.run(id, '-', who.now, 'replayed', null, null, null, null, who.by)
  const parent = q.parent.get(id)?.parent_id
  if (parent == null) return true
  families.count(parent, 'rejected', -1)
  families.count(parent, 'accepted', 1)
  if (message[13] !== null) families.count(parent, 'filtered', 1)
  return true
}
