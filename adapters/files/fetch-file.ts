import { createHash } from 'node:crypto'
import { open, readdir, rm, stat, statfs } from 'node:fs/promises'
import { join } from 'node:path'
import { GatewayError } from '../../gateway/errors.ts'
import type { HeldClaim } from './hold-claim.ts'
import type { Place, PlacedFile } from './place.ts'

export interface FetchParts {
  /** As it was listed. */
  readonly file: PlacedFile
  /** Released once its bytes are here. */
  readonly claim: HeldClaim
  /** What the file is known by, with its size and time, when a download is gone on with. */
  readonly key: string
  /** Of this machine. */
  readonly folder: string
  /** A download may not leave less on its disk. */
  readonly minFreeBytes: number
  readonly signal: AbortSignal
}

const PART = '.part'
/** A download that nobody went on with for so long is thrown away. */
const STALE_MS = 7 * 86_400_000

/**
 * Downloads a file to a folder of this machine; resolves with its path. What a download before has left of the same file is gone on from.
 * Rejects with TARGET_UNAVAILABLE where the file is not the one that was listed any more, with OVERLOADED where there is no room for it, with
 * DRAINING at the signal.
 */
export async function fetchFile(place: Place, { file, claim, key, folder, minFreeBytes, signal }: FetchParts): Promise<string> {
  const name = createHash('sha256').update(`${key}\n${file.bytes}\n${file.modifiedAt}`).digest('hex').slice(0, 32)
  const path = join(folder, name + PART)
  const there = (await stat(path).catch(() => undefined))?.size ?? 0
  if (there > file.bytes) await rm(path, { force: true })
  const from = there > file.bytes ? 0 : there
  await checkRoom(folder, minFreeBytes, { path: file.path, bytes: file.bytes - from })
  await download(place, { path, from, file, signal })
  await claim.release()
  const now = await place.stat(claim.path)
  const bytes = (await stat(path)).size
  if (bytes === file.bytes && now?.bytes === file.bytes && now.modifiedAt === file.modifiedAt) return path
  await rm(path, { force: true })
  throw new GatewayError('TARGET_UNAVAILABLE', `${file.path} has changed since it was listed with ${file.bytes} bytes`)
}

/** What is half here would stay on a disk that it has filled. */
async function checkRoom(folder: string, minFreeBytes: number, { path, bytes }: Pick<PlacedFile, 'path' | 'bytes'>): Promise<void> {
  const { bavail, bsize } = await statfs(folder)
  const free = bavail * bsize
  if (free - bytes >= minFreeBytes) return
  throw new GatewayError(
    'OVERLOADED',
    `${path} needs ${bytes} bytes more; ${free} are free on the disk of the store, where store.minFree = ${minFreeBytes} must be left`,
  )
}

interface Download {
  readonly path: string
  readonly from: number
  readonly file: PlacedFile
  readonly signal: AbortSignal
}

async function download(place: Place, { path, from, file, signal }: Download): Promise<void> {
  const local = await open(path, 'a')
  try {
    if (from < file.bytes)
      for await (const part of place.read(file.path, from)) {
        if (signal.aborted)
          throw new GatewayError('DRAINING', `${file.path}: the gateway stops; the download is gone on with at its next start`)
        await local.writeFile(part).catch(cause => Promise.reject(noRoom(file, cause)))
      }
    await local.sync()
  } finally {
    await local.close()
  }
}

function noRoom({ path }: PlacedFile, cause: unknown): GatewayError {
  const detail = cause instanceof Error ? cause.message : String(cause)
  return new GatewayError('STORE_UNAVAILABLE', `${path} cannot be downloaded to the disk of the store: ${detail}`, { cause })
}

/** Removes what is left of downloads of files that never came again, and of those that the body store has by a link: they are taken. */
export async function sweepDownloads(folder: string): Promise<void> {
  const names = await readdir(folder).catch((): string[] => [])
  for (const name of names.filter(one => one.endsWith(PART))) {
    const { mtimeMs, nlink } = (await stat(join(folder, name)).catch(() => undefined)) ?? { mtimeMs: Date.now(), nlink: 1 }
    if (nlink > 1 || Date.now() - mtimeMs > STALE_MS) await rm(join(folder, name), { force: true })
  }
}
