import { GatewayError } from '../../../gateway/errors.ts'
import { createAborts } from './aborts.ts'
import { requestFault } from './faults.ts'

/** How ssh2 answers a request. */
export type Done<T> = (error: Error | null | undefined, value: T) => void

/** Requests of one connection that have no answer yet. */
export interface Requests {
  /** Settles with the answer; rejects with GatewayError where the server says no, the signal aborts or the connection ends. */
  ask<T>(signal: AbortSignal, what: string, call: (done: Done<T>) => void): Promise<T>
  /** Rejects all, and all that come. */
  end(error: GatewayError): void
}

interface Pending {
  readonly what: string
  readonly since: number
  readonly fail: (error: GatewayError) => void
}

/** `silent` is called when a request has waited longer than `timeoutMs`: nothing is known of the connection any more. */
export function createRequests(timeoutMs: number, silent: (error: GatewayError) => void): Requests {
  const pending = new Set<Pending>()
  const aborts = createAborts()
  let ended: GatewayError | undefined
  // One clock for all of them: a file has a hundred thousand requests.
  const everyMs = Math.min(1_000, Math.max(20, timeoutMs / 4))
  const clock = setInterval(look, everyMs)
  clock.unref()
  let looked = performance.now()

  function look(): void {
    const now = performance.now()
    // After a standstill of the process itself, answers may be here that nobody has read yet.
    const stood = now - looked > everyMs * 3
    looked = now
    const [first] = pending
    if (!first || stood || now - first.since < timeoutMs) return
    silent(new GatewayError('TARGET_TIMEOUT', `${first.what}: no answer within ${timeoutMs} ms`))
  }

  function send<T>(signal: AbortSignal, what: string, call: (done: Done<T>) => void): Promise<T> {
    return new Promise((resolve, reject) => {
      const fail = (error: GatewayError) => {
        forget()
        reject(error)
      }
      const one: Pending = { what, since: performance.now(), fail }
      const release = aborts.on(signal, () => fail(givenUp(what)))
      const forget = () => {
        release()
        pending.delete(one)
      }
      pending.add(one)
      try {
        call((error, value) => {
          forget()
          if (error) reject(requestFault(what, error))
          else resolve(value)
        })
      } catch (error) {
        fail(requestFault(what, error instanceof Error ? error : new Error(String(error))))
      }
    })
  }

  return {
    async ask(signal, what, call) {
      if (ended) throw ended
      if (signal.aborted) throw givenUp(what)
      return send(signal, what, call)
    },
    end(error) {
      ended ??= error
      clearInterval(clock)
      for (const one of [...pending]) one.fail(error)
    },
  }
}

function givenUp(what: string): GatewayError {
  return new GatewayError('TARGET_UNAVAILABLE', `${what}: given up, the gateway does not wait any longer`)
}
