import { randomUUID } from 'node:crypto'
import { constants, type Stats } from 'node:fs'
import { copyFile, type FileHandle, lstat, mkdir, open, opendir, rename, rmdir, unlink, utimes } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { GatewayError } from '../../../gateway/errors.ts'
import { type Account, type Ghost, ghostOf, isFixed, type Place, placeOf, RECEIPTS, REJECTS } from './account.ts'
import { isWithin, locate, locateKnown } from './paths.ts'
import { named, type Taker } from './take.ts'
import { createUpload, type Upload } from './upload.ts'
import type { Attributes, SetAttributes } from './wire.ts'

const APPEND = 4
const CREATE = 8
const TRUNCATE = 16
const EXCLUSIVE = 32
const FILE = 0o100600
const FOLDER = 0o040700

/** What may be known of the path; throws NOT_FOUND. Symbolic links are not there. */
export async function attributesOf(account: Account, path: string): Promise<Attributes> {
  try {
    return attributesFrom(await lstat(await locateKnown(account.root, path)))
  } catch (error) {
    const ghost = ghostOf(account, path)
    if (ghost) return ghostAttributes(ghost)
    throw error
  }
}

export function attributesFrom(stats: Stats): Attributes {
  return { size: stats.size, mode: stats.isDirectory() ? FOLDER : FILE, accessedAt: stats.atimeMs, modifiedAt: stats.mtimeMs }
}

function ghostAttributes({ size, modifiedAt }: Ghost): Attributes {
  return { size, mode: FILE, accessedAt: modifiedAt, modifiedAt }
}

/** Opens a file for reading; throws FORBIDDEN where the client may not. */
export async function openToRead(account: Account, path: string): Promise<FileHandle> {
  const isOwn = isWithin(path, RECEIPTS) || isWithin(path, REJECTS)
  if (!isOwn) mayDo(account, 'download')
  const real = await locateKnown(account.root, path)
  const file = await open(real, constants.O_RDONLY | constants.O_NOFOLLOW)
  if ((await file.stat()).isFile()) return file
  await file.close()
  throw new GatewayError('BAD_REQUEST', `${path} is a folder`)
}

/** Begins an upload. One of the same name that is still open is given up: what it has yet to write fails. */
export function openToWrite(account: Account, path: string, flags: number): Promise<Upload> {
  const place = uploadPlace(account, path)
  return account.commits.alone([path], async () => {
    const real = await locate(account.root, path)
    await giveUp(account, path, `a newer upload of ${path} began`)
    const there = await lstat(real).catch(() => undefined)
    if (there && !there.isFile()) throw new GatewayError('FORBIDDEN', `${path} is no file`)
    const isAnew = (flags & TRUNCATE) !== 0
    const isSeen = there !== undefined || ghostOf(account, path) !== undefined
    if (isSeen && flags & EXCLUSIVE && flags & CREATE) throw new GatewayError('BAD_REQUEST', `${path} is there already`)
    if (!isSeen && !(flags & CREATE)) throw new GatewayError('NOT_FOUND', `no file ${path}`)
    if (isSeen && !there && !isAnew) throw new GatewayError('BAD_REQUEST', `${path} was accepted already; upload it from its start`)
    const file = await (isAnew || !there ? create(account, real, there) : goOn(real, there))
    account.log.debug('sftp-upload-begins', { client: account.name, file: path, route: place.binding.route.name })
    account.ghosts.delete(path)
    account.finished.delete(path)
    return track(account, { path, file, size: isAnew ? 0 : (there?.size ?? 0), append: (flags & APPEND) !== 0 })
  })
}

function track(account: Account, options: { path: string; file: FileHandle; size: number; append: boolean }): Upload {
  const upload = createUpload({ ...options, grow: account.usage.grow, hasher: account.hasher })
  account.uploads.set(options.path, upload)
  return upload
}

/** A new file each time: what was here before may be kept elsewhere by a link. */
async function create(account: Account, real: string, there: Stats | undefined): Promise<FileHandle> {
  if (there) {
    await unlink(real)
    account.usage.change(-1, -there.size)
  }
  account.usage.admitFile()
  const file = await open(real, constants.O_RDWR | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW, 0o600)
  account.usage.change(1, 0)
  return file
}

async function goOn(real: string, { nlink }: Stats): Promise<FileHandle> {
  if (nlink > 1) await unshare(real)
  return open(real, constants.O_RDWR | constants.O_NOFOLLOW)
}

/** The body store may have the same file by a link; it must not change with this one. */
async function unshare(real: string): Promise<void> {
  const copy = join(dirname(real), randomUUID())
  await copyFile(real, copy, constants.COPYFILE_EXCL)
  await rename(copy, real)
}

/** Ends the upload of a path that is still open. */
export async function giveUp(account: Account, path: string, reason: string): Promise<void> {
  const upload = account.uploads.get(path)
  if (!upload) return
  account.uploads.delete(path)
  await upload.abandon(reason)
}

/** Ends an upload as its client asked: resolves when the file is accepted, where that is what its source commits by. */
export function closeUpload(account: Account, upload: Upload, taker: Taker): Promise<void> {
  const { path } = upload
  return account.commits.alone(named(account, path), async () => {
    const finished = await upload.finish().finally(() => {
      if (account.uploads.get(path) === upload) account.uploads.delete(path)
    })
    account.log.info('sftp-upload', { client: account.name, file: path, bytes: finished.size })
    await taker.closed(account, path, finished)
  })
}

