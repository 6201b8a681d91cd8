import type { TargetStatus } from '../delivery.ts'
import type { FileMeta, Message, RecordCounts, RecordMeta } from '../message.ts'
import { BATCH, type Health } from '../ports.ts'
import type { RejectView, TargetState } from '../receipts.ts'
import type { Balance, DeadLetter, Event, Place, Store, Story, Waiting } from '../store/port.ts'

/** What the admin API answers. Times are ISO 8601 in UTC. */
export interface DeadLetterView extends Omit<DeadLetter, 'acceptedAt' | 'deadAt'> {
  readonly acceptedAt: string
  readonly deadAt: string
}

export interface UndeliveredView extends Omit<DeadLetter, 'acceptedAt' | 'deadAt'> {
  readonly state: TargetState
  readonly acceptedAt: string
  readonly dueAt?: string
}

export interface BodyView {
  readonly contentType: string
  readonly size: number
  readonly text?: string
  readonly base64?: string
  /** It lies in the body store under this SHA-256, and is not shown. */
  readonly stored?: string
  /** Only the first 64 KB are shown. */
  readonly cut?: true
}

export interface DeliveryView {
  readonly entry: string
  readonly target: string
  readonly state: TargetState
  readonly place: Place
  readonly chosen: string
  readonly attempts: number
  readonly replays: number
  readonly dueAt?: string
  readonly settledAt?: string
  readonly lastError?: string
  /** The message that carries it with others. */
  readonly batch?: string
  readonly body?: BodyView
}

export interface EventView extends Omit<Event, 'at' | 'dueAt'> {
  readonly at: string
  readonly dueAt?: string
}

export interface StoryView {
  readonly message: Omit<Story['message'], 'receivedAt' | 'body' | 'headers' | 'sourceIndex' | 'meta' | 'traceparent'> & {
    readonly headers: Readonly<Record<string, string>>
    readonly receivedAt: string
    /** The file that it came in. */
    readonly file?: FileMeta
    /** Its place in the message that it is a record of. */
    readonly record?: DeadLetter['record']
    readonly body?: BodyView
  }
  readonly deliveries: readonly DeliveryView[]
  readonly events: readonly EventView[]
  /** Of a message that was split; what of the accepted is neither delivered, failed nor filtered is open. */
  readonly records?: RecordCounts
  /** Deliveries that it carries, where it is a batch. */
  readonly members?: number
}

/** A record that could not be accepted. */
export interface RejectedView extends Omit<RejectView, 'raw'> {
  /** As it came. */
  readonly body?: BodyView
}

/** The proof, and beside it what the queue counts of its own for each target. `moving`: fewer than the store counts there, and it changes: that proves nothing. */
export interface BalanceView extends Balance {
  readonly queue: readonly { readonly target: string; readonly count: number; readonly moving?: true }[]
}

export interface StatusView {
  readonly project: string
  readonly version: string
  readonly configVersion: string
  readonly startedAt: string
  readonly http: string
  readonly queueKind: string
  readonly pid: number
  readonly memoryBytes: number
  readonly health: Readonly<Record<string, Health>>
  readonly store: { readonly queued: number; readonly queuedBytes: number; readonly freeBytes: number }
  /** Counts since the gateway started, by metric. */
  readonly sinceStart: Readonly<Record<string, number>>
  readonly targets: readonly TargetView[]
}

export interface TargetView {
  readonly name: string
  /** `collects`: what waits there goes out together, when the batch is full or due. */
  readonly state: 'ready' | 'paused' | 'down' | 'collects'
  readonly inFlight: number
  readonly queued: number
  readonly oldestAt?: string
  readonly lastError?: string
}

const SHOWN_BYTES = 64 * 1_024
const SECRET_HEADER = /^(authorization|proxy-authorization|cookie|set-cookie|x-api-key|.*(token|secret|password).*)$/i

/** A dead letter for the API. */
export function deadLetterView({ acceptedAt, deadAt, ...letter }: DeadLetter): DeadLetterView {
  return { ...letter, acceptedAt: iso(acceptedAt), deadAt: iso(deadAt) }
}

