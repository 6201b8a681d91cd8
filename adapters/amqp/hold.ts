import { pause } from '../../gateway/rate.ts'

const FIRST_MS = 100
const LONGEST_MS = 5_000

/** Holds a source's messages back while the gateway has no room: all wait for the same moment. */
export interface Hold {
  /** Something is being held back. */
  readonly closed: boolean
  /** Resolves when it is time to try; rejects with the signal's reason when the source stops. */
  pass(): Promise<void>
  /** The gateway had no room: nobody passes for a while, which grows with each time in a row. */
  close(retryAfterMs?: number): void
  /** The gateway had room. */
  open(): void
}

/** Ends its waits when `signal` aborts. */
export function createHold(signal: AbortSignal): Hold {
  let times = 0
  let wait: Promise<void> | undefined

  function close(retryAfterMs = 0): void {
    if (wait) return
    wait = pause(delayMs(times, retryAfterMs), signal)
    times += 1
    const lift = () => {
      wait = signal.aborted ? wait : undefined
    }
    wait.then(lift, lift)
  }

  return {
    get closed() {
      return wait !== undefined || signal.aborted
    },
    pass: () => wait ?? (signal.aborted ? Promise.reject(signal.reason) : Promise.resolve()),
    close,
    open() {
      times = 0
    },
  }
}

/** 100 ms, doubled each time up to 5 s or what the gateway asked for within that, give or take a fifth. */
export function delayMs(times: number, retryAfterMs = 0): number {
  const wished = Math.max(FIRST_MS * 2 ** Math.min(times, 10), retryAfterMs)
  return Math.min(wished, LONGEST_MS) * (0.8 + Math.random() * 0.4)
}
