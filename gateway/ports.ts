import type { ErrorCode, GatewayError } from './errors.ts'
import type { Answer, Headers, Message, StoredBody } from './message.ts'
import type { Receipts } from './receipts.ts'

// The way of a message: Inbound -> accept (intake.ts) -> Routes.plan -> Store.accept -> Queue.publish -> the answer;
// later Queue.consume -> delivery.ts -> Outbound.send -> Store.settle.

/** Where a source that can be rewound has got to; stored in the transaction that accepts what it brought. */
export interface Position {
  readonly source: string
  readonly value: string
}

/** What the sender gets. `replayed`: the identity was known, this is the first answer again. */
export interface Receipt {
  readonly id: string
  readonly state: 'accepted' | 'delivered' | 'failed' | 'filtered'
  readonly replayed: boolean
}

/**
 * Accepts messages: resolves with their receipts, in order, once every planned entry's copy is durable, in one transaction with the
 * source's position. Rejects with GatewayError: permanent (the message can never be accepted: NOT_READABLE, SCHEMA_INVALID, NO_ROUTE,
 * KEY_CONFLICT, ...) or transient (OVERLOADED, DRAINING, STORE_UNAVAILABLE); then nothing of the batch was accepted.
 */
export type Accept = (messages: readonly Message[], position?: Position) => Promise<readonly Receipt[]>

/** Request-reply: resolves with the target's mapped answer. Rejects with GatewayError; IN_DOUBT when the deadline passed. With `late: keep` a call that is accepted at its deadline resolves with its receipt. */
export type Call = (message: Message, signal: AbortSignal) => Promise<Answer | Receipt>

/**
 * For sources whose queue is itself a durable copy (the gateway's own broker): resolves once the message is settled or is durable in the
 * store under its own retry policy, so that the source may then be acknowledged. A message that nobody waits for and that can never be
 * accepted has by then become a dead letter.
 */
export type Carry = (message: Message) => Promise<void>

/** For senders that nobody answers: keeps a message that can never be accepted as a dead letter with its reason; resolves when durable. */
export type Bury = (message: Message, reason: unknown) => Promise<void>

/**
 * An answer that came when nobody in this process waited for it: `key` is what the request was known by (idempotency-key.ts). Resolves when it
 * is kept under the receipt of its message and the delivery is settled, with false where no delivery is known by that key.
 */
export type LateReply = (key: string, reply: { readonly answer: Answer; readonly error?: GatewayError }) => Promise<boolean>

/**
 * Resolves with true for whoever takes the name first, once that is durable, and with false for everybody else until the moment (milliseconds
 * since the epoch) is over. Rejects with OVERLOADED where too many names are taken.
 */
export type TakeOnce = (name: string, untilMs: number) => Promise<boolean>

/** What an inbound adapter may ask of the gateway. */
export interface Gateway {
  readonly accept: Accept
  readonly call: Call
  readonly carry: Carry
  readonly bury: Bury
  readonly takeOnce: TakeOnce
  readonly receipts: Receipts
  readonly bodies: Bodies
  /** For what takes much before it can be accepted: throws OVERLOADED, STORE_UNAVAILABLE or DRAINING where nothing is accepted now. */
  admit(): void
  /** What positions were stored last, by their sources. */
  positions(sources: readonly string[]): Promise<readonly (string | undefined)[]>
}

/** Large bodies, kept as files beside the store by their content. What nothing refers to is removed some time after it was kept. */
export interface Bodies {
  /** Resolves when what came is on disk and synced. Rejects with STORE_UNAVAILABLE where the disk has no room, or with what the source threw; nothing is left then. */
  keep(bytes: AsyncIterable<Uint8Array>): Promise<StoredBody>
  /** Takes over a file that is complete, by a link where the file system has them, else by a copy; the file itself stays. Nobody may write to it any more. With its SHA-256, where that is known, it need not be read. */
  adopt(path: string, sha256?: string): Promise<StoredBody>
  /** The body from a byte on; rejects with STORE_CORRUPT where it is gone. */
  open(body: StoredBody, from?: number): AsyncIterable<Uint8Array>
  /** All of it; throws TOO_LARGE above the bound. */
  read(body: StoredBody, maxBytes: number): Promise<Uint8Array>
}

/** Brings messages in. Speaks its protocol, and neither retries nor reconnects on its own account beyond what its library's connection needs. */
export interface Inbound {
  /** Resolves when it takes messages. */
  start(gateway: Gateway): Promise<void>
  /** Takes no new work, waits for what runs; may be called twice. */
  stop(): Promise<void>
}

/** An ability of an Inbound that listens: where, once it has started (`http://127.0.0.1:8080`). */
export interface Listening {
  readonly address: string | undefined
}

