/** Who waits for signals. Sends share the signal of their target: it gets one listener for all of them. */
export interface Aborts {
  /** Calls when the signal aborts, until the returned function is called. */
  on(signal: AbortSignal, call: () => void): () => void
}

export function createAborts(): Aborts {
  const waiting = new Map<AbortSignal, { readonly calls: Set<() => void>; readonly fire: () => void }>()

  function watch(signal: AbortSignal) {
    const calls = new Set<() => void>()
    const fire = () => {
      for (const call of [...calls]) call()
    }
    signal.addEventListener('abort', fire, { once: true })
    const watched = { calls, fire }
    waiting.set(signal, watched)
    return watched
  }

  return {
    on(signal, call) {
      const { calls, fire } = waiting.get(signal) ?? watch(signal)
      calls.add(call)
      return () => {
        if (!calls.delete(call) || calls.size > 0) return
        signal.removeEventListener('abort', fire)
        waiting.delete(signal)
      }
    },
  }
}
