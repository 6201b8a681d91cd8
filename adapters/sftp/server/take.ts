import type { Stats } from 'node:fs'
import { lstat, rename, rm, unlink } from 'node:fs/promises'
import { asGatewayError, GatewayError } from '../../../gateway/errors.ts'
import { failpoint } from '../../../gateway/failpoint.ts'
import { takeFile } from '../../files/take-file.ts'
import { type Account, haunt, type Place, placeOf } from './account.ts'
import { type Desk, nameIn, type SentFile } from './desk.ts'
import type { Intents } from './intents.ts'
import { locate } from './paths.ts'
import type { Finished } from './upload.ts'

/** Files that were accepted are shown for so long: clients look at what they uploaded. */
const GHOST_MS = 30_000
/** Uploads whose hash is remembered until they are renamed or their done-file comes. */
const MAX_FINISHED = 1_000
const DONE = '.done'

/** Names that never commit: clients use them while they upload. */
export function isPartial(path: string): boolean {
  return /\.(part|filepart)$/i.test(path)
}

/** Takes files in, when what a client does says that they are whole. Callers have the paths to themselves. */
export interface Taker {
  /** An upload ended. */
  closed(account: Account, path: string, finished: Finished): Promise<void>
  /** Runs `move`, which gives a file another name, and takes it where that says that it is whole. What is not taken for now has its old name again. */
  rename(account: Account, names: readonly [string, string], move: () => Promise<void>): Promise<void>
  /** Takes it now, whatever says so. */
  take(account: Account, place: Place, path: string): Promise<void>
  /** Takes the file that a done-file stands beside, and removes the done-file. */
  takeDone(account: Account, place: Place, done: string): Promise<void>
}

/** The taker of a server; `intents` are noted on disk before what commits by CLOSE or by a rename. */
export function createTaker(desk: Desk, intents: Intents): Taker {
  /** After a crash nobody may come again who saw no answer: what was being taken is taken at the start. */
  async function takeClosed(account: Account, place: Place, path: string): Promise<void> {
    const forget = await intents.note({ client: account.name, path })
    try {
      await take(desk, account, place, path)
    } finally {
      await forget()
    }
  }

  return {
    take: (account, place, path) => take(desk, account, place, path),
    takeDone: (account, place, done) => takeDone(desk, account, place, done),
    async closed(account, path, finished) {
      const place = placeOf(account, path)
      if (!place) return
      remember(account, path, finished)
      if (place.commit === 'close' && !isPartial(path)) await takeClosed(account, place, path)
      if (place.commit === 'done-file' && isDone(path)) await takeDone(desk, account, place, path)
    },
    async rename(account, [from, to], move) {
      const place = placeOf(account, to)
      const takes = place && taking(place, from, to)
      const forget = takes ? await intents.note({ client: account.name, path: to }) : async () => {}
      try {
        await move()
        failpoint('sftp.renamed')
        moveFinished(account, from, to)
        if (takes) await takeRenamed(desk, account, place, [from, to])
      } finally {
        await forget()
      }
    },
  }
}

async function take(desk: Desk, account: Account, place: Place, path: string): Promise<void> {
  const real = await locate(account.root, path)
  const there = await lstat(real).catch(() => undefined)
  if (!there?.isFile()) throw new GatewayError('NOT_FOUND', `no file ${path}`)
  if (account.uploads.has(path)) throw new GatewayError('OVERLOADED', `${path} is still being uploaded`)
  const file = { account, place, path, real }
  const sha256 = recall(account, path, there)
  const taken = await takeFile(account.gateway, {
    ...{ binding: place.binding, name: nameIn(place, path), path: real, modifiedAt: there.mtimeMs, client: account.name },
    ...(sha256 !== undefined && { sha256 }),
  }).catch(thrown => refuse(desk, file, asGatewayError(thrown), there.size))
  failpoint('sftp.accepted')
  account.log.info('sftp-accepted', { client: account.name, file: path, bytes: there.size, messageId: taken.id })
  // It is accepted, whatever becomes of its receipt.
  await desk.accepted(file, taken).catch(error => receiptFailed(file, error))
  failpoint('sftp.told')
  await unlink(real)
  account.usage.change(-1, -there.size)
  haunt(account, path, { size: there.size, modifiedAt: there.mtimeMs, untilMs: Date.now() + GHOST_MS })
}

async function refuse(desk: Desk, file: SentFile, error: GatewayError, size: number): Promise<never> {
  try {
    if (await desk.refused(file, error)) file.account.usage.change(-1, -size)
  } catch (failure) {
    receiptFailed(file, failure)
  }
  throw error
}

function receiptFailed({ account, path }: SentFile, error: unknown): void {
  account.log.error('sftp-receipt', { client: account.name, file: path, detail: String(error) })
}

async function takeDone(desk: Desk, account: Account, place: Place, done: string): Promise<void> {
  await take(desk, account, place, done.slice(0, -DONE.length))
  const real = await locate(account.root, done)
  const there = await lstat(real).catch(() => undefined)
  await rm(real, { force: true })
  if (there) account.usage.change(-1, -there.size)
  haunt(account, done, { size: there?.size ?? 0, modifiedAt: Date.now(), untilMs: Date.now() + GHOST_MS })
}

async function takeRenamed(desk: Desk, account: Account, place: Place, [from, to]: readonly [string, string]): Promise<void> {
  try {
    await (place.commit === 'done-file' ? takeDone : take)(desk, account, place, to)
  } catch (thrown) {
    const error = asGatewayError(thrown)
    if (!error.permanent) await rename(await locate(account.root, to), await locate(account.root, from)).catch(() => {})
    throw error
  }
}

/** Whether the rename says that a file is whole. */
function taking({ commit }: Place, from: string, to: string): boolean {
  if (commit === 'done-file') return isDone(to)
  return !isPartial(to) && (commit === 'rename' || isPartial(from))
}

/** Whether it is a done-file by its name, and of a name that commits. */
export function isDone(path: string): boolean {
  return path.endsWith(DONE) && !isPartial(path.slice(0, -DONE.length))
}

/** The path, and the file that it says something of as its done-file. */
export function named(account: Account, path: string): readonly string[] {
  return placeOf(account, path)?.commit === 'done-file' && isDone(path) ? [path, path.slice(0, -DONE.length)] : [path]
}

function remember({ finished }: Account, path: string, file: Finished): void {
  finished.set(path, file)
  const [oldest] = finished.keys()
  if (finished.size > MAX_FINISHED && oldest !== undefined) finished.delete(oldest)
}

/** The hash of the file's content, where it is the very file that was uploaded. */
function recall({ finished }: Account, path: string, { ino, size }: Stats): string | undefined {
  const known = finished.get(path)
  finished.delete(path)
  return known?.ino === ino && known.size === size ? known.sha256 : undefined
}

function moveFinished({ finished }: Account, from: string, to: string): void {
  const known = finished.get(from)
  finished.delete(from)
  finished.delete(to)
  if (known) finished.set(to, known)
}
