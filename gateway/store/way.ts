import { hash } from 'node:crypto'
import type { Database } from 'better-sqlite3'
import { storedOf } from '../message.ts'
import { SPLIT } from '../ports.ts'
import type { Batches } from './batches.ts'
import { type BuryOne, createBury, type WireBuried } from './bury.ts'
import type { Query } from './database.ts'
import type { Dialect } from './dialect.ts'
import type { Families } from './families.ts'
import type { Place } from './port.ts'
import { familyStatements, readStatements, wayStatements } from './statements.ts'
import type { Tally } from './tally.ts'
import type { Row, WireAccepted, WireChange, WirePlan } from './wire.ts'

/** What the operations of one open store share. */
export interface Base {
  readonly db: Database
  readonly dialect: Dialect
  readonly tally: Tally
  readonly families: Families
  readonly batches: Batches
  readonly identityWindowMs: number
  /** The bodies of the batch at hand. */
  freight: Uint8Array
  /** The next row of messages and bodies, and of identities. */
  nextSeq: number
  nextIdentity: number
  /** The newest moment of receipt that was seen: a clock that runs behind it was set back. */
  latest: number
}

type Named = readonly [messageId: string, entry: string]
type Handed = readonly [messageId: string, entry: string, waits: number]
type Closed = { readonly target: string; readonly bytes: number }

/** The writes on the way of a message. Each is called inside a transaction. */
export function createWay(base: Base) {
  const q = prepareWay(base)
  const bury = createBury(base)
  return {
    accept(plans: readonly WirePlan[], place: Place, beside: WireBeside) {
      const { position, buried, batch } = beside
      const known = new Map<string, Known>()
      const results = plans.map(plan => acceptOne({ base, q, bury, known }, plan, place))
      for (const one of buried) bury(one)
      if (batch) base.batches.join(...batch)
      if (position) q.position.run(...position)
      if (position) q.resume.run(position[0].slice(SPLIT.length))
      return results.every(result => result === 0) ? (0 as const) : results
    },
    settle(changes: readonly WireChange[]): void {
      for (const change of changes) settleOne(base, q, change)
    },
    placed(names: readonly Handed[], place: Place): void {
      for (const name of names) q.place.run(place, ...name)
    },
    recall: (place: Place, target: string | null): number =>
      (target === null ? q.recall.run(place) : q.recallTarget.run(target, place)).changes,
    started: (names: readonly Named[]): number[] => names.map(([messageId, entry]) => q.start.get(messageId, entry)?.starts ?? 0),
  }
}

type Way = ReturnType<typeof prepareWay>

function prepareWay({ db, dialect }: Base) {
  const statement = <R>(sql: string): Query<R> => db.prepare<unknown[], R>(dialect.placed(sql))
  const s = wayStatements
  return {
    ...prepareIdentity({ db, dialect }),
    insertMessage: statement(s.insertMessage),
    insertDelivery: statement(s.insertDelivery),
    insertBody: statement(s.insertBody),
    claim: statement(s.claimIdentity),
    point: statement(s.pointIdentity),
    free: statement(s.freeIdentity),
    deliver: statement<Closed>(s.deliver),
    wait: statement(s.wait),
    giveUp: statement<Closed>(s.giveUp),
    place: statement(s.place),
    start: statement<{ starts: number }>(s.start),
    recall: statement(s.recall),
    recallTarget: statement(s.recallTarget),
    event: statement(s.insertEvent),
    failure: statement(s.insertFailure),
    position: statement(s.position),
    resume: statement(familyStatements.resume),
    body: statement<{ bytes: Uint8Array }>(readStatements.body),
  }
}

function prepareIdentity({ db, dialect }: Pick<Base, 'db' | 'dialect'>) {
  const statement = <R>(sql: string): Query<R> => db.prepare<unknown[], R>(dialect.placed(sql))
  return {
    identity: statement<{ hash: string; message_id: string; filtered: string | null; received_at: number | null }>(wayStatements.identity),
    settledAt: statement<{ settled_at: number | null; open: number }>(wayStatements.settledAt),
  }
}

/** What an accept writes besides. */
export interface WireBeside {
  readonly position: readonly [source: string, value: string] | null
  readonly buried: readonly WireBuried[]
  /** The message that carries deliveries, and those. */
  readonly batch: readonly [id: string, members: readonly Named[]] | null
}

interface Accepting {
  readonly base: Base
  readonly q: Way
  readonly bury: BuryOne
  /** Messages of this call that were known already: so are their records. */
  readonly known: Map<string, Known>
}