/** Carries deliveries to one target. */
export interface Outbound {
  /** Resolves when the target said yes, with its answer where the protocol has one; rejects with GatewayError, which says whether a retry can help and bears the target's answer. */
  send(delivery: Delivery, signal: AbortSignal): Promise<Answer | undefined>
  close(): Promise<void>
}

/** An ability of an Outbound whose target is a queue of the gateway's own broker: the confirmed publish is itself the delivery. */
export interface Direct {
  publication(delivery: Delivery): Publication
}

/** An ability of an Outbound that reads a stored body itself, by `bodies`; to others it is given as bytes, up to a bound. */
export interface Streaming {
  readonly streams: true
}

/** An ability of an Outbound that must make something ready before its first delivery. */
export interface Prepared {
  /** Resolves when it is, or within a few seconds where that cannot be now: it then goes on trying. Never rejects. */
  ready(): Promise<void>
}

/** A message in the broker's terms. */
export interface Publication {
  readonly exchange: string
  readonly routingKey: string
  readonly contentType: string
  readonly messageId: string
  readonly correlationId: string
  /** The queue that an answer is to go to. */
  readonly replyTo?: string
  readonly headers: Readonly<Record<string, string | number>>
  readonly body: Uint8Array
}

/** One message for one target. The message's id and the entry together identify it: in the store, the ledger and towards the target. */
export interface Delivery {
  readonly messageId: string
  readonly entry: string
  /** `system` or `system.operation`. */
  readonly target: string
  readonly route: string
  readonly source: string
  readonly key?: string | undefined
  readonly correlationId: string
  readonly traceparent?: string | undefined
  readonly contentType: string
  readonly headers: Headers
  /** Values for the path parameters of a target's operation. */
  readonly params?: Readonly<Record<string, string>> | undefined
  /** Empty where the body is `stored`. */
  readonly body: Uint8Array
  readonly stored?: StoredBody | undefined
  /** Attempts that ended before this one. */
  readonly attempts: number
  /** How often a person has opened it again. */
  readonly replays: number
  /** The number of the replay that mapped it anew, since when it is another request. Absent: it is as it was planned. */
  readonly remapped?: number | undefined
  /** How often it has been put to wait in the store: tells what was handed out before from what waits now. Absent: never. */
  readonly waits?: number | undefined
  /** Milliseconds since the epoch: when it was accepted, or last opened again by a replay. Its age counts from here. */
  readonly acceptedAt: number
  readonly expiresAt?: number | undefined
  /** Somebody waits for the answer until `expiresAt`, and nobody wants it then: the send ends. */
  readonly awaited?: true | undefined
}

/** What identifies a delivery in sets and maps. */
export function deliveryKey(delivery: Pick<Delivery, 'messageId' | 'entry'>): string {
  return `${delivery.messageId} ${delivery.entry}`
}

/** What the router fixed for one entry at accept. */
export interface Planned {
  readonly entry: string
  readonly target: string
  readonly contentType: string
  readonly headers: Headers
  readonly params?: Readonly<Record<string, string>> | undefined
  /** Empty where the body is `stored`. */
  readonly body: Uint8Array
  readonly stored?: StoredBody | undefined
  /** Where in the route it was chosen, for explain: `to[2].first[0]`. */
  readonly chosen: string
}

/** The plan of a message: made once, at accept. Deliveries are empty only where `filtered` says why. */
export interface Plan {
  readonly message: Message
  readonly key?: string | undefined
  /** The business's own identity (`once`): its value, and the hash of the canonical body. */
  readonly once?: { readonly value: string; readonly hash: string } | undefined
  readonly filtered?: string | undefined
  readonly deliveries: readonly Planned[]
  /** It is split into records: `all` come in `children` and `rejects`, or they are read `later` by its delivery. */
  readonly splits?: 'all' | 'later' | undefined
  /** Accepted with it, in the same transaction. */
  readonly children?: readonly Plan[]
  readonly rejects?: readonly Reject[]
}

/** Targets that split messages, and the positions that they have got to: `split:` and the route's name, or the message's id. */
export const SPLIT = 'split:'

/** One record of a message that is split. */
export interface SplitRecord {
  /** Counted from 1. */
  readonly number: number
  readonly line?: number
  /** The file in an archive that it came in. */
  readonly entry?: string
  /** Of the whole, such as a header record. */
  readonly header?: unknown
  readonly body?: unknown
  /** Why it could not be read. */
  readonly error?: GatewayError
  /** As it came. */
  readonly raw: Uint8Array
}

