export interface BreakerOptions {
  /** Transient failures in a row that open it. */
  readonly failures: number
  /** The first pause before a probe; doubles with each failed probe up to `maxPauseMs`. */
  readonly pauseMs: number
  readonly maxPauseMs: number
}

/** Stops calling a target that is down: after some failures in a row it is open, and one probe at a time finds out when the target is back. */
export interface Breaker {
  readonly open: boolean
  /** Milliseconds until the next probe; at least what the target itself asked for. */
  readonly pauseMs: number
  /** Notes an attempt's end; true where that opened or closed it. */
  note(ok: boolean, retryAfterMs?: number): boolean
}

export const breakerDefaults: BreakerOptions = { failures: 5, pauseMs: 500, maxPauseMs: 10_000 }

/** A closed breaker. */
export function createBreaker(options: BreakerOptions = breakerDefaults): Breaker {
  let failures = 0
  let pauseMs = 0
  return {
    get open() {
      return failures >= options.failures
    },
    get pauseMs() {
      return pauseMs
    },
    note(ok, retryAfterMs = 0) {
      const before = failures >= options.failures
      failures = ok ? 0 : failures + 1
      const doubled = options.pauseMs * 2 ** Math.max(0, Math.min(failures - options.failures, 20))
      pauseMs = ok ? 0 : Math.max(Math.min(doubled, options.maxPauseMs), retryAfterMs)
      return before !== failures >= options.failures
    },
  }
}
