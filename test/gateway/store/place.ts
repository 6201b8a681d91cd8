import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import Sqlite from 'better-sqlite3'
import { silent } from '../../../gateway/log.ts'
import { resolveOptions } from '../../../gateway/options.ts'
import { storeOptions } from '../../../gateway/store/options.ts'
import { createStore } from '../../../gateway/store/sqlite.ts'
import type { Place } from '../../conformance/store-support.ts'

/** A SQLite store in a folder of its own. */
export function createPlace(folder: string = mkdtempSync(join(tmpdir(), 'waybill-store-'))): Place & { readonly folder: string } {
  return {
    folder,
    open: settings => createStore({ ...resolveOptions(storeOptions, { path: folder }), ...settings, log: silent }),
    async byHand(sql, ...values) {
      const db = new Sqlite(join(folder, 'store.db'))
      db.prepare(sql).run(...values)
      db.close()
    },
    writer: env => startWriter([process.execPath, writerFile, folder], env),
    remove: () => rm(folder, { recursive: true, force: true }),
  }
}

export const writerFile = fileURLToPath(new URL('./writer.js', import.meta.url))

/** Starts the process that accepts until it is ended. */
export function startWriter(
  [program = '', ...args]: readonly string[],
  env: Readonly<Record<string, string>> = {},
): ReturnType<Place['writer']> {
  const child = spawn(program, args, { env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'inherit'], detached: true })
  const ids: string[] = []
  createInterface(child.stdout).on('line', line => void ids.push(line))
  // Its group: what runs under strace would outlive it.
  const kill = () => void (child.pid !== undefined && child.exitCode === null && process.kill(-child.pid, 'SIGKILL'))
  return { ids, kill, ended: once(child, 'close').then(() => {}) }
}
