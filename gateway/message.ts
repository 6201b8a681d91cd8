import { randomFillSync } from 'node:crypto'

export type Headers = Readonly<Record<string, string>>

/** What expressions may ask of a message beside its body and headers. */
export interface Meta {
  readonly operation?: string | undefined
  readonly path?: Readonly<Record<string, string>> | undefined
  readonly query?: Readonly<Record<string, string>> | undefined
  /** The file that it came in. */
  readonly file?: FileMeta | undefined
  /** Its place in the file or list that it was split from. */
  readonly record?: RecordMeta | undefined
}

/** The place of a record in the whole that it came in. */
export interface RecordMeta {
  /** Counted from 1. */
  readonly number: number
  /** Within `entry`, where there is one. */
  readonly line?: number | undefined
  /** The name of the file in an archive. */
  readonly entry?: string | undefined
  /** Of the whole, such as a header record. */
  readonly header?: unknown
}

/** A file, for expressions. */
export interface FileMeta {
  /** Without folders. */
  readonly name: string
  /** Below the source's folder, with slashes; '' for the folder itself. */
  readonly folder: string
  readonly bytes: number
  /** Of the file's content, in hex. */
  readonly sha256: string
  /** ISO 8601 in UTC. */
  readonly modifiedAt?: string
}

/** A body that lies in the body store (gateway/bodies.ts), by its content. */
export interface StoredBody {
  /** SHA-256 in hex. */
  readonly sha256: string
  readonly bytes: number
}

/** A stored body as a text, for columns and headers; null where there is none. */
export function storedText(stored: StoredBody | undefined): string | null {
  return stored ? `${stored.sha256}:${stored.bytes}` : null
}

/** What `storedText` wrote. */
export function storedOf(text: string): StoredBody {
  const [sha256 = '', bytes] = text.split(':')
  return { sha256, bytes: Number(bytes) }
}

/** Counts of the records of a message that was split. */
export interface RecordCounts {
  readonly read: number
  readonly accepted: number
  /** Those that were known already, by `once`. */
  readonly known: number
  /** Those that could not be accepted; each is a dead letter with its reason. */
  readonly rejected: number
  readonly delivered: number
  /** Dead, discarded or expired in at least one target, and open in none. */
  readonly failed: number
  readonly filtered: number
  /** All records are read. */
  readonly complete: boolean
}

/** What came over the wire: immutable, and of a form that can be written to disk. */
export interface Message {
  /** UUIDv7, made by the gateway. */
  readonly id: string
  /** The route whose source it came from. */
  readonly route: string
  /** Which of the route's sources: its place in `from`. */
  readonly sourceIndex: number
  /** That source in the words of people: `rest POST /v1/orders`. */
  readonly source: string
  /** Who sent it, by the name in clients.yaml. */
  readonly client?: string | undefined
  /** What makes it the same message again in its protocol's terms, scoped to the source or client: `rest:shop:KEY`. Absent: never deduplicated. */
  readonly identity?: string | undefined
  /** The source may be bringing this one again (AMQP redelivered). */
  readonly redelivered?: boolean | undefined
  readonly correlationId: string
  readonly traceparent?: string | undefined
  readonly contentType: string
  readonly headers: Headers
  readonly meta: Meta
  /** Empty where the body is `stored`. */
  readonly body: Uint8Array
  readonly stored?: StoredBody | undefined
  /** The message that it is a part of. */
  readonly parent?: string | undefined
  /** Milliseconds since the epoch. */
  readonly receivedAt: number
  /** The message's own deadline, milliseconds since the epoch: after it no target wants it. */
  readonly expiresAt?: number | undefined
  /** The content type of the reply that its sender asked for, of those that the source writes. */
  readonly replyType?: string | undefined
}

/** A message on its way through the pipeline: its parsed value beside it, parsed once. */
export interface Content {
  readonly message: Message
  /** The parsed body: JSON values, with ExactNumber where a double would bend one. */
  readonly body: unknown
  /** The body as it was read from the message's bytes, where those are nothing but the body: the same value as `body` until a step makes a new one. */
  readonly original?: unknown
  readonly headers: Headers
  readonly contentType: string
}

/** One step of a route: returns new content, never changes what it was given; throws GatewayError where the sender is to blame. */
export type Transformer = (content: Content) => Content | Promise<Content>

/** What a target answered. */
export interface Answer {
  readonly status: number
  readonly headers: Headers
  readonly contentType: string
  readonly body: Uint8Array
  /** A SOAP fault, where there was or is to be one: `code` is Client or Server (with dots, as it came), `name` that of its declaration or '', and the body its detail. */
  readonly fault?: { readonly code: string; readonly name: string; readonly text: string }
}

const POOL = 256 * 8
const pool = Buffer.alloc(POOL)
let used = POOL
let lastMs = 0
let sequence = 0

/** A UUIDv7 (RFC 9562): ascending within this process, so that a store appends instead of seeking. */
export function newId(now: number = Date.now()): string {
  if (used === POOL) refill()
  const tail = pool.toString('hex', used, used + 8)
  used += 8
  if (now > lastMs) {
    lastMs = now
    sequence = 0
  } else if (++sequence > 0xfff) {
    lastMs += 1
    sequence = 0
  }
  const time = lastMs.toString(16).padStart(12, '0')
  return `${time.slice(0, 8)}-${time.slice(8)}-7${sequence.toString(16).padStart(3, '0')}-${tail.slice(0, 4)}-${tail.slice(4)}`
}

function refill(): void {
  randomFillSync(pool)
  for (let at = 0; at < POOL; at += 8) pool[at] = ((pool[at] ?? 0) & 0x3f) | 0x80
  used = 0
}
