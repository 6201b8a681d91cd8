import type { Dispatcher } from 'undici'
import type { GatewayError } from '../../gateway/errors.ts'
import type { Answer, Headers } from '../../gateway/message.ts'
import { requestFault, timeoutFault } from './settlement.ts'

export interface CallLimits {
  /** For texts: the target's name. */
  readonly name: string
  readonly maxReplyBytes: number
}

/** Who waits for the call. */
export interface Settle {
  /** An answer of any status. `whole`: false where it was larger than is kept, and is cut. */
  answered(answer: Answer, whole: boolean): void
  reject(error: GatewayError): void
}

const NO_BODY = new Uint8Array(0)

/** One request from its dispatch to its settlement: undici's handler, without streams. A class because undici keeps one object a request. */
export class Call implements Dispatcher.DispatchHandler {
  readonly #limits: CallLimits
  readonly #settle: Settle
  readonly #group: Call[]
  #place: number
  readonly #withinMs: number
  readonly #timer: NodeJS.Timeout
  #controller: Dispatcher.DispatchController | undefined
  #status = 0
  #headers: Headers = {}
  readonly #chunks: Uint8Array[] = []
  #size = 0
  #settled: GatewayError | true | undefined

  /** Adds itself to the group of calls that end with a signal, until it is settled; fails with TARGET_TIMEOUT after `withinMs` without progress. */
  constructor(limits: CallLimits, settle: Settle, group: Call[], withinMs: number) {
    this.#limits = limits
    this.#settle = settle
    this.#group = group
    this.#place = group.push(this) - 1
    this.#withinMs = withinMs
    this.#timer = setTimeout(expire, withinMs, this)
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller
    // Given up while it waited for a connection: nothing is sent.
    if (this.#settled) controller.abort(new Error('settled'))
  }

  onResponseStart(
    _controller: Dispatcher.DispatchController,
    status: number,
    headers: Record<string, string | string[] | undefined>,
  ): void {
    if (status < 200) return
    this.#status = status
    this.#headers = plain(headers)
  }

  onResponseData(_controller: Dispatcher.DispatchController, chunk: Uint8Array): void {
    if (this.#settled) return
    const room = this.#limits.maxReplyBytes - this.#size
    this.#chunks.push(chunk.length > room ? chunk.subarray(0, room) : chunk)
    this.#size += chunk.length
    if (chunk.length > room) this.#answered()
  }

  onResponseEnd(): void {
    this.#answered()
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    this.fail(requestFault(error, this.#limits.name))
  }

  /** The target has taken more of a body that is streamed: its time begins anew. */
  progress(): void {
    if (!this.#settled) this.#timer.refresh()
  }

  /** The deadline. */
  expire(): void {
    this.fail(timeoutFault(this.#limits.name, this.#withinMs, this.#status === 0 ? undefined : this.#answer()))
  }

  /** Gives up: the connection is closed, since nobody knows what is still to come on it. */
  fail(error: GatewayError): void {
    if (!this.#end(error)) return
    this.#settle.reject(error)
    this.#controller?.abort(error)
  }

  #answered(): void {
    if (!this.#end(true)) return
    const whole = this.#size <= this.#limits.maxReplyBytes
    this.#settle.answered(this.#answer(), whole)
    if (!whole) this.#controller?.abort(new Error('the rest of the answer is not wanted'))
  }

  #end(how: GatewayError | true): boolean {
    if (this.#settled) return false
    this.#settled = how
    clearTimeout(this.#timer)
    this.#leave()
    return true
  }

  // Not a Set: V8's Sets that change at this pace keep what was deleted alive until a full collection.
  #leave(): void {
    const last = this.#group.pop()
    if (!last || last === this) return
    this.#group[this.#place] = last
    last.#place = this.#place
  }

  #answer(): Answer {
    const [first = NO_BODY] = this.#chunks
    const body = this.#chunks.length < 2 ? first : Buffer.concat(this.#chunks)
    return { status: this.#status, headers: this.#headers, contentType: this.#headers['content-type'] ?? '', body }
  }
}

function expire(call: Call): void {
  call.expire()
}

function plain(headers: Record<string, string | string[] | undefined>): Headers {
  const kept: Record<string, string> = {}
  for (const name in headers) {
    const value = headers[name]
    if (value !== undefined) kept[name] = typeof value === 'string' ? value : value.join(', ')
  }
  return kept
}
