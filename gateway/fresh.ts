const FRESH_MS = 1_000

/** Runs once for all who ask at the same time, and for those who ask within a second after. A failure is not kept. */
export function fresh<T>(make: () => Promise<T>): () => Promise<T> {
  let last: { readonly at: number; readonly value: Promise<T> } | undefined
  return () => {
    if (last && performance.now() - last.at < FRESH_MS) return last.value
    const made = { at: performance.now(), value: make() }
    last = made
    made.value.catch(() => {
      if (last === made) last = undefined
    })
    return made.value
  }
}
