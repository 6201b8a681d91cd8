import type { Database } from 'better-sqlite3'
import type { Query } from './database.ts'
import type { Dialect } from './dialect.ts'
import type { Balance } from './port.ts'
import { balanceStatements } from './statements.ts'

const SLICE = 500
const MAX_GAPS = 1_000
const STATES = ['queued', 'waiting', 'delivered', 'dead', 'discarded', 'expired']

interface LineRow {
  readonly id: string
  readonly entries: string
  readonly filtered: string | null
}
interface DeliveryEnd {
  readonly message_id: string
  readonly entry: string
  readonly target: string
  readonly state: string
  readonly place: string
  readonly has_body: number
}
interface TotalRow {
  readonly target: string
  readonly accepted: number
  readonly delivered: number
  readonly dead: number
  readonly discarded: number
  readonly expired: number
  readonly pruned_delivered: number
  readonly pruned_discarded: number
  readonly pruned_expired: number
}
type Counts = { -readonly [K in keyof Balance['targets'][number]]: Balance['targets'][number][K] }
type Gap = Balance['gaps'][number]
interface Proof {
  readonly targets: Map<string, Counts>
  readonly gaps: Gap[]
  gapCount: number
  messages: number
  filtered: number
}

/**
 * Compares accept lines with delivery rows by id, both ways, and both with the totals; yields after each slice, so that the caller may do
 * other work between. `db` is a connection of its own: all is read in one transaction, exact while others write.
 */
export function* prove(db: Database, dialect: Dialect): Generator<void, Balance, void> {
  const proof: Proof = { targets: new Map(), gaps: [], gapCount: 0, messages: 0, filtered: 0 }
  db.exec('BEGIN')
  try {
    const statement = <R>(sql: string): Query<R> => db.prepare<unknown[], R>(dialect.placed(sql))
    const lines = statement<LineRow>(balanceStatements.lines)
    const rows = statement<DeliveryEnd>(balanceStatements.rows)
    for (let after = '', more = true; more; ) {
      const page = lines.all(after, SLICE)
      more = page.length === SLICE
      const last = more ? (page.at(-1)?.id ?? '') : '\uffff'
      compare(proof, page, rows.all(after, last))
      after = last
      yield
    }
    const counters = statement<{ name: string; value: number }>(balanceStatements.counters).all()
    return conclude(proof, statement<TotalRow>(balanceStatements.totals).all(), new Map(counters.map(row => [row.name, row.value])))
  } finally {
    db.exec('COMMIT')
  }
}

/** Runs a proof to its end. */
export function proveAll(db: Database, dialect: Dialect): Balance {
  const steps = prove(db, dialect)
  for (let step = steps.next(); ; step = steps.next()) if (step.done) return step.value
}

function compare(proof: Proof, lines: readonly LineRow[], rows: readonly DeliveryEnd[]): void {
  const planned = new Map<string, Map<string, string>>()
  for (const line of lines) {
    proof.messages += 1
    if (line.filtered !== null) proof.filtered += 1
    planned.set(line.id, new Map(Object.entries(JSON.parse(line.entries))))
  }
  for (const row of rows) {
    count(proof, row)
    const entries = planned.get(row.message_id)
    if (!entries) gap(proof, row, 'a delivery without an accept line')
    else if (!entries.delete(row.entry)) gap(proof, row, 'a delivery that its accept line does not name')
    if (!STATES.includes(row.state)) gap(proof, row, `the state "${row.state}" is none of ${STATES.join(', ')}`)
    if (row.has_body === 0) gap(proof, row, 'undelivered, and its body is gone')
  }
  for (const [id, entries] of planned) {
    for (const [entry, target] of entries) {
      countsOf(proof, target).accepted += 1
      gap(proof, { message_id: id, entry }, `accepted for ${target}, and no delivery accounts for it`)
    }
  }
}

function count(proof: Proof, { target, state, place }: DeliveryEnd): void {
  const counts = countsOf(proof, target)
  counts.accepted += 1
  if (state === 'queued' || state === 'waiting') {
    counts.queued += 1
    if (place === 'broker') counts.atBroker += 1
  } else if (state === 'delivered' || state === 'dead' || state === 'discarded' || state === 'expired') counts[state] += 1
}

function countsOf({ targets }: Proof, target: string): Counts {
  const known = targets.get(target)
  if (known) return known
  const counts: Counts = { target, accepted: 0, delivered: 0, dead: 0, discarded: 0, expired: 0, queued: 0, atBroker: 0 }
  targets.set(target, counts)
  return counts
}

function gap(proof: Proof, { message_id, entry }: Pick<DeliveryEnd, 'message_id' | 'entry'>, what: string): void {
  proof.gapCount += 1
  if (proof.gaps.length < MAX_GAPS) proof.gaps.push({ messageId: message_id, entry, what })
}

/** Adds what retention has taken, then compares with the totals that each transaction wrote. */
function conclude(proof: Proof, totals: readonly TotalRow[], counters: ReadonlyMap<string, number>): Balance {
  const counter = (name: string) => counters.get(name) ?? 0
  for (const total of totals) {
    const counts = countsOf(proof, total.target)
    const pruned = { delivered: total.pruned_delivered, discarded: total.pruned_discarded, expired: total.pruned_expired }
    for (const state of ['delivered', 'discarded', 'expired'] as const) {
      counts[state] += pruned[state]
      counts.accepted += pruned[state]
    }
    for (const name of ['accepted', 'delivered', 'dead', 'discarded', 'expired'] as const) {
      if (counts[name] !== total[name]) differ(proof, `${total.target} ${name}`, counts[name], total[name])
    }
  }
  const messages = proof.messages + counter('pruned_messages')
  const filtered = proof.filtered + counter('pruned_filtered')
  if (messages !== counter('messages')) differ(proof, 'messages', messages, counter('messages'))
  if (filtered !== counter('filtered')) differ(proof, 'filtered', filtered, counter('filtered'))
  const targets = [...proof.targets.values()].sort((a, b) => (a.target < b.target ? -1 : 1))
  const even = targets.every(one => one.accepted === one.delivered + one.dead + one.discarded + one.expired + one.queued)
  return { targets, messages, duplicates: counter('duplicates'), filtered, gaps: proof.gaps, balanced: even && proof.gapCount === 0 }
}

function differ(proof: Proof, name: string, rows: number, total: number): void {
  gap(proof, { message_id: '-', entry: '-' }, `${name}: the rows and what was pruned come to ${rows}, the totals say ${total}`)
}
