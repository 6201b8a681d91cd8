import { GatewayError } from '../../../gateway/errors.ts'
import { requestFault } from './faults.ts'

/** How ssh2 answers a request. */
export type Done<T> = (error: Error | null | undefined, value: T) => void

/** Requests of one connection that have no answer yet. */
export interface Requests {
  /** Settles with the answer; rejects with GatewayError where the server says no, the signal aborts or the connection ends. */
  ask<T>(signal: AbortSignal, what: string, call: (done: Done<T>) => void): Promise<T>
  /** Rejects all that wait for the signal's sake. */
  drop(signal: AbortSignal): void
  /** Rejects all, and all that come. */
  end(error: GatewayError): void
}

interface Pending {
  readonly signal: AbortSignal
  readonly what: string
  readonly since: number
  readonly reject: (error: GatewayError) => void
}

/** `silent` is called once when a request has waited longer than `timeoutMs`: nothing is known of the connection any more. */
export function createRequests(timeoutMs: number, silent: (error: GatewayError) => void): Requests {
  const pending = new Set<Pending>()
  let ended: GatewayError | undefined
  // One clock for all of them: a file has a hundred thousand requests.
  const clock = setInterval(look, Math.min(1_000, Math.max(20, timeoutMs / 4)))
  clock.unref()

  function look(): void {
    const [first] = pending
    if (!first || performance.now() - first.since < timeoutMs) return
    silent(new GatewayError('TARGET_TIMEOUT', `${first.what}: no answer within ${timeoutMs} ms`))
  }

  function ask<T>(signal: AbortSignal, what: string, call: (done: Done<T>) => void): Promise<T> {
    if (ended) return Promise.reject(ended)
    if (signal.aborted) return Promise.reject(givenUp(what))
    return new Promise((resolve, reject) => {
      const one: Pending = { signal, what, since: performance.now(), reject }
      pending.add(one)
      const done: Done<T> = (error, value) => {
        pending.delete(one)
        if (error) reject(requestFault(what, error))
        else resolve(value)
      }
      try {
        call(done)
      } catch (error) {
        pending.delete(one)
        reject(requestFault(what, error instanceof Error ? error : new Error(String(error))))
      }
    })
  }

  return {
    ask,
    drop(signal) {
      for (const one of [...pending].filter(other => other.signal === signal)) {
        pending.delete(one)
        one.reject(givenUp(one.what))
      }
    },
    end(error) {
      ended ??= error
      clearInterval(clock)
      for (const one of pending) one.reject(error)
      pending.clear()
    },
  }
}

function givenUp(what: string): GatewayError {
  return new GatewayError('TARGET_UNAVAILABLE', `${what}: given up, the gateway does not wait any longer`)
}
