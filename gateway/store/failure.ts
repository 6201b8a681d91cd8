import Sqlite from 'better-sqlite3'
import { GatewayError } from '../errors.ts'
import type { Failure } from './protocol.ts'

/** The system drops dirty pages after a failed sync: a second one would report success for what is lost. */
const FINAL = /^SQLITE_(IOERR_(FSYNC|DIR_FSYNC|CLOSE)|CORRUPT|NOTADB)/
const CORRUPT = /^SQLITE_(CORRUPT|NOTADB)/
const UNAVAILABLE = /^SQLITE_(FULL|IOERR|READONLY|CANTOPEN|NOMEM|BUSY|PROTOCOL)/

/** What went wrong, as it can go between threads. */
export function failureOf(error: unknown): Failure {
  if (error instanceof GatewayError) return { code: error.code, detail: error.detail, final: false }
  if (!(error instanceof Sqlite.SqliteError)) {
    return { code: 'INTERNAL', detail: error instanceof Error ? error.message : String(error), final: false }
  }
  const { code, message } = error
  const final = FINAL.test(code)
  if (CORRUPT.test(code)) return { code: 'STORE_CORRUPT', detail: `the store is damaged: ${message} (${code})`, final }
  if (UNAVAILABLE.test(code)) return { code: 'STORE_UNAVAILABLE', detail: `the store cannot be written: ${message} (${code})`, final }
  return { code: 'INTERNAL', detail: `${message} (${code})`, final }
}
