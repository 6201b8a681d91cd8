import { join } from 'node:path'
import type { Database, Statement } from 'better-sqlite3'
import Sqlite from 'better-sqlite3'
import { makeFolder } from '../folder.ts'

/** A statement with the row that it answers with. */
export type Query<R> = Statement<unknown[], R>

/** Opens `store.db` in the folder: WAL, each commit synced to the disk, checkpoints when the caller says so. */
export function openDatabase(folder: string): Database {
  makeFolder(folder)
  const db = new Sqlite(join(folder, 'store.db'))
  db.pragma('journal_mode = WAL')
  db.pragma('synchronous = FULL')
  db.pragma('wal_autocheckpoint = 0')
  db.pragma('cache_size = -32000')
  db.pragma('temp_store = MEMORY')
  return db
}

/** Opens the same file for reading only, beside the one that writes. */
export function openBeside(folder: string): Database {
  const db = new Sqlite(join(folder, 'store.db'), { fileMustExist: true })
  db.pragma('query_only = 1')
  db.pragma('cache_size = -4000')
  return db
}
