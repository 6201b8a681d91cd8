import { parentPort, workerData } from 'node:worker_threads'
import { createBatch } from './batch.ts'
import { createCheckpoints } from './checkpoints.ts'
import { openDatabase } from './database.ts'
import { sqlite } from './dialect.ts'
import { failureOf } from './failure.ts'
import { migrate } from './migrations.ts'
import { createOperations, type Operations } from './operations.ts'
import { own } from './owner.ts'
import { createProofs } from './proofs.ts'
import type { Failure, Request, Response, Start } from './protocol.ts'

// The store's thread: the one place that writes. Started by client.ts with a Start.
open(workerData)

function open(start: Start): void {
  try {
    const ownership = own(start.folder)
    const db = openDatabase(start.folder)
    migrate(db, sqlite)
    serve(createOperations(db, sqlite, start), start.folder, () => {
      db.close()
      ownership.release()
    })
  } catch (error) {
    answer({ kind: 'refused', failure: failureOf(error) })
    parentPort?.close()
  }
}

function serve(operations: Operations, folder: string, close: () => void): void {
  const { db, tally } = operations.base
  const run = createBatch(operations)
  const checkpoints = createCheckpoints(db, failed)
  const proofs = createProofs(folder, (id, proven) => answer({ kind: 'balance', id, proven }))
  const opened = (): [number, number] => [tally.total.count, tally.total.bytes]
  const stop = () => {
    checkpoints.stop()
    proofs.stop()
    close()
    parentPort?.close()
  }
  parentPort?.on('message', (request: Request) => {
    if (request.kind === 'close') stop()
    else if (request.kind === 'balance') proofs.ask(request.id)
    else {
      const outcomes = run(request.calls, request.freight)
      const final = outcomes.failures?.find(failure => failure?.final)
      answer({ kind: 'done', outcomes, opened: opened() }, freightOf(outcomes.values))
      if (final) failed(final)
      else checkpoints.after()
    }
  })
  answer({ kind: 'ready', opened: opened() })
}

/** Tells what went wrong outside of a call. After a final failure nothing more is written, here or there. */
function failed(failure: Failure): void {
  answer({ kind: 'broken', failure })
  if (failure.final) parentPort?.close()
}

function answer(response: Response, transfer: readonly ArrayBuffer[] = []): void {
  parentPort?.postMessage(response, transfer.length > 0 ? [...transfer] : undefined)
}

/** The buffers of what is handed out: they change threads without a copy. */
function freightOf(values: readonly unknown[]): ArrayBuffer[] {
  return values.flatMap(value => {
    const freight: unknown = typeof value === 'object' && value !== null ? Reflect.get(value, 'freight') : undefined
    return freight instanceof Uint8Array && freight.buffer instanceof ArrayBuffer ? [freight.buffer] : []
  })
}
