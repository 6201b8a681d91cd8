/** Spaces calls so that no more than `perSecond` start in a second (a second's worth may come at once after a rest). */
export interface Rate {
  /** Resolves when the caller may go on; rejects when the signal aborts first. */
  turn(signal: AbortSignal): Promise<void> | undefined
}

/** No rate: every turn is at once. */
export function createRate(perSecond: number | undefined): Rate {
  if (perSecond === undefined) return { turn: () => undefined }
  const spacingMs = 1_000 / perSecond
  let next = performance.now() - 1_000
  return {
    turn(signal) {
      const now = performance.now()
      next = Math.max(next, now - 1_000) + spacingMs
      return next <= now ? undefined : pause(next - now, signal)
    },
  }
}

/** Waits; rejects with the signal's reason when it aborts. */
export function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(signal.reason)
    const end = () => {
      clearTimeout(timer)
      reject(signal.reason)
    }
    const timer = setTimeout(() => {
      signal.removeEventListener('abort', end)
      resolve()
    }, ms)
    signal.addEventListener('abort', end, { once: true })
  })
}