/** An undelivered delivery for the API. */
export function undeliveredView(one: Awaited<ReturnType<Store['undelivered']>>['items'][number]): UndeliveredView {
  const { acceptedAt, deadAt: _, dueAt, ...rest } = one
  return { ...rest, acceptedAt: iso(acceptedAt), ...(dueAt !== undefined && { dueAt: iso(dueAt) }) }
}

/** A message's story for the API; bodies only where they were asked for. */
export function storyView({ message, deliveries, events, records, members }: Story, bodies: boolean): StoryView {
  const { receivedAt, body, headers, sourceIndex: _, meta, traceparent: __, ...rest } = message
  return {
    message: {
      ...rest,
      headers: withoutSecrets(headers),
      receivedAt: iso(receivedAt),
      ...(meta.file && { file: meta.file }),
      ...(meta.record && { record: placeOf(meta.record) }),
      ...(bodies && body && { body: bodyView({ ...message, body }) }),
    },
    deliveries: deliveries.map(delivery => deliveryView(delivery, bodies)),
    events: events.map(({ at, dueAt, ...event }) => ({ ...event, at: iso(at), ...(dueAt !== undefined && { dueAt: iso(dueAt) }) })),
    ...(records && { records }),
    ...(members !== undefined && { members }),
  }
}

function placeOf({ number, line, entry }: RecordMeta): DeadLetter['record'] & object {
  return { number, ...(line !== undefined && { line }), ...(entry !== undefined && { entry }) }
}

/** A record that could not be accepted, for the API; as it came only where that was asked for. */
export function rejectedView({ raw, ...reject }: RejectView, bodies: boolean): RejectedView {
  return { ...reject, ...(bodies && raw && { body: bodyView({ contentType: '', body: raw }) }) }
}

function deliveryView(delivery: Story['deliveries'][number], bodies: boolean): DeliveryView {
  const { entry, target, state, place, chosen, attempts, replays, dueAt, settledAt, lastError, batch } = delivery
  return {
    ...{ entry, target, state, place, chosen, attempts, replays },
    ...(dueAt !== undefined && { dueAt: iso(dueAt) }),
    ...(settledAt !== undefined && { settledAt: iso(settledAt) }),
    ...(lastError !== undefined && { lastError }),
    ...(batch !== undefined && { batch }),
    ...(bodies && { body: bodyView(delivery) }),
  }
}

/** A target, with what waits for it in the store. */
export function targetView(status: TargetStatus, waiting: Waiting | undefined): TargetView {
  const { target, inFlight, lastError } = status
  return {
    name: target,
    state: stateOf(status),
    inFlight,
    queued: waiting?.count ?? 0,
    ...(waiting?.oldestAt !== undefined && { oldestAt: iso(waiting.oldestAt) }),
    ...(lastError !== undefined && { lastError }),
  }
}

function stateOf({ target, paused, breaker }: TargetStatus): TargetView['state'] {
  if (target.startsWith(BATCH)) return 'collects'
  if (paused) return 'paused'
  return breaker === 'open' ? 'down' : 'ready'
}

/** A moment for the API; one that no calendar has is told as it is. */
export function iso(at: number): string {
  return Math.abs(at) <= 8.64e15 ? new Date(at).toISOString() : String(at)
}

function withoutSecrets(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, SECRET_HEADER.test(name) ? '(not shown)' : value]))
}

function bodyView({ contentType, body, stored }: Pick<Message, 'contentType' | 'body' | 'stored'>): BodyView {
  if (stored) return { contentType, size: stored.bytes, stored: stored.sha256 }
  const cut = body.length > SHOWN_BYTES
  const shown = Buffer.from(body.buffer, body.byteOffset, cut ? SHOWN_BYTES : body.length)
  const text = readable(shown, cut)
  return { contentType, size: body.length, ...(text === undefined ? { base64: shown.toString('base64') } : { text }), ...(cut && { cut }) }
}

// A cut may fall into the middle of a character: `stream` keeps that back instead of calling it a fault.
function readable(bytes: Buffer, cut: boolean): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes, { stream: cut })
  } catch {
    return undefined
  }
}
