import type { Terminal } from './terminal.ts'

const CELLS = 20
const TICK_MS = 1_000

/** How far long work has got: `[##########..........]  50%`. */
export function bar(done: number, total: number): string {
  const share = total > 0 ? Math.min(1, done / total) : 1
  const full = Math.floor(share * CELLS)
  return `[${'#'.repeat(full)}${'.'.repeat(CELLS - full)}] ${String(Math.floor(share * 100)).padStart(3)}%`
}

/** Shows each second how long work takes whose end is not known, until it has ended; resolves or rejects as it does. */
export async function ticking<T>(terminal: Pick<Terminal, 'progress'>, what: string, work: Promise<T>): Promise<T> {
  const began = Date.now()
  const show = () => terminal.progress(`${what} ... ${Math.round((Date.now() - began) / 1_000)} s`)
  terminal.progress(`${what} ...`)
  const timer = setInterval(show, TICK_MS)
  try {
    return await work
  } finally {
    clearInterval(timer)
  }
}
