import type { FileHandle } from 'node:fs/promises'
import { GatewayError } from '../../../gateway/errors.ts'
import type { Hasher } from './hasher.ts'
import { createRunningHash } from './running-hash.ts'

/** So many pieces go to the disk in one call. */
const BATCH = 64

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

interface Piece {
  readonly offset: number
  readonly data: Buffer
  resolve(): void
  reject(error: unknown): void
}

/** An upload into an open file, which it closes in the end. */
export function createUpload({ path, file, size: initial, append, grow, hasher }: UploadOptions): Upload {
  const hash = createRunningHash(file.fd, hasher)
  if (initial > 0) hash.drop()
  let size = initial
  let queue: Piece[] = []
  let draining: Promise<void> | undefined
  let failed: unknown
  let closed: Promise<string | undefined> | undefined

  async function drain(): Promise<void> {
    while (queue.length > 0) {
      const batch = takeBatch()
      try {
        if (failed !== undefined) throw failed
        await writeAll(file, batch)
        for (const { offset, data } of batch) hash.written(offset, data)
        for (const piece of batch) piece.resolve()
      } catch (error) {
        failed ??= error
        for (const piece of batch) piece.reject(error)
      }
    }
    draining = undefined
  }

  function takeBatch(): readonly Piece[] {
    let end = 1
    while (end < queue.length && end < BATCH && isNext(queue[end - 1], queue[end])) end++
    const batch = queue.slice(0, end)
    queue = queue.slice(end)
    return batch
  }

  async function idle(): Promise<void> {
    while (draining) await draining
  }

  /** Resolves with the hash, where there is one. */
  async function close(): Promise<string | undefined> {
    await idle()
    closed ??= hashAndClose()
    return closed
  }

  async function hashAndClose(): Promise<string | undefined> {
    // Also where nobody wants it: the thread must not read a file that is closed.
    const sha256 = await hash.digest(size)
    await file.close()
    return sha256
  }

  return {
    path,
    get size() {
      return size
    },
    write(asked, data) {
      const offset = append ? size : asked
      const end = offset + data.length
      try {
        if (failed !== undefined) throw failed
        if (end > size) grow(end - size)
      } catch (error) {
        failed ??= error
        return Promise.reject(error)
      }
      size = Math.max(size, end)
      return new Promise((resolve, reject) => {
        queue.push({ offset, data, resolve, reject })
        draining ??= drain()
      })
    },
    idle,
    async resize(wanted) {
      await idle()
      if (wanted > size) grow(wanted - size)
      await file.truncate(wanted)
      if (wanted !== size) hash.drop()
      size = wanted
    },
    async sync() {
      await idle()
      await file.sync()
    },
    async finish() {
      await idle()
      const stats = failed === undefined ? await file.stat() : undefined
      const sha256 = await close()
      if (!stats || failed !== undefined) throw failed
      return { size, ino: stats.ino, ...(sha256 !== undefined && { sha256 }) }
    },
    async abandon(reason) {
      failed ??= new GatewayError('FORBIDDEN', reason)
      await close()
    },
  }
}

function isNext(one: Piece | undefined, next: Piece | undefined): boolean {
  return one !== undefined && next !== undefined && one.offset + one.data.length === next.offset
}

async function writeAll(file: FileHandle, batch: readonly Piece[]): Promise<void> {
  const [first] = batch
  if (!first) return
  const buffers = batch.map(({ data }) => data)
  const { bytesWritten } = await file.writev(buffers, first.offset)
  const whole = buffers.reduce((sum, { length }) => sum + length, 0)
  if (bytesWritten < whole) await writeRest(file, Buffer.concat(buffers).subarray(bytesWritten), first.offset + bytesWritten)
}

/** A disk that is nearly full takes a part; the next call says why. */
async function writeRest(file: FileHandle, rest: Buffer, offset: number): Promise<void> {
  for (let at = 0; at < rest.length; ) {
    const { bytesWritten } = await file.write(rest, at, rest.length - at, offset + at)
    if (bytesWritten === 0) throw new GatewayError('STORE_UNAVAILABLE', 'the disk takes nothing more')
    at += bytesWritten
  }
}
