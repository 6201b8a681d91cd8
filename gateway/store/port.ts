import type { ErrorCode } from '../errors.ts'
import type { Answer, Headers, Message, Meta, RecordCounts, StoredBody } from '../message.ts'
import type { Delivery, Plan, Planned, Position, Reject } from '../ports.ts'
import type { Page, Receipts, TargetState } from '../receipts.ts'

/** Where the ready copy of a delivery lies: here, confirmed by the broker, or still unacknowledged in its source queue, or part of what another message carries. */
export type Place = 'store' | 'broker' | 'source' | 'batch'

/** What an accept writes besides, in the same transaction. */
export interface Beside {
  readonly position?: Position | undefined
  /** Kept as dead letters. */
  readonly buried?: readonly Buried[]
  /** Deliveries that a message of the call carries: they end as its delivery does. The call rejects with INTERNAL where one is no longer queued in the store. */
  readonly batch?: { readonly id: string; readonly members: readonly Pick<Delivery, 'messageId' | 'entry'>[] }
}

/** What became of one plan that was offered. */
export type Accepted =
  | { readonly kind: 'accepted'; readonly id: string; readonly deliveries: readonly Delivery[] }
  /** The identity is known with the same content. `open`: not settled yet. */
  | { readonly kind: 'known'; readonly id: string; readonly open: boolean; readonly filtered: boolean }
  /** The identity is known with other content. */
  | { readonly kind: 'conflict'; readonly id: string }

/** What became of a delivery; written durably and in order. Settling a delivery that is already settled changes nothing. */
export interface Change {
  readonly messageId: string
  readonly entry: string
  readonly state: 'delivered' | 'waiting' | 'dead' | 'expired'
  /** Attempts that have ended by now. */
  readonly attempts: number
  /** Milliseconds since the epoch. */
  readonly at: number
  /** waiting: when it may go again. */
  readonly dueAt?: number
  readonly error?: { readonly code: ErrorCode; readonly detail: string; readonly answer?: Answer }
}

/** A message that was never accepted and that nobody could be told about; kept as a dead letter of its own (target `-`). */
export type Buried = Reject

/** A split message. */
export interface Untold {
  readonly id: string
  readonly route: string
  readonly receivedAt: number
  /** Absent: records are open. */
  readonly settledAt?: number
}

export interface Waiting {
  readonly target: string
  readonly count: number
  readonly bytes: number
  /** The earliest moment at which one of those in the store may go. */
  readonly dueAt?: number
  readonly oldestAt?: number
}

/** Which dead letters (or deliveries) are meant; all given members must hold. */
export interface Selection {
  /** Message ids. */
  readonly ids?: readonly string[]
  readonly target?: string
  readonly reason?: string
  readonly route?: string
  /** Those of the records of this message. */
  readonly parent?: string
  readonly after?: number
  readonly before?: number
  /** Not these deliveries, by `deliveryKey`. */
  readonly except?: readonly string[]
}

/** What a delivery is replayed with instead of what was planned for it. */
export type Remade = Pick<Planned, 'contentType' | 'headers' | 'params' | 'body' | 'stored'>

export interface DeadLetter {
  readonly messageId: string
  readonly entry: string
  readonly target: string
  readonly route: string
  readonly key?: string
  readonly reason: string
  readonly detail: string
  readonly attempts: number
  readonly acceptedAt: number
  readonly deadAt: number
  /** The message that it is a record of, and where it stands there. */
  readonly parent?: string
  readonly record?: { readonly number: number; readonly line?: number; readonly entry?: string }
}

/** One line of a message's story, in order of time. */
export interface Event {
  readonly at: number
  readonly entry?: string
  readonly what: 'accepted' | 'attempt-failed' | 'delivered' | 'dead' | 'expired' | 'replayed' | 'discarded' | 'buried' | 'late-reply'
  readonly attempt?: number
  readonly code?: string
  readonly detail?: string
  /** The target's answer, first 4 KB. */
  readonly answer?: string
  /** Who did it, for what people do. */
  readonly by?: string
  /** attempt-failed: when the next was to follow. */
  readonly dueAt?: number
}

