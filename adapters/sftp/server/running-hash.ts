import { createHash } from 'node:crypto'
import type { FollowedHash, Hasher } from './hasher.ts'

/** Smaller files are hashed where they are written. */
const SMALL_BYTES = 1_048_576

/** The hash of a file while it is written. */
export interface RunningHash {
  /** The piece is written; one that does not follow the last ends the counting. */
  written(offset: number, data: Uint8Array): void
  /** What was written no longer stands. */
  drop(): void
  /** The hash in hex, where all of these bytes were written in order; call while the file is open. */
  digest(size: number): Promise<string | undefined>
}

/** The hash of the file from its beginning on. */
export function createRunningHash(fd: number, { follow }: Pick<Hasher, 'follow'>): RunningHash {
  const local = createHash('sha256')
  let followed: FollowedHash | undefined
  let hashed = 0
  let isBroken = false
  return {
    written(offset, data) {
      if (offset !== hashed) isBroken = true
      if (isBroken) return
      hashed += data.length
      if (hashed > SMALL_BYTES) {
        followed ??= follow(fd)
        followed.upTo(hashed)
      } else local.update(data)
    },
    drop() {
      isBroken = true
    },
    async digest(size) {
      const sha256 = followed ? await followed.digest(hashed) : local.digest('hex')
      return isBroken || hashed !== size ? undefined : sha256
    },
  }
}
