import { createHash, randomUUID } from 'node:crypto'
import { createReadStream, mkdirSync, rmSync } from 'node:fs'
import { copyFile, link, open, readdir, rename, rm, stat, statfs, utimes } from 'node:fs/promises'
import { join } from 'node:path'
import { GatewayError } from './errors.ts'
import type { StoredBody } from './message.ts'
import type { Bodies } from './ports.ts'

/** What is not referred to is kept so long: its message may still be on its way to the store. */
const YOUNG_MS = 3_600_000
/** Files looked at in one step of a sweep. */
const STEP = 500
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

/** The folder, and what happens to files of it, by their SHA-256: nothing is removed while it is brought, nor brought while it is removed. */
interface Shelves {
  readonly folder: string
  readonly temporary: string
  readonly minFreeBytes: number
  readonly bringing: Map<string, number>
  readonly removing: Map<string, Promise<unknown>>
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

function placeOf(folder: string, sha256: string): string {
  return join(folder, sha256.slice(0, 2), sha256)
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

/** Brings the file to its place unless it is there, and syncs the folder. */
async function place({ folder, bringing, removing }: Shelves, body: StoredBody, bring: (final: string) => Promise<unknown>): Promise<void> {
  const { sha256 } = body
  bringing.set(sha256, (bringing.get(sha256) ?? 0) + 1)
  try {
    await removing.get(sha256)
    await bringTo(folder, body, bring)
  } finally {
    const others = (bringing.get(sha256) ?? 1) - 1
    if (others > 0) bringing.set(sha256, others)
    else bringing.delete(sha256)
  }
}

async function bringTo(folder: string, { sha256, bytes }: StoredBody, bring: (final: string) => Promise<unknown>): Promise<void> {
  const final = placeOf(folder, sha256)
  const there = await stat(final).catch(() => undefined)
  const now = new Date()
  if (there?.size === bytes) return utimes(final, now, now) // young again: a sweep leaves it
  mkdirSync(join(folder, sha256.slice(0, 2)), { recursive: true })
  await onDisk(bring(final))
  await utimes(final, now, now)
  for (const path of [join(folder, sha256.slice(0, 2)), folder]) await sync(path)
}

/** A file, or a folder. */
async function sync(path: string): Promise<void> {
  const opened = await open(path, 'r')
  try {
    await onDisk(opened.sync())
  } finally {
    await opened.close()
  }
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

/** Files lie by the first two digits of their names. */
const SHELF = /^[0-9a-f]{2}$/

async function sweep(
  shelves: Shelves,
  referenced: (hashes: readonly string[]) => Promise<readonly string[]>,
  now: number,
): Promise<number> {
  const { folder } = shelves
  let count = 0
  for (const shelf of (await readdir(folder)).filter(name => SHELF.test(name))) {
    const names = await readdir(join(folder, shelf))
    for (let at = 0; at < names.length; at += STEP) {
      const some = names.slice(at, at + STEP)
      const kept = new Set(await referenced(some))
      for (const name of some.filter(one => !kept.has(one))) count += await removeUnlessBrought(shelves, name, now)
    }
  }
  return count
}

async function removeUnlessBrought({ folder, bringing, removing }: Shelves, sha256: string, now: number): Promise<number> {
  if (bringing.has(sha256)) return 0
  const work = removeOld(placeOf(folder, sha256), now)
  removing.set(sha256, work)
  return work.finally(() => removing.delete(sha256))
}

async function removeOld(path: string, now: number): Promise<number> {
  const there = await stat(path).catch(() => undefined)
  if (!there || now - there.mtimeMs < YOUNG_MS) return 0
  await rm(path, { force: true })
  return 1
}

async function onDisk<T>(work: Promise<T>): Promise<T> {
  try {
    return await work
  } catch (cause) {
    const detail = cause instanceof Error ? cause.message : String(cause)
    throw new GatewayError('STORE_UNAVAILABLE', `the body store cannot be written: ${detail}`, { cause })
  }
}