/** All that is known of a message: for explain, and for a dead letter's page. */
export interface Story {
  readonly message: {
    readonly id: string
    readonly route: string
    readonly sourceIndex: number
    readonly source: string
    readonly client?: string
    readonly key?: string
    readonly identity?: string
    readonly correlationId: string
    readonly traceparent?: string
    readonly contentType: string
    readonly headers: Headers
    readonly meta: Meta
    readonly receivedAt: number
    readonly filtered?: string
    readonly parent?: string
    readonly stored?: StoredBody
    /** Absent once retention has taken it. */
    readonly body?: Uint8Array
  }
  readonly deliveries: readonly (Delivery & {
    readonly state: TargetState
    readonly place: Place
    readonly chosen: string
    readonly dueAt?: number
    readonly settledAt?: number
    readonly lastError?: string
    /** The message that carries it with others. */
    readonly batch?: string
  })[]
  readonly events: readonly Event[]
  /** Of a message that was split. */
  readonly records?: RecordCounts
  /** Deliveries that it carries, where it is a batch. */
  readonly members?: number
}

/** The proof. Balanced when every count adds up and `gaps` is empty. */
export interface Balance {
  readonly targets: readonly {
    readonly target: string
    readonly accepted: number
    readonly delivered: number
    readonly dead: number
    readonly discarded: number
    readonly expired: number
    readonly queued: number
    /** Of the queued ones those whose ready copy the broker has. */
    readonly atBroker: number
  }[]
  readonly messages: number
  readonly duplicates: number
  readonly filtered: number
  /** Deliveries that an accept line names and no row accounts for, or the other way round; at most 1,000. */
  readonly gaps: readonly { readonly messageId: string; readonly entry: string; readonly what: string }[]
  readonly balanced: boolean
}

/** What the store holds now; cheap, asked before each accept. */
export interface Fill {
  readonly queued: number
  readonly queuedBytes: number
  readonly freeBytes: number
  readonly ok: boolean
  readonly detail: string
  /** Milliseconds that the last commits took, for the metrics: 50th and 99th percentile. */
  readonly commitMs: { readonly p50: number; readonly p99: number }
}

/** The durable memory of the gateway: messages, deliveries, identities, dead letters, ledger. One process owns it. */
export interface Store extends Receipts {
  /**
   * One transaction: identities looked up or taken, messages, accept lines and deliveries written, the source's position moved. Resolves
   * after the disk has it; calls that wait at the same time share a commit. `place` says where the ready copies lie. Rejects with
   * STORE_UNAVAILABLE, and then nothing of the call was written. Records of a
   * message that is known already are known with it; one whose own `once` belongs to another content is buried.
   */
  accept(plans: readonly Plan[], place: Place, beside?: Beside): Promise<readonly Accepted[]>
  /** Durable when resolved. These ride along with the next accept's commit, and wait at most `settleDelayMs` for one. */
  settle(changes: readonly Change[]): Promise<void>
  /** The queue holds these now (or, with 'store', no longer does); one that has been put to wait since it was handed out stays where it is. Need not be durable at once. */
  placed(deliveries: readonly Pick<Delivery, 'messageId' | 'entry' | 'waits'>[], place: Place): Promise<void>
  bury(messages: readonly Buried[]): Promise<void>
  /** The message that was accepted under the same identity with the same content; undefined where none is known, or no longer. */
  known(
    message: Pick<Message, 'identity' | 'body' | 'stored' | 'receivedAt'>,
  ): Promise<{ readonly id: string; readonly filtered: boolean } | undefined>
  position(source: string): Promise<string | undefined>
  positions(sources: readonly string[]): Promise<readonly (string | undefined)[]>
  /** Split messages whose end nobody was told of, after one of them in the order of ids; at most 500. */
  untold(after?: string): Promise<readonly Untold[]>
  /** Their end was told. */
  tell(ids: readonly string[]): Promise<void>
  /** Of some hashes of stored bodies those that something refers to. */
  referenced(hashes: readonly string[]): Promise<readonly string[]>
  /** Messages that were buried are accepted after all, by these plans; resolves with the fresh deliveries of each. Undefined: left alone, since it is no dead letter any more, or its `once` is known. */
  revive(plans: readonly Plan[], by: string): Promise<readonly (readonly Delivery[] | undefined)[]>

