/** Polls until the probe answers something other than undefined or false, and resolves with that; rejects after `ms` with what was awaited. */
export async function until<T>(what: string, probe: () => T | undefined | false | Promise<T | undefined | false>, ms = 10_000): Promise<T> {
  const end = performance.now() + ms
  while (true) {
    const seen = await probe()
    if (seen !== undefined && seen !== false) return seen
    if (performance.now() > end) throw new Error(`timed out after ${ms} ms: ${what}`)
    await new Promise(resolve => setTimeout(resolve, 10))
  }
}
