import { createHash, randomUUID } from 'node:crypto'
import { createReadStream, mkdirSync, rmSync } from 'node:fs'
import { copyFile, link, open, rename, rm, stat, statfs } from 'node:fs/promises'
import { join } from 'node:path'
import { GatewayError } from './errors.ts'
import type { StoredBody } from './message.ts'
import type { Bodies } from './ports.ts'
import { onDisk, place, placeOf, type Shelves, sweep, sync } from './shelves.ts'

/** Written between two looks at the disk's room, each with a sync, so that the last one is short. */
const STRETCH = 64 << 20

/** The body store, for those who look after it. */
export interface BodyStore extends Bodies {
  /** Removes what nothing refers to and is older than an hour; resolves with how many files went. `referenced` answers which of some hashes are. */
  sweep(referenced: (hashes: readonly string[]) => Promise<readonly string[]>, now: number): Promise<number>
}

export interface BodyStoreOptions {
  /** The body store takes nothing that would leave less on its disk. */
  readonly minFreeBytes: number
}

/** Large bodies as files in `folder`, named by their SHA-256. The folder is this process's own: what was half written when another one ended goes at once. */
export function createBodies(folder: string, { minFreeBytes }: BodyStoreOptions): BodyStore {
  const temporary = join(folder, 'tmp')
  rmSync(temporary, { recursive: true, force: true })
  mkdirSync(temporary, { recursive: true })
  const shelves: Shelves = { folder, temporary, minFreeBytes, bringing: new Map(), removing: new Map() }
  return {
    async keep(bytes) {
      const path = join(temporary, randomUUID())
      try {
        const body = await write(shelves, path, bytes)
        await place(shelves, body, final => rename(path, final))
        return body
      } finally {
        await rm(path, { force: true })
      }
    },
    async adopt(path, sha256) {
      const body = sha256 === undefined ? await digest(path) : { sha256, bytes: (await stat(path)).size }
      await sync(path)
      await place(shelves, body, final => linkOrCopy(path, final, join(temporary, randomUUID())))
      return body
    },
    open: (body, from = 0) => readBody(folder, body, from),
    async read(body, maxBytes) {
      if (body.bytes > maxBytes) {
        throw new GatewayError('TOO_LARGE', `the body has ${body.bytes} bytes; at most ${maxBytes} are read into memory at once`)
      }
      const parts: Uint8Array[] = []
      for await (const part of readBody(folder, body, 0)) parts.push(part)
      return Buffer.concat(parts)
    },
    sweep: (referenced, now) => sweep(shelves, referenced, now),
  }
}

async function write(shelves: Shelves, path: string, bytes: AsyncIterable<Uint8Array>): Promise<StoredBody> {
  const hash = createHash('sha256')
  let [length, unsynced] = [0, STRETCH]
  const file = await onDisk(open(path, 'wx'))
  try {
    for await (const part of bytes) {
      if (unsynced >= STRETCH) {
        if (length > 0) await onDisk(file.datasync())
        await checkRoom(shelves)
        unsynced = 0
      }
      hash.update(part)
      length += part.length
      unsynced += part.length
      await onDisk(file.writeFile(part))
    }
    await onDisk(file.sync())
  } finally {
    await file.close()
  }
  return { sha256: hash.digest('hex'), bytes: length }
}

async function checkRoom({ folder, minFreeBytes }: Shelves): Promise<void> {
  const { bavail, bsize } = await onDisk(statfs(folder))
  const free = bavail * bsize
  if (free >= minFreeBytes + STRETCH) return
  throw new GatewayError(
    'OVERLOADED',
    `${free} bytes are free on the disk of the body store; the bound is store.minFree = ${minFreeBytes}, and some room to write`,
    { retryAfterMs: 10_000 },
  )
}

async function digest(path: string): Promise<StoredBody> {
  const hash = createHash('sha256')
  let bytes = 0
  for await (const part of createReadStream(path, { highWaterMark: 1 << 20 })) {
    hash.update(part)
    bytes += part.length
  }
  return { sha256: hash.digest('hex'), bytes }
}

async function linkOrCopy(path: string, final: string, temporary: string): Promise<void> {
  try {
    await link(path, final)
  } catch {
    await copyFile(path, temporary)
    const copy = await open(temporary, 'r')
    await copy.sync().finally(() => copy.close())
    await rename(temporary, final)
  }
}

async function* readBody(folder: string, { sha256, bytes }: StoredBody, from: number): AsyncIterable<Uint8Array> {
  if (from >= bytes) return
  try {
    yield* createReadStream(placeOf(folder, sha256), { start: from, highWaterMark: 1 << 18 })
  } catch (cause) {
    if (!isMissing(cause)) throw cause
    throw new GatewayError('STORE_CORRUPT', `the body ${sha256} of ${bytes} bytes is not in the body store ${folder}`, { cause })
  }
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT'
}
