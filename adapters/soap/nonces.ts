/** Nonces that were taken, for as long as their messages would be young enough. */
export interface Nonces {
  /** False where it was taken before, or where there is no room to remember it. */
  take(nonce: string, now: number): boolean
}

const MAX = 100_000
const MAX_LENGTH = 512

/** Remembers for `keepMs` in the memory of this process: two generations, the older is dropped as a whole. At the bound nothing more is taken, so that nobody can push a nonce out. */
export function createNonces(keepMs: number): Nonces {
  let current = new Set<string>()
  let former = new Set<string>()
  let since = 0
  return {
    take(nonce, now) {
      if (now - since >= keepMs) {
        former = now - since >= 2 * keepMs ? new Set() : current
        current = new Set()
        since = now
      }
      if (nonce.length > MAX_LENGTH || current.size >= MAX || current.has(nonce) || former.has(nonce)) return false
      current.add(nonce)
      return true
    },
  }
}
