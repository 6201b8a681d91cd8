import { type RecordCounts, storedOf } from '../message.ts'
import { BATCH } from '../ports.ts'
import type { Page, ReceiptQuery, ReceiptView, TargetState } from '../receipts.ts'
import { createChildren, isOpen } from './children.ts'
import type { Query } from './database.ts'
import type { Event, Story } from './port.ts'
import type { DeliveryState, MessageRow } from './rows.ts'
import { extraOf, toDelivery } from './rows.ts'
import { conditions, listStatements, readStatements } from './statements.ts'
import type { Base } from './way.ts'

const STATES = ['queued', 'waiting', 'delivered', 'dead', 'discarded', 'expired', 'skipped', 'filtered', 'superseded'] as const
const PLACES = ['store', 'broker', 'source', 'batch'] as const

interface EventRow {
  readonly entry: string | null
  readonly at: number
  readonly what: string
  readonly attempt: number | null
  readonly code: string | null
  readonly detail: string | null
  readonly answer: string | null
  readonly person: string | null
  readonly due_at: number | null
}

/** What people ask of one message or of many: receipts and stories. */
export function createViews(base: Pick<Base, 'db' | 'dialect'>) {
  const { db, dialect } = base
  const statement = <R>(sql: string): Query<R> => db.prepare<unknown[], R>(dialect.placed(sql))
  const q = {
    message: statement<MessageRow>(readStatements.message),
    deliveries: statement<DeliveryState>(readStatements.deliveriesOf),
    events: statement<EventRow>(readStatements.eventsOf),
    body: statement<{ bytes: Uint8Array }>(readStatements.body),
  }
  const children = createChildren(base)
  const view = (message: MessageRow) =>
    toView(message, q.deliveries.all(message.id), { replied: replyBody(message, q.body), records: children.counts(message.id) })
  return {
    receipt(id: string, client?: string): ReceiptView | undefined {
      const message = q.message.get(id)
      return message && (client === undefined || (message.client ?? '') === client) ? view(message) : undefined
    },
    rejects: children.rejects,
    untold: children.untold,
    referenced: children.referenced,
    receipts: (query: ReceiptQuery): Page<ReceiptView> => pageOf(query, { view, statement }),
    story(id: string): Story | undefined {
      const message = q.message.get(id)
      if (!message) return undefined
      const records = children.counts(id)
      const members = message.source.startsWith(BATCH) ? children.members(id) : undefined
      const body = (seq: number) => q.body.get(seq)?.bytes
      return toStory(message, q.deliveries.all(id), { records, members, events: q.events.all(id), body })
    },
  }
}

type Parts = { readonly view: (message: MessageRow) => ReceiptView; readonly statement: <R>(sql: string) => Query<R> }

/** The newest first. With a state it looks through at most 2,000 messages a page. */
function pageOf(query: ReceiptQuery, { view, statement }: Parts): Page<ReceiptView> {
  const limit = Math.min(query.limit ?? 50, 500)
  const items: ReceiptView[] = []
  let before = query.cursor === undefined ? Number.MAX_SAFE_INTEGER : Number(query.cursor)
  let seen = 0
  for (const row of query.key === undefined ? newest(query, before, statement) : newestOfKey(query, before, statement)) {
    before = row.seq
    seen += 1
    const one = view(row)
    if (query.state === undefined || one.state === query.state) items.push(one)
    if (items.length === limit || seen === 2_000) return { items, cursor: String(before) }
  }
  return { items }
}

const PIECE = 100

function* newest(query: ReceiptQuery, start: number, statement: Parts['statement']): Generator<MessageRow, void> {
  const { where, values } = whereOf(query)
  const ask = statement<MessageRow>(listStatements.receipts.replace('{where}', where))
  for (let before: number | undefined = start; before !== undefined; ) {
    const rows = ask.all(before, ...values, PIECE)
    yield* rows
    before = rows.length === PIECE ? rows.at(-1)?.seq : undefined
  }
}

function* newestOfKey(query: ReceiptQuery, start: number, statement: Parts['statement']): Generator<MessageRow, void> {
  const { where, values } = whereOf(query)
  const ask = statement<MessageRow>(listStatements.receiptsByKey.replace('{where}', where))
  const { first, last } = statement<{ first: number; last: number }>(readStatements.edges).get() ?? { first: 0, last: 0 }
  for (let range = rangeOf(Math.min(start, last)); range >= rangeOf(first); range -= 1) {
    yield* ask.all(range, start, ...values, 2_000)
  }
}

/** As the index of keys has it. */
function rangeOf(seq: number): number {
  return Math.floor(seq / 65_536)
}

function whereOf(query: ReceiptQuery): { where: string; values: unknown[] } {
  const nobody = query.client === '' ? ` AND ${conditions.nobody}` : ''
  const names = (['route', 'key', 'client'] as const).filter(name => query[name] !== undefined && !(name === 'client' && nobody))
  return { where: names.map(name => ` AND ${conditions[name]}`).join('') + nobody, values: names.map(name => query[name]) }
}

interface Beside {
  readonly replied: Uint8Array | undefined
  readonly records: RecordCounts | undefined
}

