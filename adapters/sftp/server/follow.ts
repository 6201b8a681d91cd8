import { createHash } from 'node:crypto'
import { lstat, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Log } from '../../../gateway/log.ts'
import type { Receipts, ReceiptView } from '../../../gateway/receipts.ts'
import { createLines } from '../../files/in-line.ts'
import { type FileReceipt, readReceipt, writeReceipt } from './receipt-file.ts'
import { writeRejects } from './rejects.ts'

const TICK_MS = 250
/** Receipts looked at in one tick. */
const AT_ONCE = 50

/** A receipt file whose message is not settled. */
export interface OpenReceipt {
  /** Where the receipt lies, and where records that are rejected go. */
  readonly path: string
  readonly rejectsPath: string
  readonly receipt: FileReceipt
}

/** Keeps receipt files up to date until their messages are settled, also after a restart. */
export interface Follower {
  /** Writes a receipt by `write`, and follows it from then on; undefined: there is nothing to follow. What was followed there before is not any more. Resolves when that is on disk. */
  replace(path: string, write: () => Promise<OpenReceipt | undefined>): Promise<void>
  /** Goes on with what was open before. */
  start(): Promise<void>
  /** Resolves when nothing is being written any more. */
  stop(): Promise<void>
}

export interface FollowerParts {
  /** Of the store: holds what is open, and temporary files. */
  readonly folder: string
  readonly temporary: string
  readonly receipts: Receipts
  readonly log: Log
}

/** Looks at no more than 200 receipts a second, in turn. */
export function createFollower(parts: FollowerParts): Follower {
  const open = new Map<string, OpenReceipt>()
  // A receipt that is brought up to date must not come after the one that replaces it.
  const inLine = createLines()
  let timer: NodeJS.Timeout | undefined
  let running: Promise<void> | undefined

  async function tick(): Promise<void> {
    for (const [key, one] of [...open].slice(0, AT_ONCE)) await inLine(key, () => follow(key, one))
  }

  async function follow(key: string, one: OpenReceipt): Promise<void> {
    if (open.get(key) !== one) return
    const next = await refreshed(one, parts)
    // To the end of the turn.
    open.delete(key)
    if (next) open.set(key, next)
    else await rm(join(parts.folder, key), { force: true })
  }

  function begin(): void {
    if (running || open.size === 0) return
    running = tick()
      .catch(error => parts.log.warn('sftp-receipts', { detail: String(error) }))
      .finally(() => {
        running = undefined
      })
  }

  return {
    replace(path, write) {
      const key = keyOf(path)
      const marker = join(parts.folder, key)
      return inLine(key, async () => {
        const one = await write()
        open.delete(key)
        if (!one) return rm(marker, { force: true })
        await writeFile(marker, JSON.stringify({ path, rejectsPath: one.rejectsPath }), { mode: 0o600 })
        open.set(key, one)
      })
    },
    async start() {
      await mkdir(parts.folder, { recursive: true, mode: 0o700 })
      for (const key of await readdir(parts.folder)) {
        const found = await resumed(join(parts.folder, key))
        if (found) open.set(key, found)
        else await rm(join(parts.folder, key), { force: true })
      }
      timer = setInterval(begin, TICK_MS)
    },
    async stop() {
      clearInterval(timer)
      await running
    },
  }
}

function keyOf(path: string): string {
  return createHash('sha256').update(path).digest('hex').slice(0, 32)
}

async function resumed(marker: string): Promise<OpenReceipt | undefined> {
  try {
    const { path, rejectsPath }: { path: string; rejectsPath: string } = JSON.parse(await readFile(marker, 'utf8'))
    const receipt = await readReceipt(path)
    return receipt?.id === undefined ? undefined : { path, rejectsPath, receipt }
  } catch {
    return undefined
  }
}

/** What is still open of it; undefined when it is final, or when nobody wants it any more. */
async function refreshed(one: OpenReceipt, parts: FollowerParts): Promise<OpenReceipt | undefined> {
  const { receipt, path } = one
  const view = receipt.id === undefined ? undefined : await parts.receipts.receipt(receipt.id)
  // A sender that removes its receipt has read it.
  if (!view || !(await lstat(path).catch(() => undefined))) return undefined
  const next = await withRejects(laid(receipt, view), one, parts)
  if (JSON.stringify(next) !== JSON.stringify(receipt))
    await writeReceipt(path, { ...next, updatedAt: new Date().toISOString() }, parts.temporary)
  return isFinal(view) ? undefined : { ...one, receipt: next }
}

function isFinal({ state, records }: ReceiptView): boolean {
  return state !== 'accepted' && records?.complete !== false
}

/** The file's receipt with what the store says today. */
export function laid(receipt: FileReceipt, { state, records, targets, because, receivedAt }: ReceiptView): FileReceipt {
  return {
    ...receipt,
    state,
    receivedAt,
    targets,
    ...(records && { records }),
    ...(because !== undefined && { because }),
  }
}

async function withRejects(next: FileReceipt, { receipt, rejectsPath }: OpenReceipt, parts: FollowerParts): Promise<FileReceipt> {
  const { records, id } = next
  if (id === undefined || !records?.complete || records.rejected === 0) return next
  const isWritten = receipt.rejects !== undefined && receipt.records?.complete && receipt.records.rejected === records.rejected
  if (!isWritten) await writeRejects(id, rejectsPath, parts)
  return { ...next, rejects: rejectsPath.slice(rejectsPath.lastIndexOf('/rejects/')) }
}