  /** Deliveries of a target that lie in the store, queued or waiting, and may go by now; in order of their due time, then of acceptance. `except`: keys (deliveryKey) that the caller has in hand; their bodies are not read. */
  due(target: string, now: number, limit: number, except?: ReadonlySet<string>): Promise<readonly Delivery[]>
  /** All undelivered of a target that lie in the store, due or not, a page at a time in the order of `due`. */
  lying(target: string, limit: number, cursor?: string): Promise<Page<Delivery>>
  /** The earliest due time later than `after` among a target's waiting deliveries in the store. */
  nextDue(target: string, after: number): Promise<number | undefined>
  /** Undelivered by target; of those in the store the earliest due time. */
  waiting(): Promise<readonly Waiting[]>
  /** Takes back all undelivered of a target that lie at a place, since that place has lost them; resolves with how many. No target: of all. */
  recall(place: Place, target?: string): Promise<number>
  /** For copies that may be old: whether each is still what its delivery waits for, that is, undelivered with the same attempts and replays. */
  current(copies: readonly Pick<Delivery, 'messageId' | 'entry' | 'attempts' | 'replays'>[]): Promise<readonly boolean[]>
  /** An open delivery of an unfinished run of this source with the same content and no identity of its own: taken at most once. */
  adopt(source: string, contentHash: string): Promise<string | undefined>

  dead(selection: Selection, cursor?: string, limit?: number): Promise<Page<DeadLetter>>
  /** Opens dead deliveries again (dead to queued, due now, attempts from 0, replays + 1), audited; resolves with them. What was mapped anew, by `deliveryKey`, replaces what was planned. */
  replay(selection: Selection, by: string, remade?: ReadonlyMap<string, Remade>): Promise<readonly Delivery[]>
  /** Undelivered or dead deliveries become discarded, audited; resolves with how many. */
  discard(selection: Selection, by: string): Promise<number>
  undelivered(selection: Selection, cursor?: string, limit?: number): Promise<Page<DeadLetter & { state: TargetState; dueAt?: number }>>
  story(id: string): Promise<Story | undefined>
  balance(): Promise<Balance>

  /** Request-reply with an identity: 'new' (go on), 'running', the kept answer, or 'conflict'. */
  beginCall(identity: string, hash: string): Promise<'new' | 'running' | 'conflict' | Answer>
  /** Keeps the answer for the window; without one the identity is free again. */
  endCall(identity: string, answer?: Answer): Promise<void>
  /** Takes a name until a moment, durably: 'known' where somebody has it, 'full' where as many are taken as may be. */
  takeOnce(name: string, untilMs: number): Promise<'taken' | 'known' | 'full'>
  /** A reply that came after the caller had its receipt. */
  keepReply(messageId: string, entry: string, answer: Answer): Promise<void>

  paused(): Promise<readonly string[]>
  setPaused(target: string, paused: boolean, by: string): Promise<void>
  /**
   * Marks deliveries as started before a send, for those that may have killed the gateway. Resolves with how often each was started since
   * it was last settled, this start included: all but this one ended badly. Not started since: 1.
   */
  started(deliveries: readonly Pick<Delivery, 'messageId' | 'entry'>[]): Promise<readonly number[]>
  /** Undelivered ones that were started and have not been settled since. */
  begun(): Promise<readonly Pick<Delivery, 'messageId' | 'entry'>[]>

  /** Removes bodies and receipts that are settled and older or more than the retention says; resolves with how many went. */
  prune(now: number): Promise<{ readonly bodies: number; readonly receipts: number }>
  /** At once, from memory. */
  fill(): Fill
  close(): Promise<void>
}
