import { statfsSync } from 'node:fs'
import { lstat, opendir } from 'node:fs/promises'
import { join } from 'node:path'
import { GatewayError } from '../../../gateway/errors.ts'
import type { SftpClient } from './options.ts'

/** What lies in a client's folder, and what may. */
export interface Usage {
  /** Throws OVERLOADED where another file is too many. */
  admitFile(): void
  /** Counts bytes that are about to be written; throws OVERLOADED, and counts nothing, where they are too many. */
  grow(bytes: number): void
  /** A file came, or went with its bytes. */
  change(files: number, bytes: number): void
  /** Counts anew what lies there; nothing may be open meanwhile. */
  recount(): Promise<void>
}

/** So much may be written between two looks at the disk. */
const LOOK_BYTES = 16 * 1_024 * 1_024

/** Usage of the folder at `root`, by its quota and by what must stay free on its disk; receipts and rejects, at its top, do not count. Without a quota nothing is counted. */
export function createUsage(root: string, quota: SftpClient['quota'], minFreeBytes: number): Usage {
  let unseen = LOOK_BYTES
  const counts = { files: 0, bytes: 0 }
  const { bytesBytes: maxBytes = Number.POSITIVE_INFINITY, files: maxFiles = Number.POSITIVE_INFINITY } = quota
  const isBounded = Number.isFinite(maxBytes) || Number.isFinite(maxFiles)

  function look(bytes: number): void {
    unseen += bytes
    if (unseen < LOOK_BYTES) return
    unseen = 0
    const { bavail, bsize } = statfsSync(root)
    if (bavail * bsize < minFreeBytes) throw new GatewayError('STORE_UNAVAILABLE', `${bavail * bsize} bytes are free on the disk`)
  }

  return {
    admitFile() {
      look(LOOK_BYTES)
      if (counts.files >= maxFiles) throw new GatewayError('OVERLOADED', `quota: ${counts.files} files of at most ${maxFiles}`)
    },
    grow(bytes) {
      if (counts.bytes + bytes > maxBytes) throw new GatewayError('OVERLOADED', `quota: more than ${maxBytes} bytes`)
      look(bytes)
      counts.bytes += bytes
    },
    change(files, bytes) {
      counts.files = Math.max(0, counts.files + files)
      counts.bytes = Math.max(0, counts.bytes + bytes)
    },
    async recount() {
      if (isBounded) Object.assign(counts, await countIn(root, true))
    },
  }
}

async function countIn(folder: string, atTop: boolean): Promise<{ files: number; bytes: number }> {
  const counts = { files: 0, bytes: 0 }
  for await (const entry of await opendir(folder)) {
    if (atTop && (entry.name === 'receipts' || entry.name === 'rejects')) continue
    const path = join(folder, entry.name)
    if (entry.isDirectory()) {
      const below = await countIn(path, false)
      counts.files += below.files
      counts.bytes += below.bytes
    } else if (entry.isFile()) {
      counts.files += 1
      counts.bytes += (await lstat(path).catch(() => undefined))?.size ?? 0
    }
  }
  return counts
}
