import { Cron } from 'croner'
import { type CloseBatchParts, type Closing, closeFull } from './close-batch.ts'
import { asGatewayError } from './errors.ts'
import type { Batching } from './ports.ts'

/** How often it is looked whether a batch is full. */
const LOOK_MS = 500
/** The longest wait before a batch that could not be closed is looked at again. */
const LONGEST_MS = 20_000

export interface BatcherParts extends CloseBatchParts {
  readonly batches: readonly Batching[]
}

/** Collects deliveries and sends them on as one. */
export interface Batcher {
  start(): void
  /** Resolves when nothing of it runs any more. */
  stop(): Promise<void>
}

/** Closes batches as their bounds say. What it has not closed stays queued, and is looked at again after a restart. */
export function createBatcher(parts: BatcherParts): Batcher {
  let timer: NodeJS.Timeout | undefined
  let stopped = false
  let running: Promise<void> = Promise.resolve()
  const turns = parts.batches.map(batch => turnsOf(parts, batch, () => stopped))
  const look = async () => {
    for (const turn of turns) if (!stopped) await turn()
    if (!stopped) timer = setTimeout(next, LOOK_MS).unref()
  }
  const next = () => {
    running = look()
  }
  return {
    start() {
      if (parts.batches.length > 0) next()
    },
    stop() {
      stopped = true
      clearTimeout(timer)
      return running
    },
  }
}

/** Looks at one batch; what goes wrong is in the log, and is tried again with longer and longer waits. Never rejects. */
function turnsOf(parts: BatcherParts, batch: Batching, stopped: () => boolean): () => Promise<void> {
  const closing: Closing = { dueAt: dueAtOf(batch), stopped, idle: '' }
  let [failures, until] = [0, 0]
  return async () => {
    if (performance.now() < until) return
    try {
      await closeFull(parts, batch, closing)
      failures = 0
    } catch (error) {
      until = performance.now() + Math.min(LOOK_MS * 2 ** failures, LONGEST_MS)
      failures += 1
      const { code, detail } = asGatewayError(error)
      parts.log.warn('batch-failed', { batch: batch.waits, code, detail, failures })
    }
  }
}

/** When a batch goes at the latest, by the time at which its oldest member was accepted: a time of the schedule that came while nobody looked counts as well. */
function dueAtOf({ withinMs = Number.POSITIVE_INFINITY, cron }: Batching): (acceptedAt: number) => number {
  const schedule = cron && new Cron(cron.pattern, { timezone: cron.timeZone, paused: true })
  return acceptedAt => {
    const next = schedule?.nextRun(new Date(acceptedAt))?.getTime() ?? Number.POSITIVE_INFINITY
    return Math.min(next, acceptedAt + withinMs)
  }
}
