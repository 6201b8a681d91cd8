import { accessSync, constants, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statfsSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { bytes, span } from '../words.ts'
import { type Finding, ill, type Patient, well } from './finding.ts'

const MIN_FREE_BYTES = 1_024 ** 3
const MIN_FILES = 4_096
const OLDEST_NOW = Date.UTC(2025, 0)

/** Whether this Node.js is one that Waybill runs on. */
export function nodeVersion(): Finding {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
  const fits = major > 20 || (major === 20 && minor >= 20)
  return fits ? well('node', process.version) : ill('node', process.version, 'install Node.js 20.20 or newer')
}

/** Whether the store's folder, or the one that it will be made in, can be written. */
export function storeWritable({ place }: Patient): Finding {
  const folder = existing(place.store)
  try {
    accessSync(folder, constants.W_OK | constants.X_OK)
    rmSync(mkdtempSync(join(folder, '.waybill-doctor-')), { recursive: true })
    return well('store folder', folder === place.store ? `${folder} can be written` : `${place.store} will be made at the first start`)
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    return ill(
      'store folder',
      `${folder} cannot be written: ${reason}`,
      `let user ${process.getuid?.() ?? 'of the gateway'} write there, or set store.path`,
    )
  }
}

/** Whether the store's disk has room for more than a few minutes. */
export function freeSpace({ place }: Patient): Finding {
  const { bavail, bsize } = statfsSync(existing(place.store))
  const free = bavail * bsize
  const seen = `${bytes(free)} free for the store`
  return free >= MIN_FREE_BYTES ? well('disk', seen) : ill('disk', seen, 'free at least 1 GB, or set store.path to another disk')
}

/** Whether the clock is of this time, and not before what the store has seen. */
export function clock({ place }: Patient): Finding {
  const now = Date.now()
  const seen = `${new Date(now).toISOString()} (UTC)`
  if (now < OLDEST_NOW) return ill('clock', seen, 'set the clock; time synchronisation keeps it')
  const newest = existsSync(place.store) ? Math.max(0, ...readdirSync(place.store).map(name => changedAt(join(place.store, name)))) : 0
  if (newest <= now + 60_000) return well('clock', seen)
  return ill(
    'clock',
    `${seen}, but the store was written ${span(newest - now)} later than that`,
    'set the clock; time synchronisation keeps it',
  )
}

/** Whether the process may have as many files and connections as a busy gateway needs. */
export function openFiles(): Finding {
  const limits = existsSync('/proc/self/limits') ? readFileSync('/proc/self/limits', 'utf8') : ''
  const [, soft] = /^Max open files\s+(\S+)/m.exec(limits) ?? []
  if (soft === undefined) return well('open files', 'this system does not tell its limit')
  const enough = soft === 'unlimited' || Number(soft) >= MIN_FILES
  const seen = `${soft} files and connections allowed`
  return enough
    ? well('open files', seen)
    : ill('open files', seen, `raise it to ${MIN_FILES} or more: ulimit -n, or LimitNOFILE in the service`)
}

function existing(folder: string): string {
  return existsSync(folder) || folder === dirname(folder) ? folder : existing(dirname(folder))
}

function changedAt(path: string): number {
  try {
    return statSync(path).mtimeMs
  } catch {
    return 0
  }
}