function toView(message: MessageRow, deliveries: readonly DeliveryState[], { replied, records }: Beside): ReceiptView {
  const reply = message.reply === null ? undefined : JSON.parse(message.reply)
  return {
    id: message.id,
    route: message.route,
    ...(message.key !== null && { key: message.key }),
    state: stateOf(message, deliveries, records),
    receivedAt: iso(message.received_at),
    ...(message.filtered !== null && { because: message.filtered }),
    ...(message.parent_id !== null && { parent: message.parent_id }),
    ...(records && { records }),
    ...(reply && {
      reply: { status: reply.status, contentType: reply.contentType, body: Buffer.from(replied ?? new Uint8Array()).toString('utf8') },
    }),
    targets: deliveries.map(one => ({
      target: one.target,
      entry: one.entry,
      state: targetState(one.state),
      attempts: one.attempts,
      ...(one.last_error !== null && { lastError: one.last_error }),
      ...(one.state === 'waiting' && { nextAttemptAt: iso(one.due_at) }),
      ...(one.state === 'delivered' && one.settled_at !== null && { deliveredAt: iso(one.settled_at) }),
    })),
  }
}

/** contracts.md, Receipts: the state of a message from those of its targets. */
function stateOf(message: MessageRow, deliveries: readonly DeliveryState[], records: RecordCounts | undefined): ReceiptView['state'] {
  if (message.filtered !== null) return 'filtered'
  const states = deliveries.map(one => one.state)
  if (states.includes('queued') || states.includes('waiting') || (records && isOpen(records))) return 'accepted'
  if (records && records.failed + records.rejected > 0) return 'failed'
  return states.every(state => state === 'delivered' || state === 'filtered' || state === 'superseded') ? 'delivered' : 'failed'
}

interface ReadBeside {
  readonly records: RecordCounts | undefined
  readonly members: number | undefined
  readonly events: readonly EventRow[]
  readonly body: (seq: number) => Uint8Array | undefined
}

function toStory(message: MessageRow, deliveries: readonly DeliveryState[], read: ReadBeside): Story {
  const body = read.body(message.seq)?.subarray(0, message.bytes)
  const { traceparent, headers = {}, meta = {} } = extraOf(message.extra)
  const told = [...derived(message, deliveries), ...read.events.map(toEvent)]
  return {
    message: {
      id: message.id,
      route: message.route,
      sourceIndex: message.source_index,
      source: message.source,
      ...(message.client !== null && { client: message.client }),
      ...(message.key !== null && { key: message.key }),
      ...(message.identity !== null && { identity: message.identity }),
      correlationId: message.correlation_id,
      ...(traceparent !== undefined && { traceparent }),
      contentType: message.content_type,
      headers,
      meta,
      receivedAt: message.received_at,
      ...(message.filtered !== null && { filtered: message.filtered }),
      ...(message.parent_id !== null && { parent: message.parent_id }),
      ...(message.stored !== null && { stored: storedOf(message.stored) }),
      ...(body && { body: Uint8Array.from(body) }),
    },
    ...(read.records && { records: read.records }),
    ...(read.members !== undefined && { members: read.members }),
    deliveries: deliveries.map(one => tellDelivery(message, one, read.body(one.body_seq))),
    events: told.sort((a, b) => a.at - b.at),
  }
}

function tellDelivery(message: MessageRow, one: DeliveryState, bytes: Uint8Array | undefined): Story['deliveries'][number] {
  const body = Uint8Array.from(bytes?.subarray(one.body_start, one.body_start + one.bytes) ?? [])
  return {
    ...toDelivery({ ...message, ...one }, body),
    state: targetState(one.state),
    place: PLACES.find(place => place === one.place) ?? 'store',
    chosen: one.chosen,
    ...(one.state === 'waiting' && { dueAt: one.due_at }),
    ...(one.settled_at !== null && { settledAt: one.settled_at }),
    ...(one.last_error !== null && { lastError: one.last_error }),
    ...(one.batch_id !== null && { batch: one.batch_id }),
  }
}

/** What happens to every message is not written as an event: the rows say it. */
function derived(message: MessageRow, deliveries: readonly DeliveryState[]): Event[] {
  const delivered = deliveries.filter(one => one.state === 'delivered' && one.settled_at !== null)
  return [
    { at: message.received_at, what: 'accepted' },
    ...delivered.map(one => ({ at: one.settled_at ?? 0, entry: one.entry, what: 'delivered' as const, attempt: one.attempts })),
  ]
}

function toEvent(row: EventRow): Event {
  return {
    at: row.at,
    what: row.what as Event['what'],
    ...(row.entry !== null && { entry: row.entry }),
    ...(row.attempt !== null && { attempt: row.attempt }),
    ...(row.code !== null && { code: row.code }),
    ...(row.detail !== null && { detail: row.detail }),
    ...(row.answer !== null && { answer: row.answer }),
    ...(row.person !== null && { by: row.person }),
    ...(row.due_at !== null && { dueAt: row.due_at }),
  }
}

function replyBody(message: MessageRow, body: Query<{ bytes: Uint8Array }>): Uint8Array | undefined {
  return message.reply_seq === null ? undefined : body.get(message.reply_seq)?.bytes
}

function targetState(state: string): TargetState {
  return STATES.find(one => one === state) ?? 'queued'
}

function iso(at: number): string {
  return new Date(at).toISOString()
}
