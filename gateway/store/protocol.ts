import type { ErrorCode } from '../errors.ts'
import type { Operations } from './operations.ts'
import type { Balance } from './port.ts'

type Calls<T> = { [K in keyof T]: T[K] extends (...args: infer A) => infer R ? { args: A; result: R } : never }
export type Writes = Calls<Operations['writes']>
export type Reads = Calls<Operations['reads']>

/** A call on its way to the store's thread: the operation's name and its arguments. */
export type WireCall = readonly [name: string, ...args: unknown[]]

/** What the store's thread is started with. */
export interface Start {
  readonly folder: string
  readonly identityWindowMs: number
  readonly retention: { readonly bodiesMs: number; readonly receiptsMs: number; readonly maxSizeBytes: number }
}

/** Many calls, one transaction, one answer. */
export type Request =
  | { readonly kind: 'batch'; readonly calls: readonly WireCall[]; readonly freight: Uint8Array<ArrayBuffer> }
  | { readonly kind: 'balance'; readonly id: number }
  | { readonly kind: 'close' }

export interface Failure {
  readonly code: ErrorCode
  readonly detail: string
  /** The disk did not keep what it was told to keep: nothing can be trusted any more. */
  readonly final: boolean
}

/** Deliveries that are open, and their bytes. */
export type Opened = readonly [count: number, bytes: number]

/** What became of a batch's calls, in their order. `failures` only where there are any. */
export interface Outcomes {
  readonly values: readonly unknown[]
  readonly failures?: readonly (Failure | undefined)[]
  /** 0 where nothing was written. */
  readonly commitMs: number
}

/** A proof's end. */
export type Proven = { readonly value: Balance } | { readonly failure: Failure }

export type Response =
  | { readonly kind: 'ready'; readonly opened: Opened }
  | { readonly kind: 'refused'; readonly failure: Failure }
  | { readonly kind: 'done'; readonly outcomes: Outcomes; readonly opened: Opened }
  | { readonly kind: 'balance'; readonly id: number; readonly proven: Proven }
  | { readonly kind: 'broken'; readonly failure: Failure }
