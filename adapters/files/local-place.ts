import { createReadStream } from 'node:fs'
import { link, mkdir, open, readdir, rename, rm, stat, unlink } from 'node:fs/promises'
import { join } from 'node:path'
import { GatewayError } from '../../gateway/errors.ts'
import type { Place, PlacedFile } from './place.ts'

/** A folder of this machine, or one that is mounted on it. */
export function localPlace(root: string): Place {
  const at = (path: string) => join(root, path)
  return {
    list: (folder, recursive) => told(listIn(root, folder, recursive)),
    stat: path => told(statOf(root, path)),
    read: (path, from) => readFrom(at(path), from),
    write: (path, bytes) => told(writeTo(at(path), bytes)),
    rename: (from, to, replace) => told(replace ? rename(at(from), at(to)) : moveTo(at(from), at(to))),
    remove: path => told(rm(at(path), { force: true })),
    makeFolder: path => told(mkdir(at(path), { recursive: true }).then(() => {})),
    close: async () => {},
  }
}

async function listIn(root: string, folder: string, recursive: boolean): Promise<PlacedFile[]> {
  const entries = await readdir(join(root, folder), { withFileTypes: true }).catch(missing)
  const found: PlacedFile[] = []
  for (const entry of entries ?? []) {
    const path = folder === '' ? entry.name : `${folder}/${entry.name}`
    if (entry.isDirectory() && recursive) found.push(...(await listIn(root, path, true)))
    if (!entry.isFile()) continue
    const file = await statOf(root, path)
    if (file) found.push(file)
  }
  return found
}

async function statOf(root: string, path: string): Promise<PlacedFile | undefined> {
  const found = await stat(join(root, path)).catch(missing)
  return found?.isFile() ? { path, bytes: found.size, modifiedAt: found.mtimeMs } : undefined
}

async function* readFrom(path: string, from: number): AsyncIterable<Uint8Array> {
  try {
    yield* createReadStream(path, { start: from, highWaterMark: 1 << 18 })
  } catch (cause) {
    throw placeFault(cause)
  }
}

async function writeTo(path: string, bytes: AsyncIterable<Uint8Array>): Promise<void> {
  const file = await open(path, 'w')
  try {
    for await (const part of bytes) await file.writeFile(part)
    await file.sync()
  } finally {
    await file.close()
  }
}

/** A link is refused where the name is taken, and a rename is not. */
async function moveTo(from: string, to: string): Promise<void> {
  await link(from, to)
  try {
    await unlink(from)
  } catch (error) {
    // Another moved it at the same time, and has it.
    await unlink(to)
    throw error
  }
}

function missing(error: unknown): undefined {
  if (codeOf(error) === 'ENOENT') return undefined
  throw error
}

async function told<T>(work: Promise<T>): Promise<T> {
  try {
    return await work
  } catch (cause) {
    throw placeFault(cause)
  }
}

const TRANSIENT = new Set([
  'EIO',
  'ENOSPC',
  'EDQUOT',
  'EMFILE',
  'ENFILE',
  'ESTALE',
  'ETIMEDOUT',
  'EBUSY',
  'EAGAIN',
  'EHOSTDOWN',
  'ENOTCONN',
])

function placeFault(cause: unknown): GatewayError {
  if (cause instanceof GatewayError) return cause
  const detail = cause instanceof Error ? cause.message : String(cause)
  return new GatewayError(TRANSIENT.has(codeOf(cause) ?? '') ? 'TARGET_UNAVAILABLE' : 'TARGET_REFUSED', detail, { cause })
}

function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error ? String(error.code) : undefined
}
