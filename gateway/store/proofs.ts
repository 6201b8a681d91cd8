import type { Database } from 'better-sqlite3'
import { openBeside } from './database.ts'
import { sqlite } from './dialect.ts'
import { failureOf } from './failure.ts'
import type { Proven } from './protocol.ts'
import { prove } from './prove.ts'

interface Running {
  readonly id: number
  readonly db: Database
  readonly steps: ReturnType<typeof prove>
}

/** Works proofs off in slices between the batches, each in a read transaction on a connection of its own. */
export function createProofs(folder: string, done: (id: number, proven: Proven) => void) {
  const asked: number[] = []
  let running: Running | undefined
  let timer: NodeJS.Immediate | undefined
  const step = () => {
    timer = undefined
    try {
      running ??= begin(folder, asked[0] ?? 0)
      const { done: ended, value } = running.steps.next()
      if (ended) end({ value })
    } catch (error) {
      end({ failure: failureOf(error) })
    }
    if (asked.length > 0) timer = setImmediate(step)
  }
  const end = (proven: Proven) => {
    running?.db.close()
    running = undefined
    done(asked.shift() ?? 0, proven)
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

function begin(folder: string, id: number): Running {
  const db = openBeside(folder)
  return { id, db, steps: prove(db, sqlite) }
}
