import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { join } from 'node:path'
import Sqlite from 'better-sqlite3'
import { GatewayError } from '../errors.ts'
import { makeFolder, unusable } from '../folder.ts'

/** The sole ownership of a store's folder, until released or until the process ends. */
export interface Ownership {
  release(): void
}

/** Takes the folder: holds an exclusive transaction on `owner.db`, which the system drops with the process. Throws STORE_OWNED with who holds it, STORE_UNAVAILABLE where the folder cannot be made or written. */
export function own(folder: string): Ownership {
  makeFolder(folder)
  const db = open(folder)
  try {
    db.exec('BEGIN EXCLUSIVE')
  } catch (cause) {
    db.close()
    if (!busy(cause)) throw cause
    throw new GatewayError('STORE_OWNED', `${folder} is in use by ${holder(folder)}`, { cause })
  }
  const note = join(folder, 'owner.json')
  writeFileSync(note, `${JSON.stringify({ pid: process.pid, host: hostname(), since: new Date().toISOString() })}\n`)
  return {
    release() {
      if (!db.open) return
      rmSync(note, { force: true })
      db.close()
    },
  }
}

function open(folder: string): Sqlite.Database {
  try {
    return new Sqlite(join(folder, 'owner.db'), { timeout: 100 })
  } catch (cause) {
    throw unusable(folder, 'written', cause)
  }
}

function holder(folder: string): string {
  try {
    const { pid, host, since } = JSON.parse(readFileSync(join(folder, 'owner.json'), 'utf8'))
    return `process ${pid} on ${host} since ${since}`
  } catch {
    return 'another process, which has not yet written who it is'
  }
}

function busy(error: unknown): boolean {
  return error instanceof Sqlite.SqliteError && error.code.startsWith('SQLITE_BUSY')
}
