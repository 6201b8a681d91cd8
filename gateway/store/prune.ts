import { storedOf } from '../message.ts'
import type { Query } from './database.ts'
import type { Start } from './protocol.ts'
import { familyStatements, pruneStatements, storedStatements, wayStatements } from './statements.ts'
import type { Base } from './way.ts'

/** Messages looked at in one step: a few milliseconds. */
const STEP = 200

interface Candidate {
  readonly seq: number
  readonly id: string
  readonly reply_seq: number | null
  readonly filtered: string | null
  readonly received_at: number
  readonly stored: string | null
  readonly settled: number
}
interface IdentityRow {
  readonly seq: number
  readonly identity: string
  readonly received_at: number | null
  readonly settled_at: number | null
  readonly open: number
}

/** Where a round of pruning has got to. */
export interface Round {
  readonly phase: 'bodies' | 'receipts' | 'identities' | 'done'
  readonly after: number
  readonly bodies: number
  readonly receipts: number
  /** Bytes in the body store that something refers to; absent before they are counted. */
  readonly storedBytes?: number
}

/** Retention, one small step a call. Takes nothing that is undelivered or dead; the totals remember what goes. */
export function createPrune(base: Base, { retention, identityWindowMs }: Pick<Start, 'retention' | 'identityWindowMs'>) {
  const q = preparePrune(base)
  const isCrowded = (storedBytes: number) => sizeOf(base) + storedBytes > retention.maxSizeBytes
  const takeBodies = (round: Round, now: number): Round => {
    let storedBytes = round.storedBytes ?? q.storedBytes.get()?.bytes ?? 0
    let crowded = isCrowded(storedBytes)
    const found = q.bodies.all(Number.MAX_SAFE_INTEGER, round.after, STEP)
    const before = now - retention.bodiesMs
    let bodies = 0
    for (const one of found) {
      if (one.settled !== 1 || !(crowded || one.received_at < before)) continue
      const freed = deleteBodies(q, one)
      bodies += 1
      storedBytes -= freed
      // one large body may have been enough
      if (crowded && freed > 0) crowded = isCrowded(storedBytes)
    }
    const until = crowded ? Number.MAX_SAFE_INTEGER : before
    return { ...next(round, found, until, 'receipts'), bodies: round.bodies + bodies, storedBytes }
  }
  const takeReceipts = (round: Round, now: number): Round => {
    // Bodies first: receipts go early only where taking bodies made no room. They make none in the body store.
    const before = round.bodies === 0 && isCrowded(0) ? Number.MAX_SAFE_INTEGER : now - retention.receiptsMs
    const found = q.receipts.all(now - identityWindowMs, round.after, STEP)
    const old = found.filter(one => one.settled === 1 && one.received_at < before)
    for (const one of old) deleteReceipt(base, q, one)
    return { ...next(round, found, before, 'identities'), receipts: round.receipts + old.length }
  }
  const takeIdentities = (round: Round, now: number): Round => {
    const found = q.identities.all(round.after, STEP)
    const last = found.length < STEP
    for (const row of found) if (expired(row, now - identityWindowMs)) q.freeIdentity.run(row.identity)
    if (last) q.calls.run(now - identityWindowMs)
    return { ...round, phase: last ? 'done' : 'identities', after: found.at(-1)?.seq ?? 0 }
  }
  return {
    prune(round: Round, now: number): Round {
      if (round.phase === 'bodies') return takeBodies(round, now)
      return round.phase === 'receipts' ? takeReceipts(round, now) : takeIdentities(round, now)
    },
  }
}

type Prune = ReturnType<typeof preparePrune>

function preparePrune({ db, dialect }: Base) {
  const statement = <R>(sql: string): Query<R> => db.prepare<unknown[], R>(dialect.placed(sql))
  const s = pruneStatements
  return {
    bodies: statement<Candidate>(s.bodies),
    receipts: statement<Candidate>(s.receipts),
    identities: statement<IdentityRow>(s.identities),
    bodySeqs: statement<{ seq: number; stored: string | null }>(s.bodySeqs),
    storedBytes: statement<{ bytes: number }>(storedStatements.bytes),
    states: statement<{ target: string; state: string }>(s.states),
    deleteBody: statement(s.deleteBody),
    dropStored: statement(s.dropStored),
    dropStoredOf: statement(s.dropStoredOf),
    deleteParent: statement(s.deleteParent),
    forgetPosition: statement(familyStatements.forgetPosition),
    deleteMessage: statement(s.deleteMessage),
    deleteDeliveries: statement(s.deleteDeliveries),
    deleteEvents: statement(s.deleteEvents),
    freeIdentity: statement(wayStatements.freeIdentity),
    calls: statement(s.calls),
  }
}

/** On to the next page, or to the next phase where this one is at its end or has come to what is too young. */
function next(round: Round, found: readonly Candidate[], before: number, phase: Round['phase']): Round {
  const last = found.at(-1)
  if (!last || found.length < STEP || last.received_at >= before) return { ...round, phase, after: 0 }
  return { ...round, after: last.seq }
}

/** Answers with the bytes in the body store that nothing of this message refers to any more. */
function deleteBodies(q: Prune, one: Candidate): number {
  const stored = new Set([one.stored])
  for (const row of q.bodySeqs.all(one.id)) {
    q.deleteBody.run(row.seq)
    stored.add(row.stored)
  }
  q.deleteBody.run(one.seq)
  if (one.reply_seq !== null) q.deleteBody.run(one.reply_seq)
  stored.delete(null)
  if (stored.size === 0) return 0
  q.dropStored.run(one.seq)
  q.dropStoredOf.run(one.id)
  return [...stored].reduce((sum, text) => sum + (text === null ? 0 : storedOf(text).bytes), 0)
}

function deleteReceipt({ tally }: Base, q: Prune, one: Candidate): void {
  for (const { target, state } of q.states.all(one.id)) {
    if (state === 'delivered' || state === 'discarded' || state === 'expired') tally.add(target, `pruned_${state}`, 1)
  }
  tally.count('pruned_messages', 1)
  if (one.filtered !== null) tally.count('pruned_filtered', 1)
  deleteBodies(q, one)
  q.deleteDeliveries.run(one.id)
  q.deleteEvents.run(one.id)
  if (q.deleteParent.run(one.id).changes > 0) q.forgetPosition.run(`split:${one.id}`)
  q.deleteMessage.run(one.seq)
}

/** A message that is gone or that was settled before the window. */
function expired({ received_at, settled_at, open }: IdentityRow, before: number): boolean {
  if (received_at === null) return true
  return open === 0 && (settled_at ?? received_at) < before
}

/** Bytes that are in use in the database; pages that were freed are used again. */
function sizeOf({ db }: Base): number {
  const [pages, free, size] = ['page_count', 'freelist_count', 'page_size'].map(name => Number(db.pragma(name, { simple: true })))
  return ((pages ?? 0) - (free ?? 0)) * (size ?? 0)
}
