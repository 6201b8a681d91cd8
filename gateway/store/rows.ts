import { type Headers, type Meta, storedOf } from '../message.ts'
import type { Delivery } from '../ports.ts'

/** A delivery joined with its message, as `statements.ts` selects it. */
export interface DeliveryRow {
  readonly message_id: string
  readonly entry: string
  readonly target: string
  readonly content_type: string
  readonly headers: string | null
  readonly params: string | null
  readonly attempts: number
  readonly replays: number
  readonly remapped: number | null
  readonly opened_at: number | null
  readonly waits: number
  readonly body_seq: number
  readonly body_start: number
  readonly bytes: number
  readonly stored: string | null
  readonly route: string
  readonly source: string
  readonly key: string | null
  readonly correlation_id: string
  readonly extra: string | null
  readonly received_at: number
  readonly expires_at: number | null
}

/** Deliveries on their way between the threads, their bodies one after another in one buffer. */
export interface Loaded {
  readonly rows: readonly DeliveryRow[]
  readonly freight: Uint8Array
}

/** A row of `messages`. */
export interface MessageRow {
  readonly seq: number
  readonly id: string
  readonly route: string
  readonly source: string
  readonly source_index: number
  readonly client: string | null
  readonly identity: string | null
  readonly key: string | null
  readonly correlation_id: string
  readonly content_type: string
  readonly received_at: number
  readonly expires_at: number | null
  readonly bytes: number
  readonly filtered: string | null
  readonly extra: string | null
  readonly reply: string | null
  readonly reply_seq: number | null
  readonly parent_id: string | null
  readonly stored: string | null
}

/** A row of `deliveries`. */
export interface DeliveryState {
  readonly message_id: string
  readonly entry: string
  readonly target: string
  readonly state: string
  readonly place: string
  readonly attempts: number
  readonly replays: number
  readonly remapped: number | null
  readonly opened_at: number | null
  readonly waits: number
  readonly due_at: number
  readonly settled_at: number | null
  readonly chosen: string
  readonly content_type: string
  readonly headers: string | null
  readonly params: string | null
  readonly body_seq: number
  readonly body_start: number
  readonly bytes: number
  readonly stored: string | null
  readonly last_error: string | null
  readonly batch_id: string | null
}

/** The deliveries of a load. */
export function unload({ rows, freight }: Loaded): Delivery[] {
  let at = 0
  return rows.map(row => {
    const start = at
    at += row.bytes
    return toDelivery(row, freight.subarray(start, at))
  })
}

/** A delivery from its row and its body. */
export function toDelivery(row: DeliveryRow, body: Uint8Array): Delivery {
  const { traceparent } = extraOf(row.extra)
  return {
    messageId: row.message_id,
    entry: row.entry,
    target: row.target,
    route: row.route,
    source: row.source,
    ...(row.key !== null && { key: row.key }),
    correlationId: row.correlation_id,
    ...(traceparent !== undefined && { traceparent }),
    contentType: row.content_type,
    headers: recordOf(row.headers) ?? {},
    ...(row.params !== null && { params: recordOf(row.params) ?? {} }),
    body,
    ...(row.stored !== null && { stored: storedOf(row.stored) }),
    attempts: row.attempts,
    replays: row.replays,
    ...(row.remapped !== null && { remapped: row.remapped }),
    waits: row.waits,
    acceptedAt: row.opened_at ?? row.received_at,
    ...(row.expires_at !== null && { expiresAt: row.expires_at }),
  }
}

/** What `extra` holds of a message. */
export function extraOf(text: string | null): { traceparent?: string; headers?: Headers; meta?: Meta } {
  return text === null ? {} : JSON.parse(text)
}

function recordOf(text: string | null): Headers | undefined {
  return text === null ? undefined : JSON.parse(text)
}
