import type { Sent } from './client.ts'
import type { Seen } from './counting-target.ts'

/** What became of the orders at one target, counted as Jepsen's total-queue does. */
export interface Verdict {
  /** Answered with 202, and the target never said yes to it. */
  readonly lost: readonly string[]
  /** Never sent by the client, or under another id than the one that was answered, or under two ids. */
  readonly unexpected: readonly string[]
  /** Came more than once to the target, always with the same id. */
  readonly duplicated: readonly string[]
  /** Never answered, and yet delivered: the sender was in doubt. */
  readonly recovered: readonly string[]
}

/** Compares what was answered with what the target said yes to. */
export function check(sent: Pick<Sent, 'attempted' | 'answered'>, seen: readonly Seen[]): Verdict {
  const keys = new Map<string, string>()
  const unexpected: string[] = []
  for (const { order, key } of seen) {
    const answered = sent.answered.get(order)
    if (!sent.attempted.has(order)) unexpected.push(`${order} (${key}): nobody sent it`)
    else if (answered && answered !== key) unexpected.push(`${order} (${key}): it was answered as ${answered}`)
    else if (keys.has(order)) unexpected.push(`${order} (${key}): it came as ${keys.get(order)} as well`)
    keys.set(order, key)
  }
  return {
    lost: [...sent.answered].filter(([order]) => !keys.has(order)).map(([order, id]) => `${order} (${id})`),
    unexpected,
    duplicated: seen.filter(({ times }) => times > 1).map(({ order, times }) => `${order} (${times} times)`),
    recovered: [...keys.keys()].filter(order => sent.attempted.has(order) && !sent.answered.has(order)),
  }
}

/** Throws with the first names of what is lost or unexpected, and what the ledger says; or where more than `duplicates` came again. */
export function demand(verdict: Verdict, duplicates = Number.POSITIVE_INFINITY, ledger = ''): void {
  for (const kind of ['lost', 'unexpected'] as const) {
    const names = verdict[kind]
    if (names.length > 0) throw new Error(`${names.length} ${kind}: ${names.slice(0, 5).join(', ')}${ledger}`)
  }
  const { duplicated } = verdict
  if (duplicated.length > duplicates)
    throw new Error(`${duplicated.length} duplicated, at most ${duplicates} may be: ${duplicated.slice(0, 5).join(', ')}`)
}