/** How the records of one message are read and planned. */
export interface Splitting {
  /** What becomes of the others where some cannot be accepted. */
  readonly rejects: 'go-on' | 'stop' | 'all-or-nothing'
  /** `stop`: at so many rejects, or at this share of what was read, of 100 at least. */
  readonly stopAt: { readonly count: number } | { readonly share: number }
  /** In pieces, in order. Throws GatewayError where the rest cannot be read, or the whole does not fit its trailer. */
  read(bytes: AsyncIterable<Uint8Array>): AsyncIterable<readonly SplitRecord[]>
  /** Throws GatewayError with what is wrong with the record. */
  plan(record: SplitRecord): Plan | Promise<Plan>
  /** The record as a dead letter. */
  reject(record: SplitRecord, error: GatewayError): Reject
}

/** Deliveries of one entry that are collected, and go out as one. */
export interface Batching {
  /** Where members wait: `batch:` with the route and the entry. */
  readonly waits: string
  readonly route: string
  readonly entry: string
  /** Where the batch goes. */
  readonly target: string
  readonly contentType: string
  /** It goes at so many members, or bytes of theirs, ... */
  readonly count: number
  readonly sizeBytes: number
  /** ... when its oldest member has waited so long, or at the times of a schedule. */
  readonly withinMs?: number
  readonly cron?: { readonly pattern: string; readonly timeZone: string }
  /** The file of some members' bodies. `message` is the batch's own. */
  write(members: AsyncIterable<Uint8Array>, message: Message): AsyncIterable<Uint8Array>
  /** What the target's options compute of the batch, such as its name. */
  params(message: Message, count: number): Readonly<Record<string, string>> | undefined
}

/** Where deliveries wait that go out together. */
export const BATCH = 'batch:'

/** A record that could not be accepted: it becomes a dead letter with its reason. */
export interface Reject {
  readonly message: Message
  readonly code: ErrorCode
  readonly detail: string
}

/** How a delivery is tried again. The last delay repeats until giveUpAfterMs. */
export interface RetryPolicy {
  readonly delaysMs: readonly number[]
  readonly giveUpAfterMs: number
  /** Share of a delay that may be added or taken: 0 to 1. */
  readonly jitter: number
}

/** The routes of the running config. */
export interface Routes {
  /** Transforms and routes; throws GatewayError with what is wrong with the message. Synchronous where every step is. */
  plan(message: Message): Plan | Promise<Plan>
  /** Of a message whose plan splits it `later`. */
  split(message: Message): Splitting
  batches(): readonly Batching[]
  /** The policy of an entry as the config has it today. */
  retry(route: string, entry: string): RetryPolicy
  /** Turns the target's answer into the caller's: the entry's `answer`. */
  reply(message: Message, entry: string, answer: Answer): Answer | Promise<Answer>
  /** What the caller is told where the target failed, by the route's `faults`; undefined where none of them holds. */
  fault(message: Message, entry: string, error: GatewayError): Answer | undefined | Promise<Answer | undefined>
}

/** What the queue said to one delivery. `refused`: not now; `unfit`: never this one, whatever the queue's state; `no-room`: the queue takes nothing now, it stays in the store. */
export type PublishResult = 'stored' | 'returned' | 'refused' | 'unfit' | 'no-room'

export interface ConsumeOptions {
  /** How many may be with the handler at once. */
  readonly inFlight: number
  /** Called when the queue was found gone (deleted by somebody) and was declared anew: what it held must be published again. */
  readonly lost: () => Promise<void>
}

export interface Subscription {
  /** 0 pauses: nothing new is handed out and what is not yet handed out goes back. 1 lets one probe through. */
  limit(inFlight: number): Promise<void>
  /** Hands out nothing more, waits for running handlers. */
  stop(): Promise<void>
}

/** A delivery for the queue; with a publication it goes to the target's own queue or exchange instead of the work queue. */
export interface Parcel {
  readonly delivery: Delivery
  readonly publication?: Publication
}

/** The durable queue. It carries what is ready; what waits, waits in the store. */
export interface Queue {
  /** Declares what it needs for these targets; resolves even where the broker is away (health says so, and it goes on trying). */
  start(targets: readonly string[]): Promise<void>
  /** Never rejects: one result a parcel, in order. `stored`: confirmed, durable. */
  publish(parcels: readonly Parcel[]): Promise<readonly PublishResult[]>
  /** Resolves when it can take more for the target after it said `no-room`. */
  room(target: string, signal: AbortSignal): Promise<void>
  /** Hands out deliveries; each is acknowledged after its handler resolved, and comes again after it rejected. */
  consume(target: string, handle: (delivery: Delivery) => Promise<void>, options: ConsumeOptions): Promise<Subscription>
  health(): Health
  /** For a queue that keeps no durable copy of its own: what it has in hand for a target, so that the store does not give it out again. Absent where copies are durable. */
  holding?(target: string): readonly Delivery[]
  /** Messages ready and unacknowledged in the target's work queue; undefined where the queue keeps none of its own. */
  count(target: string): Promise<number | undefined>
  close(): Promise<void>
}

export interface Health {
  readonly ok: boolean
  readonly detail: string
}
