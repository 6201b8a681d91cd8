import type { FileHandle } from 'node:fs/promises'
import { GatewayError } from '../../../gateway/errors.ts'
import type { Hasher } from './hasher.ts'
import { createPieceQueue } from './piece-queue.ts'
import { createRunningHash } from './running-hash.ts'

/** What is known of a file when its upload ends. */
export interface Finished {
  readonly size: number
  /** Which file it is on its disk. */
  readonly ino: number
  /** Absent where it was not written from its first byte to its last. */
  readonly sha256?: string
}

/** A file that is being written. */
export interface Upload {
  readonly path: string
  /** Its size so far. */
  readonly size: number
  /** Resolves when the piece is written (not yet synced). Pieces that lie one after the other go together. */
  write(offset: number, data: Buffer): Promise<void>
  /** Resolves when all pieces so far are written. */
  idle(): Promise<void>
  /** Cuts or fills to a size. */
  resize(size: number): Promise<void>
  sync(): Promise<void>
  /** Closes it when all is written; rejects where a piece could not be written. */
  finish(): Promise<Finished>
  /** Closes it; what is yet to be written, and whoever closes it later, fails with this reason. */
  abandon(reason: string): Promise<void>
}

export interface UploadOptions {
  readonly path: string
  /** Open for reading and writing. */
  readonly file: FileHandle
  /** What is in it already. */
  readonly size: number
  /** Every piece goes to the end, whatever its offset says. */
  readonly append: boolean
  readonly hasher: Pick<Hasher, 'follow'>
  /** Called before the file grows by so many bytes; throws where it may not. */
  grow(bytes: number): void
}

/** An upload into an open file, which it closes in the end. */
export function createUpload({ path, file, size: initial, append, grow, hasher }: UploadOptions): Upload {
  const hash = createRunningHash(file.fd, hasher)
  if (initial > 0) hash.drop()
  const pieces = createPieceQueue(file, hash.written)
  let size = initial
  let closed: Promise<string | undefined> | undefined

  /** Resolves with the hash, where there is one. */
  async function close(): Promise<string | undefined> {
    await pieces.idle()
    // Also where nobody wants it: the thread must not read a file that is closed.
    closed ??= hash.digest(size).finally(() => file.close())
    return closed
  }

  return {
    path,
    get size() {
      return size
    },
    async write(asked, data) {
      const offset = append ? size : asked
      const end = offset + data.length
      try {
        if (pieces.failed !== undefined) throw pieces.failed
        if (end > size) grow(end - size)
      } catch (error) {
        pieces.fail(error)
        throw error
      }
      size = Math.max(size, end)
      return pieces.push(offset, data)
    },
    idle: pieces.idle,
    async resize(wanted) {
      await pieces.idle()
      if (wanted > size) grow(wanted - size)
      await file.truncate(wanted)
      if (wanted !== size) hash.drop()
      size = wanted
    },
    async sync() {
      await pieces.idle()
      await file.sync()
    },
    async finish() {
      await pieces.idle()
      const stats = pieces.failed === undefined ? await file.stat() : undefined
      const sha256 = await close()
      if (!stats || pieces.failed !== undefined) throw pieces.failed
      return { size, ino: stats.ino, ...(sha256 !== undefined && { sha256 }) }
    },
    async abandon(reason) {
      pieces.fail(new GatewayError('FORBIDDEN', reason))
      await close()
    },
  }
}
