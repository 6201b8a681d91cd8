import { hash } from 'node:crypto'
import { storedOf } from '../message.ts'
import { deliveryKey } from '../ports.ts'
import type { Query } from './database.ts'
import type { Waiting } from './port.ts'
import type { DeliveryRow, Loaded } from './rows.ts'
import { readStatements } from './statements.ts'
import type { Base } from './way.ts'
import { pack } from './wire.ts'

const PLACES = ['store', 'broker', 'source'] as const

/** An undelivered message of a source whose queue brings it again after a restart. */
export interface Orphan {
  readonly message_id: string
  readonly source: string
  readonly seq: number
  readonly bytes: number
  readonly stored: string | null
}

/** The reads on the way of a message. They see what is committed. `orphans`: what lay in source queues when the store was opened. */
export function createReads(base: Base, orphans: readonly Orphan[]) {
  const statement = <R>(sql: string): Query<R> => base.db.prepare<unknown[], R>(base.dialect.placed(sql))
  const body = statement<{ bytes: Uint8Array }>(readStatements.body)
  const keys = statement<Key>(readStatements.dueKeys)
  const ahead = statement<Key>(readStatements.aheadKeys)
  const lying = statement<Key & { due_at: number }>(readStatements.lying)
  const nextDue = statement<{ due_at: number }>(readStatements.nextDue)
  const delivery = statement<DeliveryRow>(readStatements.delivery)
  const first = statement<{ due_at: number; message_id: string }>(readStatements.first)
  const begun = statement<Key>(readStatements.begun)
  const current = statement<{ one: number }>(readStatements.current)
  const paused = statement<{ target: string }>(readStatements.paused)
  const position = statement<{ value: string }>(readStatements.position)
  const load = createLoad(body)
  const adopt = createAdoption(orphans, body)
  return {
    due(target: string, now: number, limit: number, except: readonly string[]): Loaded {
      const held = new Set(except)
      const found = take(keys.iterate(target, now), limit, held)
      // A clock that was set back must not keep what was queued before it.
      if (found.length < limit && base.latest > now) found.push(...take(ahead.iterate(target, now), limit - found.length, held))
      return load(found.flatMap(({ message_id, entry }) => delivery.get(message_id, entry) ?? []))
    },
    lying(target: string, limit: number, after: string): Loaded & { readonly cursor?: string } {
      const [dueAt, messageId, entry]: [number, string, string] = after === '' ? [-1, '', ''] : JSON.parse(after)
      const found = lying.all(target, dueAt, messageId, entry, limit)
      const last = found.length === limit ? found.at(-1) : undefined
      const loaded = load(found.flatMap(key => delivery.get(key.message_id, key.entry) ?? []))
      return { ...loaded, ...(last && { cursor: JSON.stringify([last.due_at, last.message_id, last.entry]) }) }
    },
    nextDue: (target: string, after: number): number | undefined => nextDue.get(target, after)?.due_at,
    waiting: (): Waiting[] =>
      [...base.tally.targets].filter(([, { count }]) => count > 0).map(([target, open]) => ({ target, ...open, ...line(first, target) })),
    begun: (): Key[] => begun.all(),
    current: (copies: readonly Copy[]): boolean[] => copies.map(copy => current.get(...copy) !== undefined),
    position: (source: string): string | undefined => position.get(source)?.value,
    positions: (sources: readonly string[]): (string | undefined)[] => sources.map(source => position.get(source)?.value),
    paused: (): string[] => paused.all().map(row => row.target),
    adopt,
  }
}

type Key = Pick<DeliveryRow, 'message_id' | 'entry'>
type Copy = readonly [messageId: string, entry: string, attempts: number, replays: number]

function take(keys: Iterable<Key>, limit: number, held: ReadonlySet<string>): Key[] {
  const taken: Key[] = []
  for (const key of keys) {
    if (!held.has(deliveryKey({ messageId: key.message_id, entry: key.entry }))) taken.push(key)
    if (taken.length >= limit) break
  }
  return taken
}

/** Loads rows with their bodies into one buffer. */
export function createLoad(body: Query<{ bytes: Uint8Array }>): (rows: readonly DeliveryRow[]) => Loaded {
  return rows => {
    const parts: Uint8Array[] = []
    const found: DeliveryRow[] = []
    let length = 0
    for (const row of rows) {
      const bytes = body.get(row.body_seq)?.bytes
      if (!bytes) continue
      found.push(row)
      parts.push(bytes.subarray(row.body_start, row.body_start + row.bytes))
      length += row.bytes
    }
    return { rows: found, freight: pack({ parts, length }) }
  }
}

/** The moment that is in the first 48 bits of a UUIDv7. */
export function timeOf(id: string): number {
  return Number.parseInt(id.slice(0, 8) + id.slice(9, 13), 16)
}

/** When the first in line may go, and when it was accepted. */
function line(first: Query<{ due_at: number; message_id: string }>, target: string): { dueAt?: number; oldestAt?: number } {
  const heads = PLACES.map(place => first.get(target, place))
  const times = heads.flatMap(head => (head ? [timeOf(head.message_id)] : []))
  return {
    ...(heads[0] && { dueAt: heads[0].due_at }),
    ...(times.length > 0 && { oldestAt: Math.min(...times) }),
  }
}

/** Finds an orphan of a source by the hash of its content; each is given once. Hashes are made when a source asks first. */
function createAdoption(orphans: readonly Orphan[], body: Query<{ bytes: Uint8Array }>) {
  const known = new Map<string, Map<string, string[]>>()
  const hashOf = ({ seq, bytes, stored }: Orphan): string | undefined => {
    if (stored !== null) return storedOf(stored).sha256
    const whole = body.get(seq)?.bytes
    return whole && hash('sha256', whole.subarray(0, bytes), 'hex')
  }
  const hashed = (source: string) => {
    const ids = new Map<string, string[]>()
    for (const orphan of orphans.filter(one => one.source === source)) {
      const content = hashOf(orphan)
      if (content === undefined) continue
      ids.set(content, [...(ids.get(content) ?? []), orphan.message_id])
    }
    known.set(source, ids)
    return ids
  }
  return (source: string, content: string): string | undefined => (known.get(source) ?? hashed(source)).get(content)?.shift()
}
