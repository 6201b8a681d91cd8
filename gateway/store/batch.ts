import { SqliteError } from 'better-sqlite3'
import { GatewayError } from '../errors.ts'
import { failpoint } from '../failpoint.ts'
import type { Operations } from './operations.ts'
import type { Failure, Outcome, WireCall } from './protocol.ts'

type Operation = (...args: readonly unknown[]) => unknown

/** Runs the calls of a batch: all writes in one transaction, then the reads. Never throws: each call has its outcome, in order. */
export function createBatch(
  operations: Operations,
): (calls: readonly WireCall[], freight: Uint8Array) => { outcomes: Outcome[]; commitMs: number } {
  const { base } = operations
  // The one edge where names from the other thread become functions; client.ts types both sides of it.
  const writes = new Map(Object.entries(operations.writes) as [string, Operation][])
  const reads = new Map(Object.entries(operations.reads) as [string, Operation][])
  const transaction = createTransaction(operations)
  const write = (calls: readonly WireCall[]): Outcome[] => {
    try {
      return transaction(() => calls.map(([name, ...args]) => ({ value: writes.get(name)?.(...args) })))
    } catch (error) {
      const failure = failureOf(error)
      // A call that is wrong in itself must not take its neighbours with it; a full disk takes all.
      if (failure.code === 'INTERNAL' && calls.length > 1) return calls.flatMap(call => write([call]))
      return calls.map(() => ({ failure }))
    }
  }
  return (calls, freight) => {
    base.freight = freight
    const began = performance.now()
    const changing = calls.filter(([name]) => writes.has(name))
    const written = changing.length > 0 ? write(changing) : []
    const commitMs = changing.length > 0 ? performance.now() - began : 0
    let next = 0
    const outcomes = calls.map(call => (writes.has(call[0]) ? (written[next++] ?? lost) : read(reads, call)))
    base.freight = new Uint8Array()
    return { outcomes, commitMs }
  }
}

const lost: Outcome = { failure: { code: 'INTERNAL', detail: 'the call has no outcome', final: false } }

function read(reads: ReadonlyMap<string, Operation>, [name, ...args]: WireCall): Outcome {
  try {
    return { value: reads.get(name)?.(...args) }
  } catch (error) {
    return { failure: failureOf(error) }
  }
}

function createTransaction({ base }: Operations) {
  const [begin, commit, rollback] = ['BEGIN IMMEDIATE', 'COMMIT', 'ROLLBACK'].map(sql => base.db.prepare(sql))
  return <T>(work: () => T): T => {
    try {
      begin?.run()
      const result = work()
      base.tally.flush()
      failpoint('store.committing')
      commit?.run()
      failpoint('store.committed')
      base.tally.keep()
      return result
    } catch (error) {
      base.tally.drop()
      if (base.db.inTransaction) rollback?.run()
      throw error
    }
  }
}

/** What went wrong, as it can go between threads. */
export function failureOf(error: unknown): Failure {
  if (error instanceof GatewayError) return { code: error.code, detail: error.detail, final: false }
  if (!(error instanceof SqliteError))
    return { code: 'INTERNAL', detail: error instanceof Error ? error.message : String(error), final: false }
  if (/^SQLITE_(CORRUPT|NOTADB)/.test(error.code)) return { code: 'STORE_CORRUPT', detail: `${error.code}: ${error.message}`, final: true }
  // The system drops dirty pages after a failed sync: a second one would report success for what is lost.
  const final = /^SQLITE_IOERR_(FSYNC|DIR_FSYNC|CLOSE)$/.test(error.code)
  if (/^SQLITE_(FULL|IOERR|READONLY|CANTOPEN|NOMEM|BUSY|PROTOCOL)/.test(error.code)) {
    return { code: 'STORE_UNAVAILABLE', detail: `the store cannot be written: ${error.message} (${error.code})`, final }
  }
  return { code: 'INTERNAL', detail: `${error.code}: ${error.message}`, final: false }
}
