import { storedText } from '../message.ts'
import type { Plan, Planned } from '../ports.ts'
import type { Change } from './port.ts'

// What goes between the threads: flat rows in the order of the statements' placeholders, and all bodies of a batch in one buffer.

export type Cell = string | number | null
export type Row = Cell[]

/** The message's row, its deliveries' rows, where its bodies lie in the batch's buffer, and `once` with its hash. */
export type WirePlan = [
  message: Row,
  deliveries: Row[],
  start: number,
  length: number,
  once: string | null,
  onceHash: string | null,
  splits: Plan['splits'] | null,
]
/** The update's row in the order of its state's statement, and the target's answer for the story. */
export type WireChange = [state: Change['state'], at: number, row: Row, code: string | null, detail: string | null, answer: string | null]
/** Known (or in conflict): the first message's id, whether it is open and whether it was filtered. 0: accepted. */
export type WireAccepted = 0 | [kind: 'known' | 'conflict', id: string, open: boolean, filtered: boolean]

/** The bodies of one batch, copied into one buffer that changes threads without another copy. */
export interface Freight {
  readonly parts: Uint8Array[]
  length: number
}

/** Writes a plan as rows; its bodies join the freight. A delivery whose body is the original shares its bytes. */
export function encodePlan(plan: Plan, freight: Freight): WirePlan {
  const { message, key, once, filtered, deliveries } = plan
  const start = freight.length
  // a stored body may be in memory as well, where somebody had to look into it
  const original = message.stored ? NOTHING : message.body
  load(freight, original)
  const bodies: Uint8Array[] = [original]
  const entries: Record<string, string> = {}
  const rows: Row[] = []
  for (const planned of deliveries) {
    entries[planned.entry] = planned.target
    rows.push(deliveryRow(plan, planned, share(planned.stored ? NOTHING : planned.body, bodies, freight)))
  }
  const row: Row = [
    message.id,
    message.route,
    message.source,
    message.sourceIndex,
    message.client ?? null,
    message.identity ?? null,
    key ?? null,
    message.correlationId,
    message.contentType,
    message.receivedAt,
    message.expiresAt ?? null,
    original.length,
    JSON.stringify(entries),
    filtered ?? null,
    extra(plan),
    message.parent ?? null,
    storedText(message.stored),
  ]
  const onceIdentity = once === undefined ? null : `once:${message.route}:${once.value}`
  return [row, rows, start, freight.length - start, onceIdentity, once?.hash ?? null, plan.splits ?? null]
}

/** All parts of a freight, one after another, in a buffer of their own. */
export function pack(freight: Freight): Uint8Array<ArrayBuffer> {
  const packed = new Uint8Array(freight.length)
  let at = 0
  for (const part of freight.parts) {
    packed.set(part, at)
    at += part.length
  }
  return packed
}

/** Writes a change as the row of its statement. */
export function encodeChange(change: Change): WireChange {
  const { state, attempts, at, error, messageId, entry } = change
  if (state === 'delivered') return [state, at, [attempts, at, messageId, entry], null, null, null]
  const told = error ? `${error.code}: ${error.detail}` : null
  const reason = error?.code ?? null
  const row =
    state === 'waiting'
      ? [attempts, change.dueAt ?? at, reason, told, messageId, entry]
      : [state, attempts, at, reason, told, messageId, entry]
  return [state, at, row, reason, error?.detail ?? null, answerText(error?.answer?.body)]
}

const NOTHING = new Uint8Array()

/** A header or parameter record as text; null where it is empty. */
export function recordText(record: Readonly<Record<string, string>> | undefined): string | null {
  for (const _ in record) return JSON.stringify(record)
  return null
}

function deliveryRow({ message }: Plan, planned: Planned, at: number): Row {
  return [
    message.id,
    planned.entry,
    planned.target,
    planned.contentType,
    recordText(planned.headers),
    recordText(planned.params),
    planned.chosen,
    at,
    planned.stored ? 0 : planned.body.length,
    message.receivedAt,
    storedText(planned.stored),
  ]
}

/** Puts a body on the freight; returns where it lies. */
export function load(freight: Freight, body: Uint8Array): number {
  freight.parts.push(body)
  freight.length += body.length
  return freight.length - body.length
}

/** Where the body lies among those of its message; it joins them where it is another. */
function share(body: Uint8Array, bodies: Uint8Array[], freight: Freight): number {
  let at = 0
  for (const one of bodies) {
    if (one === body || (one.length === body.length && Buffer.compare(one, body) === 0)) return at
    at += one.length
  }
  bodies.push(body)
  load(freight, body)
  return at
}

/** What is asked seldom, in one text: `traceparent`, headers, meta. */
function extra({ message }: Plan): string | null {
  const { traceparent, headers, meta } = message
  if (traceparent === undefined && isEmpty(headers) && isEmpty(meta)) return null
  return JSON.stringify({ traceparent, headers, meta })
}

function isEmpty(record: object): boolean {
  for (const _ in record) return false
  return true
}

function answerText(body: Uint8Array | undefined): string | null {
  return body === undefined ? null : Buffer.from(body.buffer, body.byteOffset, Math.min(body.length, 4_096)).toString('utf8')
}
