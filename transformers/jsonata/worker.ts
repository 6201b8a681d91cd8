import { parentPort } from 'node:worker_threads'
import jsonata from 'jsonata'

/** One evaluation that the worker is asked for. */
export interface Job {
  readonly text: string
  readonly input: unknown
  readonly timeoutMs: number
}

/** What came of it: the value as JSON text (absent: the expression yields nothing), or why there is none. */
export type Outcome = { readonly json?: string } | { readonly fault: string }

const MAX_DEPTH = 400
const MAX_ITEMS = 1_000_000
const expressions = new Map<string, jsonata.Expression>()

parentPort?.on('message', async (job: Job) => parentPort?.postMessage(await outcomeOf(job)))

async function outcomeOf(job: Job): Promise<Outcome> {
  try {
    const json = JSON.stringify(await compiled(job).evaluate(job.input))
    return json === undefined ? {} : { json }
  } catch (error) {
    return { fault: textOf(error) }
  }
}

function compiled({ text, timeoutMs }: Job): jsonata.Expression {
  const key = `${timeoutMs} ${text}`
  const known = expressions.get(key)
  if (known) return known
  const made = jsonata(text, { timeout: timeoutMs, stack: MAX_DEPTH, sequence: MAX_ITEMS })
  expressions.set(key, made)
  return made
}

function textOf(error: unknown): string {
  return typeof error === 'object' && error !== null && 'message' in error ? String(error.message) : String(error)
}
