import { parentPort } from 'node:worker_threads'
import { createLibxslt, type Libxslt } from './host.ts'
import { type Applied, applySheet, compileSheet, type SheetFiles, type SheetParam } from './sheet.ts'

/** One transformation that the worker is asked for. */
export interface Job {
  /** The stylesheet's number. */
  readonly id: number
  /** Its files: only where the worker said that it does not know it. */
  readonly sheet?: SheetFiles
  /** XML in UTF-8. */
  readonly input: Uint8Array
  readonly params: readonly SheetParam[]
  readonly timeoutMs: number
}

/** What came of it; `unknown`: ask again with the stylesheet's files. */
export type Outcome = Applied | { readonly unknown: true }

const MAX_MEMORY_BYTES = 256 * 1024 * 1024
/** Memory does not shrink: a library that took more is given up. */
const KEPT_MEMORY_BYTES = 64 * 1024 * 1024

interface Running {
  readonly library: Libxslt
  readonly sheets: Map<number, number>
}

const known = new Map<number, SheetFiles>()
/** All that can be opened: the files that the stylesheet was compiled with, which document('') asks for. */
let open: SheetFiles['files'] = {}
let running: Running | undefined

parentPort?.on('message', (job: Job) => {
  const outcome = outcomeOf(job)
  parentPort?.postMessage(outcome, 'bytes' in outcome ? [outcome.bytes.buffer] : [])
})

function outcomeOf({ id, sheet, input, params }: Job): Outcome {
  if (sheet) known.set(id, sheet)
  const files = known.get(id)
  if (!files) return { unknown: true }
  open = files.files
  try {
    running ??= {
      library: createLibxslt(name => (Object.hasOwn(open, name) ? open[name] : undefined), MAX_MEMORY_BYTES),
      sheets: new Map(),
    }
    const applied = applySheet(running.library, compiled(running, id, files), input, params)
    if ('spent' in applied || running.library.memoryBytes() > KEPT_MEMORY_BYTES) running = undefined
    return applied
  } catch (error) {
    running = undefined
    return { fault: error instanceof Error ? error.message : String(error) }
  }
}

function compiled({ library, sheets }: Running, id: number, { file, files }: SheetFiles): number {
  const ready = sheets.get(id)
  if (ready !== undefined) return ready
  const made = compileSheet(library, file, files[file] ?? new Uint8Array())
  if ('faults' in made) throw new Error(made.faults[0]?.message ?? 'the stylesheet does not compile')
  sheets.set(id, made.sheet)
  return made.sheet
}