function acceptOne({ base, q, bury, known }: Accepting, plan: WirePlan, place: Place): WireAccepted {
  const [message, deliveries, start, length, , , splits] = plan
  const [id, parent] = [String(message[0]), message[15]]
  const before = (typeof parent === 'string' && known.get(parent)) || claim(base, q, plan)
  if (before) {
    if (splits) known.set(id, before)
    else if (typeof parent === 'string' && !known.has(parent)) knownRecord(base, bury, plan, before)
    return before
  }
  const { tally, families } = base
  if (splits) families.begin(id, splits === 'all')
  if (typeof parent === 'string') families.count(parent, 'accepted', 1)
  if (typeof parent === 'string' && message[13] !== null) families.count(parent, 'filtered', 1)
  const seq = base.nextSeq++
  if (Number(message[9]) > base.latest) base.latest = Number(message[9])
  q.insertBody.run(seq, base.freight.subarray(start, start + length))
  if (message[13] !== null) tally.count('filtered', 1)
  q.insertMessage.run(message, seq)
  tally.count('messages', 1)
  for (const row of deliveries) {
    q.insertDelivery.run(row, place, seq)
    const target = String(row[2])
    tally.add(target, 'accepted', 1)
    tally.open(target, 1, Number(row[8]))
  }
  return 0
}

/** A record whose `once` is known already, or belongs to another content. */
function knownRecord({ families }: Base, bury: BuryOne, [row, , start, length]: WirePlan, [kind, first]: Known): void {
  if (kind === 'known') {
    families.count(String(row[15]), 'known', 1)
    return
  }
  const message = row.with(12, '{"-":"-"}').with(13, null)
  bury([message, start, length, 'KEY_CONFLICT', `the identity belongs to message ${first}, which has another content`, Number(row[9])])
}

/** Takes the plan's identities; answers where one of them is taken already. */
function claim(base: Base, q: Way, [message, , start, , once, onceHash]: WirePlan): WireAccepted | undefined {
  const [id, identity, length] = [String(message[0]), message[5], Number(message[11])]
  if (typeof identity === 'string') {
    const content = contentOf(base.freight.subarray(start, start + length), message[16])
    const known = claimOne(base, q, [identity, content, id], message)
    if (known) return known
  }
  if (once === null || onceHash === null) return undefined
  const known = claimOne(base, q, [once, onceHash, id], message)
  if (!known || typeof identity !== 'string') return known
  if (known[0] === 'known') q.point.run(known[1], identity)
  else q.free.run(identity)
  return known
}

function claimOne(base: Base, q: Way, wanted: readonly [identity: string, content: string, id: string], message: Row) {
  const [identity, content] = wanted
  if (q.claim.run(...wanted, base.nextIdentity++).changes === 1) return undefined
  const known = lookUp(base, q, [identity, content], Number(message[9]))
  if (!known) {
    q.free.run(identity)
    q.claim.run(...wanted, base.nextIdentity++)
    return undefined
  }
  if (known[0] === 'known') base.tally.count('duplicates', 1)
  return known
}

type Known = Exclude<WireAccepted, 0>

/** Reads what an identity is known as at a moment; undefined where it is not, or no longer. */
export function createKnown(base: Base) {
  const q = prepareIdentity(base)
  return (identity: string, content: string, now: number): Known | undefined => lookUp(base, q, [identity, content], now)
}

function lookUp(
  { identityWindowMs }: Base,
  q: ReturnType<typeof prepareIdentity>,
  [identity, content]: readonly [identity: string, content: string],
  now: number,
): Known | undefined {
  const found = q.identity.get(identity)
  if (found?.received_at == null) return undefined
  const { open = 0, settled_at = null } = q.settledAt.get(found.message_id) ?? {}
  if (open === 0 && now - (settled_at ?? found.received_at) >= identityWindowMs) return undefined
  return [found.hash === content ? 'known' : 'conflict', found.message_id, open > 0, found.filtered !== null]
}

/** The content of a message as its identity knows it, wherever its body lies. */
export function contentOf(body: Uint8Array, stored: Row[number] | undefined): string {
  if (typeof stored !== 'string') return hash('sha256', body, 'base64url')
  return Buffer.from(storedOf(stored).sha256, 'hex').toString('base64url')
}

function settleOne(base: Base, q: Way, [state, at, row, code, detail, answer]: WireChange): void {
  const [entry, messageId] = [row.at(-1), row.at(-2)]
  if (state === 'delivered') {
    close(base, state, q.deliver.get(row), { row, at })
  } else if (state === 'waiting') {
    if (q.wait.run(row).changes === 1) q.failure.run(messageId, entry, at, row[0], code, detail, answer, row[1])
  } else if (close(base, state, q.giveUp.get(row), { row, at })) {
    q.event.run(messageId, entry, at, state, row[1], code, detail, answer, null)
  }
}

function close(
  base: Base,
  state: 'delivered' | 'dead' | 'expired',
  closed: Closed | undefined,
  { row, at }: { row: Row; at: number },
): boolean {
  if (!closed) return false
  const { tally, families } = base
  const [id, entry] = [String(row.at(-2)), String(row.at(-1))]
  tally.add(closed.target, state, 1)
  tally.open(closed.target, -1, -closed.bytes)
  families.changed(id, entry, 'queued')
  base.batches.ended(id, state, at)
  if (closed.target.startsWith(SPLIT)) families.ended(id, true)
  return true
}
