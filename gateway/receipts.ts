import type { RecordCounts } from './message.ts'

/** What receipts show, for the client that sent the message: of all clients where none is given, of nobody where it is the empty text. */
export interface Receipts {
  receipt(id: string, client?: string): Promise<ReceiptView | undefined>
  receipts(query: ReceiptQuery): Promise<Page<ReceiptView>>
  /** Records of a message that could not be accepted, in their order; at most 500 a page, and fewer where they are large. */
  rejects(id: string, cursor?: string, limit?: number): Promise<Page<RejectView>>
}

/** A record that could not be accepted. */
export interface RejectView {
  readonly id: string
  readonly number: number
  readonly line?: number
  /** The file in an archive that it came in. */
  readonly entry?: string
  readonly code: string
  readonly detail: string
  /** As it came; absent once retention has taken it. */
  readonly raw?: Uint8Array
}

export interface ReceiptQuery {
  readonly route?: string
  readonly key?: string
  readonly client?: string
  readonly state?: string
  readonly cursor?: string
  readonly limit?: number
}

export interface Page<T> {
  readonly items: readonly T[]
  /** Ask again with it for the next page; absent on the last. */
  readonly cursor?: string
}

export type TargetState = 'queued' | 'waiting' | 'delivered' | 'dead' | 'discarded' | 'expired' | 'skipped' | 'filtered' | 'superseded'

/** contracts.md, Receipts. Times are ISO 8601 in UTC. */
export interface ReceiptView {
  readonly id: string
  readonly route: string
  readonly key?: string
  readonly state: 'accepted' | 'delivered' | 'failed' | 'filtered'
  readonly receivedAt: string
  readonly because?: string
  readonly reply?: { readonly status: number; readonly contentType: string; readonly body: string }
  /** The message that it is a record of. */
  readonly parent?: string
  /** Of a message that was split: read = accepted + known + rejected; what of the accepted is not delivered, dead, discarded, expired or filtered is open. */
  readonly records?: RecordCounts
  readonly targets: readonly {
    readonly target: string
    readonly entry: string
    readonly state: TargetState
    readonly attempts: number
    readonly lastError?: string
    readonly nextAttemptAt?: string
    readonly deliveredAt?: string
  }[]
}
