import { mkdirSync } from 'node:fs'
import { open, readdir, rm, stat, utimes } from 'node:fs/promises'
import { join } from 'node:path'
import { GatewayError } from './errors.ts'
import type { StoredBody } from './message.ts'

/** What is not referred to is kept so long: its message may still be on its way to the store. */
const YOUNG_MS = 3_600_000
/** Files looked at in one step of a sweep. */
const STEP = 500

/** The folder, and what happens to files of it, by their SHA-256: nothing is removed while it is brought, nor brought while it is removed. */
export interface Shelves {
  readonly folder: string
  readonly temporary: string
  readonly minFreeBytes: number
  readonly bringing: Map<string, number>
  readonly removing: Map<string, Promise<unknown>>
}

/** Where a body lies. */
export function placeOf(folder: string, sha256: string): string {
  return join(folder, sha256.slice(0, 2), sha256)
}

/** Brings the file to its place unless it is there, and syncs the folder. */
export async function place(
  { folder, bringing, removing }: Shelves,
  body: StoredBody,
  bring: (final: string) => Promise<unknown>,
): Promise<void> {
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
  if (there?.size !== bytes) {
    mkdirSync(join(folder, sha256.slice(0, 2)), { recursive: true })
    await onDisk(bring(final))
  }
  // young, or young again: a sweep leaves it
  const now = new Date()
  await utimes(final, now, now)
  // also where it is there: whoever brought it may not have got that far
  for (const path of [join(folder, sha256.slice(0, 2)), folder]) await sync(path)
}

/** A file, or a folder. */
export async function sync(path: string): Promise<void> {
  const opened = await open(path, 'r')
  try {
    await onDisk(opened.sync())
  } finally {
    await opened.close()
  }
}

/** Files lie by the first two digits of their names. */
const SHELF = /^[0-9a-f]{2}$/

/** Removes what nothing refers to and is older than an hour; resolves with how many files went. */
export async function sweep(
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

/** The work of a disk; rejects with STORE_UNAVAILABLE where it fails. */
export async function onDisk<T>(work: Promise<T>): Promise<T> {
  try {
    return await work
  } catch (cause) {
    const detail = cause instanceof Error ? cause.message : String(cause)
    throw new GatewayError('STORE_UNAVAILABLE', `the body store cannot be written: ${detail}`, { cause })
  }
}
