import { setTimeout as pause } from 'node:timers/promises'

const LONGEST_MS = 1_800_000

/** Seconds until it holds, looked at every so many milliseconds; rejects after half an hour without it. */
export async function secondsUntil(holds: () => Promise<boolean>, everyMs = 100): Promise<number> {
  const began = performance.now()
  while (!(await holds())) {
    if (performance.now() - began > LONGEST_MS) throw new Error('what was waited for did not come within half an hour')
    await pause(everyMs)
  }
  return (performance.now() - began) / 1_000
}
