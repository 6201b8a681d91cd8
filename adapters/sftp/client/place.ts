import { join } from 'node:path/posix'
import type { FileEntryWithStats, Stats } from 'ssh2'
import { GatewayError } from '../../../gateway/errors.ts'
import type { Place, PlacedFile } from '../../files/place.ts'
import { isMissing, isUnsupported } from './faults.ts'
import { readFile, type Use, writeFile } from './transfer.ts'

/** Where in a server a place is, and what ends with it. */
export interface PlaceParts {
  readonly use: Use
  /** From where the login leads, or from `/`. */
  readonly root: string
  readonly close: () => void
}

/** A folder of an SFTP server. All gives up at the signal. */
export function sftpPlace({ use, root, close }: PlaceParts): Place {
  const at = (path: string) => join(root, path)
  return {
    list: (folder, recursive) => list(use, { root, folder, recursive }),
    async stat(path) {
      const stats = await statOf(use, at(path))
      return stats && kindOf(stats.mode) !== 'folder' ? placed(path, stats) : undefined
    },
    read: (path, from) => readFile(use, at(path), from),
    write: (path, bytes) => writeFile(use, at(path), bytes),
    rename: (from, to, replace) => (replace ? replaceBy(use, at(from), at(to)) : renameTo(use, at(from), at(to))),
    remove: path => remove(use, at(path)),
    makeFolder: path => makeFolder(use, at(path)),
    close: async () => close(),
  }
}

function placed(path: string, { size, mtime }: Partial<Pick<Stats, 'size' | 'mtime'>>): PlacedFile {
  // A server need not tell either.
  return { path, bytes: size ?? 0, modifiedAt: (mtime ?? 0) * 1_000 }
}

function statOf({ line, signal }: Use, path: string): Promise<Stats | undefined> {
  return line.requests.ask<Stats>(signal, `stat ${path}`, done => line.sftp.stat(path, done)).catch(missing)
}

function missing(error: unknown): undefined {
  if (isMissing(error)) return undefined
  throw error
}

interface Listing {
  readonly root: string
  readonly folder: string
  readonly recursive: boolean
}

async function list(use: Use, { root, folder, recursive }: Listing): Promise<PlacedFile[]> {
  const found: PlacedFile[] = []
  // One that is not there is empty, but for the root: that was mistyped.
  const entries = folder === '' ? await entriesOf(use, join(root, '')) : await entriesOf(use, join(root, folder)).catch(missing)
  for (const { filename, longname, attrs } of entries ?? []) {
    if (filename === '' || filename === '.' || filename === '..' || filename.includes('/')) continue
    const path = folder === '' ? filename : `${folder}/${filename}`
    const kind = kindOf(attrs.mode, longname)
    if (kind === 'file') found.push(placed(path, attrs))
    if (kind === 'folder' && recursive) for (const file of await list(use, { root, folder: path, recursive })) found.push(file)
  }
  return found
}

async function entriesOf({ line, signal }: Use, path: string): Promise<FileEntryWithStats[]> {
  const { sftp, requests } = line
  const handle = await requests.ask<Buffer>(signal, `list ${path}`, done => sftp.opendir(path, done))
  const all: FileEntryWithStats[] = []
  try {
    while (true) {
      const some = await requests.ask<FileEntryWithStats[] | undefined>(signal, `list ${path}`, done =>
        sftp.readdir(handle, (error, entries) => done(isEnd(error) ? undefined : error, error ? undefined : entries)),
      )
      if (!some) return all
      for (const entry of some) all.push(entry)
    }
  } finally {
    sftp.close(handle, () => {})
  }
}

function isEnd(error: Error | undefined): boolean {
  return error !== undefined && 'code' in error && error.code === 1
}

/** By its mode (S_IFMT); by the letter of `ls -l` where the server tells none. Links are neither. */
function kindOf(mode: number | undefined, longname = ''): 'file' | 'folder' | undefined {
  const type = (mode ?? 0) & 0o170000
  if (type === 0) return longname.startsWith('-') ? 'file' : longname.startsWith('d') ? 'folder' : undefined
  return type === 0o100000 ? 'file' : type === 0o040000 ? 'folder' : undefined
}

/** Atomic where the server has posix-rename@openssh.com; elsewhere there is a moment without the file. */
async function replaceBy(use: Use, from: string, to: string): Promise<void> {
  const { line, signal } = use
  try {
    await line.requests.ask<void>(signal, `rename ${from} to ${to}`, done => line.sftp.ext_openssh_rename(from, to, error => done(error)))
  } catch (error) {
    if (!isUnsupported(error)) throw error
    if (await statOf(use, to)) await remove(use, to)
    await renameTo(use, from, to)
  }
}

async function renameTo(use: Use, from: string, to: string): Promise<void> {
  const { line, signal } = use
  try {
    await line.requests.ask<void>(signal, `rename ${from} to ${to}`, done => line.sftp.rename(from, to, error => done(error)))
  } catch (cause) {
    const failed = cause instanceof GatewayError && !isMissing(cause) && !line.ended && !signal.aborted
    // Version 3 has no status for it: the server says only that it failed.
    if (failed && (await statOf(use, to))) throw new GatewayError('TARGET_REFUSED', `rename ${from}: ${to} is there already`, { cause })
    throw cause
  }
}

async function remove({ line, signal }: Use, path: string): Promise<void> {
  await line.requests.ask<void>(signal, `remove ${path}`, done => line.sftp.unlink(path, error => done(error))).catch(missing)
}

/** What tells no mode may be one: what is written there says so. */
async function isFolder(use: Use, path: string): Promise<boolean> {
  const stats = await statOf(use, path)
  return stats !== undefined && kindOf(stats.mode) !== 'file'
}

async function makeFolder(use: Use, path: string): Promise<void> {
  if (path === '.' || path === '/' || (await isFolder(use, path))) return
  await makeFolder(use, join(path, '..'))
  const { line, signal } = use
  try {
    await line.requests.ask<void>(signal, `make the folder ${path}`, done => line.sftp.mkdir(path, error => done(error)))
  } catch (error) {
    // Another was first.
    if (line.ended || signal.aborted || !(await isFolder(use, path))) throw error
  }
}