/** Renames; resolves when the file is accepted, where that is what its source commits by. Only with `replace` a file of the new name may be there. */
export function renamePath(account: Account, names: readonly [string, string], replace: boolean, taker: Taker): Promise<void> {
  const [from, to] = names
  uploadPlace(account, from)
  uploadPlace(account, to)
  return account.commits.alone([...names, ...named(account, to)], async () => {
    if (isFixed(account, from) || isFixed(account, to)) throw new GatewayError('FORBIDDEN', `${from} and ${to} must stay`)
    const source = await locate(account.root, from)
    const moved = await lstat(source).catch(() => undefined)
    if (!moved && ghostOf(account, from)) {
      throw new GatewayError('BAD_REQUEST', `${from} was accepted under that name when it was closed; commit: rename waits for the rename`)
    }
    await locateKnown(account.root, from)
    if ([...account.uploads.keys()].some(path => isWithin(path, from))) throw new GatewayError('BAD_REQUEST', `${from} is being uploaded`)
    await makeWay(account, to, replace)
    const move = async () => {
      await rename(source, await locate(account.root, to))
      account.ghosts.delete(to)
      account.log.info('sftp-rename', { client: account.name, file: from, to })
    }
    await (moved?.isFile() ? taker.rename(account, names, move) : move())
  })
}

async function makeWay(account: Account, to: string, replace: boolean): Promise<void> {
  const there = await lstat(await locate(account.root, to)).catch(() => undefined)
  if (!there) return
  if (!replace || !there.isFile()) throw new GatewayError('BAD_REQUEST', `${to} is there already`)
  await giveUp(account, to, `${to} was replaced`)
  account.usage.change(-1, -there.size)
}

/** Removes a file, also one that is being uploaded. */
export function removeFile(account: Account, path: string): Promise<void> {
  mayDo(account, 'delete')
  return account.commits.alone([path], async () => {
    if (account.ghosts.delete(path)) return
    const real = await locateKnown(account.root, path)
    const there = await lstat(real)
    if (!there.isFile()) throw new GatewayError('BAD_REQUEST', `${path} is a folder`)
    await giveUp(account, path, `${path} was removed`)
    await unlink(real)
    if (!isWithin(path, RECEIPTS) && !isWithin(path, REJECTS)) account.usage.change(-1, -there.size)
    account.log.info('sftp-delete', { client: account.name, file: path })
  })
}

export async function makeFolder(account: Account, path: string): Promise<void> {
  uploadPlace(account, path)
  await mkdir(await locate(account.root, path), 0o700)
}

export async function removeFolder(account: Account, path: string): Promise<void> {
  mayDo(account, 'delete')
  if (isFixed(account, path)) throw new GatewayError('FORBIDDEN', `${path} must stay`)
  await rmdir(await locateKnown(account.root, path))
}

/** Sets size and times; owners and modes stay as they are, and what was accepted stays all as it is. */
export function setAttributes(account: Account, path: string, { size, accessedAt, modifiedAt }: SetAttributes): Promise<void> {
  uploadPlace(account, path)
  return account.commits.alone([path], async () => {
    if (!account.uploads.has(path) && ghostOf(account, path)) return
    const real = await locateKnown(account.root, path)
    // What is yet to be written would set the time anew.
    await account.uploads.get(path)?.idle()
    if (size !== undefined) await cut(account, path, size)
    if (accessedAt !== undefined && modifiedAt !== undefined) await utimes(real, accessedAt / 1_000, modifiedAt / 1_000)
  })
}

async function cut(account: Account, path: string, size: number): Promise<void> {
  const upload = account.uploads.get(path)
  if (!upload) throw new GatewayError('FORBIDDEN', `${path} is not being uploaded; its size stays`)
  await upload.resize(size)
}

/** A name in a folder, and what is known of it. */
export interface Listed {
  readonly name: string
  readonly attributes: Attributes
}

/** What is in a folder, some at a time; links are left out. */
export async function* listFolder(account: Account, path: string): AsyncGenerator<readonly Listed[]> {
  const real = await locateKnown(account.root, path)
  const folder = await opendir(real, { bufferSize: LISTED_AT_ONCE })
  let names: string[] = []
  for await (const { name } of folder) {
    names.push(name)
    if (names.length < LISTED_AT_ONCE) continue
    yield await listed(real, names)
    names = []
  }
  yield await listed(real, names)
  const shown = [...account.ghosts.keys()].filter(ghost => ghost.slice(0, ghost.lastIndexOf('/')) === (path === '/' ? '' : path))
  for (const ghost of shown) {
    const found = ghostOf(account, ghost)
    if (found) yield [{ name: ghost.slice(ghost.lastIndexOf('/') + 1), attributes: ghostAttributes(found) }]
  }
}

const LISTED_AT_ONCE = 100

async function listed(folder: string, names: readonly string[]): Promise<readonly Listed[]> {
  const all = await Promise.all(
    names.map(async name => {
      const stats = await lstat(join(folder, name)).catch(() => undefined)
      return stats?.isFile() || stats?.isDirectory() ? [{ name, attributes: attributesFrom(stats) }] : []
    }),
  )
  return all.flat()
}

function mayDo({ options }: Account, what: 'upload' | 'download' | 'delete'): void {
  if (!options.allow.includes(what)) throw new GatewayError('FORBIDDEN', `${what} is not among what this client may do`)
}

function uploadPlace(account: Account, path: string): Place {
  mayDo(account, 'upload')
  const place = placeOf(account, path)
  if (place) return place
  throw new GatewayError('FORBIDDEN', `no source takes files here; upload into ${account.places.map(({ folder }) => folder).join(', ')}`)
}
