import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import type { Job, Outcome } from './worker.ts'

/** Evaluates JSONata in a thread of its own, one job after another, so that neither time nor memory of one harms the gateway. */
export interface JsonataRunner {
  /** Resolves with what came of the job, within its timeout counted from its start; never rejects. */
  evaluate(job: Job): Promise<Outcome>
  /** Ends the thread; a job that runs then comes to a fault. A later job starts a new one. */
  close(): Promise<void>
}

/** The expression's own check comes first; the thread is ended where that does not come to pass (a pattern, one large function). */
const GRACE_MS = 100
const MAX_HEAP_MB = 256

/** The thread is started by the first job, and again after one that had to be ended. It does not keep the process alive. */
export function createJsonataRunner(): JsonataRunner {
  let running: Worker | undefined
  let before: Promise<unknown> = Promise.resolve()

  const end = async (): Promise<void> => {
    const worker = running
    running = undefined
    await worker?.terminate()
  }

  const run = async (job: Job): Promise<Outcome> => {
    running ??= await startWorker()
    const outcome = await outcomeOf(running, job)
    if ('gone' in outcome) await end()
    return outcome
  }

  return {
    evaluate(job) {
      const turn = before.then(() => run(job))
      before = turn
      return turn
    },
    close: end,
  }
}

async function startWorker(): Promise<Worker> {
  const worker = new Worker(new URL('./worker.js', import.meta.url), { resourceLimits: { maxOldGenerationSizeMb: MAX_HEAP_MB } })
  worker.on('error', () => {})
  await once(worker, 'online')
  worker.unref()
  return worker
}

/** `gone`: the thread is of no more use. */
function outcomeOf(worker: Worker, job: Job): Promise<Outcome & { readonly gone?: true }> {
  return new Promise(resolve => {
    const settle = (outcome: Outcome & { readonly gone?: true }): void => {
      clearTimeout(timer)
      worker.off('message', settle).off('error', broken).off('exit', broken)
      resolve(outcome)
    }
    const broken = (error: unknown): void => {
      settle({ gone: true, fault: `it was ended${error instanceof Error ? `: ${error.message}` : ''}` })
    }
    const timer = setTimeout(() => settle({ gone: true, fault: `it ran for more than ${job.timeoutMs} ms` }), job.timeoutMs + GRACE_MS)
    worker.on('message', settle).on('error', broken).on('exit', broken)
    worker.postMessage(job)
  })
}
