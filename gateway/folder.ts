import { mkdirSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import { GatewayError } from './errors.ts'

/** Makes the store's folder and what is missing above it; throws STORE_UNAVAILABLE where that cannot be. */
export function makeFolder(folder: string): void {
  try {
    make(folder)
  } catch (cause) {
    throw unusable(folder, 'made', cause)
  }
}

/** What is told of a folder that the store cannot use. */
export function unusable(folder: string, what: 'made' | 'written', cause: unknown): GatewayError {
  const reason = cause instanceof Error ? cause.message : String(cause)
  const mend = 'name one in store.path that this user can make and write'
  return new GatewayError('STORE_UNAVAILABLE', `the store's folder ${folder} cannot be ${what}: ${reason}; ${mend}`, { cause })
}

// Not with `recursive`: Node 20 never ends where a file system says ENOENT of a new folder whose parent is there, as /proc does.
function make(folder: string): void {
  if (isFolder(folder)) return
  if (folder !== dirname(folder)) make(dirname(folder))
  try {
    mkdirSync(folder)
  } catch (error) {
    if (!isFolder(folder)) throw error
  }
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false
}
