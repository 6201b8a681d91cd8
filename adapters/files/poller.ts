import { mkdirSync } from 'node:fs'
import { Cron } from 'croner'
import { asGatewayError } from '../../gateway/errors.ts'
import { pause } from '../../gateway/rate.ts'
import { sourceInstance } from './claims.ts'
import { sweepDownloads } from './fetch-file.ts'
import { createMemory, type LookParts, look, type Memory } from './look.ts'

/** What a poller works with; `instance` is the gateway's. */
export type PollerParts = LookParts

/** A source that looks into a folder again and again. */
export interface Poller {
  /** Takes no new file, waits for the one in hand; a download is gone on from at the next start. */
  stop(): Promise<void>
}

/** The longest wait between two looks that failed: what was mended is found within a minute. */
const LONGEST_MS = 50_000
/** With `cron`, how long a file must stand still. */
const STILL_MS = 3_000
/** How long a clock that was set stays unnoticed. */
const STEP_MS = 30_000

/** Starts to look. Never rejects: what goes wrong is in the log, and is tried again with longer and longer waits. */
export function startPoller(given: PollerParts): Poller {
  const stopping = new AbortController()
  const parts = { ...given, instance: sourceInstance(given.instance, given.binding.source.name) }
  mkdirSync(parts.incoming, { recursive: true })
  const running = sweepDownloads(parts.incoming).then(() => poll(parts, stopping.signal))
  return {
    stop() {
      stopping.abort()
      return running
    },
  }
}

async function poll(parts: PollerParts, signal: AbortSignal): Promise<void> {
  const { options, binding, log } = parts
  const memory = createMemory()
  const cron = options.cron === undefined ? undefined : new Cron(options.cron, { timezone: options.timeZone ?? 'UTC', paused: true })
  let failures = 0
  while (!signal.aborted) {
    try {
      // A look that failed is made again, and not at the next time of the clock.
      if (cron && failures === 0) await nextTime(cron, signal)
      await lookOnce(parts, memory, cron !== undefined, signal)
      failures = 0
    } catch (error) {
      if (signal.aborted) return
      failures += 1
      const { code, detail } = asGatewayError(error)
      log.warn('poll-failed', { source: binding.source.name, code, detail, failures })
    }
    if (!cron || failures > 0) await pause(failures === 0 ? options.everyMs : backOff(options.everyMs, failures), signal).catch(() => {})
  }
}

/** At the times of a clock two looks are one after the other, where a file must stand still between them. */
async function lookOnce(parts: PollerParts, memory: Memory, clocked: boolean, signal: AbortSignal): Promise<void> {
  if (clocked && parts.options.ready === 'still') {
    memory.seen = new Map()
    await look(parts, memory, signal)
    await pause(STILL_MS, signal)
  }
  await look(parts, memory, signal)
}

function backOff(everyMs: number, failures: number): number {
  return Math.max(everyMs, Math.min(everyMs * 2 ** failures, LONGEST_MS))
}

/** Waits for the next time of a schedule; where the clock is set back meanwhile, for the next one from there. */
async function nextTime(cron: Cron, signal: AbortSignal): Promise<void> {
  const next = () => cron.nextRun()?.getTime() ?? Number.POSITIVE_INFINITY
  let at = next()
  for (let now = Date.now(); now < at; ) {
    await pause(Math.min(at - now, STEP_MS), signal)
    const before = now
    now = Date.now()
    if (now < before) at = next()
  }
}
