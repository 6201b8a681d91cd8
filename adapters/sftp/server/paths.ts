import { lstat, realpath } from 'node:fs/promises'
import { join } from 'node:path'
import { basename, dirname, normalize } from 'node:path/posix'
import { GatewayError } from '../../../gateway/errors.ts'

/** A name's receipt must have a name as well. */
export const MAX_NAME = 240
const MAX_PATH = 4_096

/** The path that a client means, absolute within its own folder: `..` goes no higher than that. Throws FORBIDDEN for names that no file may have. */
export function cleanPath(text: string): string {
  if (Buffer.byteLength(text) > MAX_PATH) throw new GatewayError('FORBIDDEN', `the path is longer than ${MAX_PATH} bytes`)
  for (const character of text) {
    if (character < ' ' || character === '\u007f') throw new GatewayError('FORBIDDEN', 'the name has a control character')
  }
  const path = normalize(`/${text}`)
  const clean = path.length > 1 && path.endsWith('/') ? path.slice(0, -1) : path
  for (const name of clean.split('/')) {
    if (Buffer.byteLength(name) > MAX_NAME) throw new GatewayError('FORBIDDEN', `the name is longer than ${MAX_NAME} bytes`)
  }
  return clean
}

/** Where a clean path lies on the disk; throws NOT_FOUND where its folder is none or is reached by a symbolic link. `root` is a real path. */
export async function locate(root: string, path: string): Promise<string> {
  const above = dirname(path)
  const folder = above === '/' ? root : join(root, above)
  const real = await realpath(folder).catch(() => undefined)
  if (real !== folder) throw new GatewayError('NOT_FOUND', `no folder ${above}`)
  return join(folder, basename(path))
}

/** As `locate`, for a file or folder that is there and is no link. */
export async function locateKnown(root: string, path: string): Promise<string> {
  const found = path === '/' ? root : await locate(root, path)
  const there = await lstat(found).catch(() => undefined)
  if (!there || !(there.isFile() || there.isDirectory())) throw new GatewayError('NOT_FOUND', `no ${path}`)
  return found
}

/** True for the path itself and for what lies below. */
export function isWithin(path: string, folder: string): boolean {
  return folder === '/' || path === folder || path.startsWith(`${folder}/`)
}
