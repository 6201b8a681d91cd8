import { failpoint } from '../failpoint.ts'
import { failureOf } from './failure.ts'
import type { Operations } from './operations.ts'
import type { Failure, Outcomes, WireCall } from './protocol.ts'

type Operation = (...args: readonly unknown[]) => unknown
type Transaction = (calls: readonly WireCall[]) => unknown[]

/** Runs the calls of a batch: all writes in one transaction, then the reads. Never throws. */
export function createBatch(operations: Operations): (calls: readonly WireCall[], freight: Uint8Array) => Outcomes {
  const { base } = operations
  // The one edge where names from the other thread become functions; client.ts types both sides of it.
  const writes = new Map(Object.entries(operations.writes) as [string, Operation][])
  const reads = new Map(Object.entries(operations.reads) as [string, Operation][])
  const transaction = createTransaction(operations, writes)
  return (calls, freight) => {
    base.freight = freight
    const results: Results = { values: calls.map(() => undefined), failures: [] }
    const changing = [...calls.keys()].filter(index => writes.has(calls[index]?.[0] ?? ''))
    const began = performance.now()
    if (changing.length > 0) write(calls, changing, transaction, results)
    const commitMs = changing.length > 0 ? performance.now() - began : 0
    for (const [index, [name, ...args]] of calls.entries()) {
      const operation = reads.get(name)
      if (operation) read(operation, args, index, results)
    }
    base.freight = none
    const { values, failures } = results
    return failures.length > 0 ? { values, failures, commitMs } : { values, commitMs }
  }
}

const none = new Uint8Array()

interface Results {
  readonly values: unknown[]
  readonly failures: (Failure | undefined)[]
}

function write(calls: readonly WireCall[], indexes: readonly number[], transaction: Transaction, results: Results): void {
  try {
    const values = transaction(indexes.flatMap(index => [calls[index] ?? ['']]))
    for (const [at, index] of indexes.entries()) results.values[index] = values[at]
  } catch (error) {
    const failure = failureOf(error)
    // A call that is wrong in itself must not take its neighbours with it; a full disk takes all.
    if (failure.code === 'INTERNAL' && indexes.length > 1) {
      for (const index of indexes) write(calls, [index], transaction, results)
    } else {
      for (const index of indexes) results.failures[index] = failure
    }
  }
}

function read(operation: Operation, args: readonly unknown[], index: number, results: Results): void {
  try {
    results.values[index] = operation(...args)
  } catch (error) {
    results.failures[index] = failureOf(error)
  }
}

function createTransaction({ base: { db, tally, families, batches } }: Operations, writes: ReadonlyMap<string, Operation>): Transaction {
  const begin = db.prepare('BEGIN IMMEDIATE')
  const commit = db.prepare('COMMIT')
  const rollback = db.prepare('ROLLBACK')
  return calls => {
    try {
      begin.run()
      const values = calls.map(([name, ...args]) => writes.get(name)?.(...args))
      families.flush(Date.now())
      tally.flush()
      failpoint('store.committing')
      commit.run()
      failpoint('store.committed')
      tally.keep()
      return values
    } catch (error) {
      tally.drop()
      families.drop()
      if (db.inTransaction) rollback.run()
      batches.drop()
      throw error
    }
  }
}
