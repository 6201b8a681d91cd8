import { once } from 'node:events'
import { Worker } from 'node:worker_threads'

/** A thread that does one job after another, so that neither time nor memory of one harms the gateway. */
export interface Thread<Job, Outcome> {
  /** Resolves with what came of the job, within its timeout counted from its start; never rejects. */
  run(job: Job): Promise<Outcome | Failed>
  /** Ends the thread; a job that runs then comes to a fault. A later job starts a new one. */
  close(): Promise<void>
}

/** Why nothing came of a job. */
export interface Failed {
  readonly fault: string
}

/** The job's own check of its time comes first, where it has one; then the thread is ended. */
const GRACE_MS = 100
const MAX_HEAP_MB = 256

/** The thread is started by the first job, and again after one that had to be ended. It does not keep the process alive. */
export function createThread<Job extends { readonly timeoutMs: number }, Outcome extends object>(script: URL): Thread<Job, Outcome> {
  let running: Worker | undefined
  let before: Promise<unknown> = Promise.resolve()

  const end = async (): Promise<void> => {
    const worker = running
    running = undefined
    await worker?.terminate()
  }

  const run = async (job: Job): Promise<Outcome | Failed> => {
    running ??= await startWorker(script)
    const outcome = await outcomeOf<Job, Outcome>(running, job)
    if ('gone' in outcome) await end()
    return outcome
  }

  return {
    run(job) {
      const turn = before.then(() => run(job))
      before = turn
      return turn
    },
    close: end,
  }
}

async function startWorker(script: URL): Promise<Worker> {
  const worker = new Worker(script, { resourceLimits: { maxOldGenerationSizeMb: MAX_HEAP_MB } })
  worker.on('error', () => {})
  await once(worker, 'online')
  worker.unref()
  return worker
}

type Settled<Outcome> = Outcome | (Failed & { readonly gone?: true })

/** `gone`: the thread is of no more use. */
function outcomeOf<Job extends { readonly timeoutMs: number }, Outcome>(worker: Worker, job: Job): Promise<Settled<Outcome>> {
  return new Promise(resolve => {
    const settle = (outcome: Settled<Outcome>): void => {
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
