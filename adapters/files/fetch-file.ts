import { createHash } from 'node:crypto'
import { open, readdir, rm, stat } from 'node:fs/promises'
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
  readonly signal: AbortSignal
}

const PART = '.part'
/** A download that nobody went on with for so long is thrown away. */
const STALE_MS = 7 * 86_400_000

/**
 * Downloads a file to a folder of this machine; resolves with its path. What a download before has left of the same file is gone on from.
 * Rejects with TARGET_UNAVAILABLE where the file is not the one that was listed any more, with DRAINING at the signal.
 */
export async function fetchFile(place: Place, { file, claim, key, folder, signal }: FetchParts): Promise<string> {
  const name = createHash('sha256').update(`${key}\n${file.bytes}\n${file.modifiedAt}`).digest('hex').slice(0, 32)
  const path = join(folder, name + PART)
  const there = (await stat(path).catch(() => undefined))?.size ?? 0
  if (there > file.bytes) await rm(path, { force: true })
  await download(place, { path, from: there > file.bytes ? 0 : there, file, signal })
  await claim.release()
  const now = await place.stat(claim.path)
  const bytes = (await stat(path)).size
  if (bytes === file.bytes && now?.bytes === file.bytes && now.modifiedAt === file.modifiedAt) return path
  await rm(path, { force: true })
  throw new GatewayError('TARGET_UNAVAILABLE', `${file.path} has changed since it was listed with ${file.bytes} bytes`)
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
        await local.writeFile(part)
      }
    await local.sync()
  } finally {
    await local.close()
  }
}

/** Removes what is left of downloads of files that never came again, and of those that the body store has by a link: they are taken. */
export async function sweepDownloads(folder: string): Promise<void> {
  const names = await readdir(folder).catch((): string[] => [])
  for (const name of names.filter(one => one.endsWith(PART))) {
    const { mtimeMs, nlink } = (await stat(join(folder, name)).catch(() => undefined)) ?? { mtimeMs: Date.now(), nlink: 1 }
    if (nlink > 1 || Date.now() - mtimeMs > STALE_MS) await rm(join(folder, name), { force: true })
  }
}
