import { createThread } from '../thread.ts'
import type { Job, Outcome } from './worker.ts'

/** Evaluates JSONata in a thread of its own, one job after another, so that neither time nor memory of one harms the gateway. */
export interface JsonataRunner {
  /** Resolves with what came of the job, within its timeout counted from its start; never rejects. */
  evaluate(job: Job): Promise<Outcome>
  /** Ends the thread; a job that runs then comes to a fault. A later job starts a new one. */
  close(): Promise<void>
}

/** The thread is started by the first job, and again after one that had to be ended. It does not keep the process alive. */
export function createJsonataRunner(): JsonataRunner {
  const { run, close } = createThread<Job, Outcome>(new URL('./worker.js', import.meta.url))
  return { evaluate: run, close }
}
