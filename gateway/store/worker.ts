import { parentPort, workerData } from 'node:worker_threads'
import type { Database } from 'better-sqlite3'
import { createBatch, failureOf } from './batch.ts'
import { openBeside, openDatabase } from './database.ts'
import { sqlite } from './dialect.ts'
import { migrate } from './migrations.ts'
import { createOperations } from './operations.ts'
import { own } from './owner.ts'
import type { Balance } from './port.ts'
import type { Outcome, Request, Response, Start } from './protocol.ts'
import { prove } from './prove.ts'

/** Pages in the write-ahead log above which it is brought into the database between two batches. */
const MAX_LOG_PAGES = 8_000
const IDLE_MS = 1_000

// The store's thread: the one place that writes. Started by client.ts with a Start.
open(workerData)

function open(start: Start): void {
  try {
    const ownership = own(start.folder)
    const db = openDatabase(start.folder)
    migrate(db, sqlite)
    serve(db, start, () => {
      db.close()
      ownership.release()
    })
  } catch (error) {
    answer({ kind: 'refused', failure: failureOf(error) })
    parentPort?.close()
  }
}

function serve(db: Database, start: Start, close: () => void): void {
  const operations = createOperations(db, sqlite, start)
  const run = createBatch(operations)
  const { total } = operations.base.tally
  const tidy = createCheckpoints(db)
  const proofs = createProofs(start.folder)
  parentPort?.on('message', (request: Request) => {
    if (request.kind === 'balance') return proofs.ask(request.id)
    if (request.kind === 'close') {
      tidy.stop()
      proofs.stop()
      close()
      answer({ kind: 'closed' })
      return parentPort?.close()
    }
    if (request.kind === 'batch') {
      const { outcomes, commitMs } = run(request.calls, request.freight)
      answer({ kind: 'done', id: request.id, outcomes, commitMs, opened: [total.count, total.bytes] }, freightOf(outcomes))
      tidy.after()
    }
  })
  answer({ kind: 'ready', opened: [total.count, total.bytes] })
}

/** Brings the write-ahead log into the database away from commits: when it is long, and when nothing comes. */
function createCheckpoints(db: Database) {
  let idle: NodeJS.Timeout | undefined
  let batches = 0
  const checkpoint = () => void db.pragma('wal_checkpoint(PASSIVE)')
  const pages = () => Number(db.prepare<[], { log: number }>('PRAGMA wal_checkpoint(NOOP)').get()?.log)
  const rest = () => {
    idle = undefined
    checkpoint()
  }
  return {
    after() {
      if (idle) idle.refresh()
      else idle = setTimeout(rest, IDLE_MS)
      if (++batches % 16 === 0 && pages() > MAX_LOG_PAGES) checkpoint()
    },
    stop: () => clearTimeout(idle),
  }
}

/** Works proofs off in slices between the batches, in a read transaction on a connection of their own. */
function createProofs(folder: string) {
  let running: { db: Database; steps: ReturnType<typeof prove>; id: number } | undefined
  let timer: NodeJS.Immediate | undefined
  const asked: number[] = []
  const end = (outcome: Outcome<Balance>) => {
    if (!running) return
    answer({ kind: 'balance', id: running.id, outcome })
    running.db.close()
    running = undefined
  }
  const step = () => {
    timer = undefined
    try {
      running ??= begin(asked.shift())
      const { done, value } = running?.steps.next() ?? {}
      if (done && value) end({ value })
    } catch (error) {
      end({ failure: failureOf(error) })
    }
    if (running || asked.length > 0) timer = setImmediate(step)
  }
  const begin = (id: number | undefined) => {
    if (id === undefined) return undefined
    const db = openBeside(folder)
    return { db, steps: prove(db, sqlite), id }
  }
  return {
    ask(id: number) {
      asked.push(id)
      timer ??= setImmediate(step)
    },
    stop() {
      clearImmediate(timer)
      running?.db.close()
    },
  }
}

function answer(response: Response, transfer: readonly ArrayBuffer[] = []): void {
  parentPort?.postMessage(response, [...transfer])
}

/** The buffers of what is handed out: they change threads without a copy. */
function freightOf(outcomes: readonly unknown[]): ArrayBuffer[] {
  const found: ArrayBuffer[] = []
  for (const outcome of outcomes) {
    const value: unknown = Reflect.get(Object(outcome), 'value')
    const freight: unknown = typeof value === 'object' && value !== null ? Reflect.get(value, 'freight') : undefined
    if (freight instanceof Uint8Array && freight.buffer instanceof ArrayBuffer) found.push(freight.buffer)
  }
  return found
}
