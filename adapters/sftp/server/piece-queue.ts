import type { FileHandle } from 'node:fs/promises'
import { GatewayError } from '../../../gateway/errors.ts'

/** So many pieces go to the disk in one call. */
const BATCH = 64

interface Piece {
  readonly offset: number
  readonly data: Buffer
  resolve(): void
  reject(error: unknown): void
}

/** Pieces on their way to a file, in the order in which they came. */
export interface PieceQueue {
  /** Resolves when the piece is written (not yet synced). Pieces that lie one after the other go together. */
  push(offset: number, data: Buffer): Promise<void>
  /** Resolves when all pieces so far are written, or have failed. */
  idle(): Promise<void>
  /** From now on every piece fails with this, unless one has failed before. */
  fail(error: unknown): void
  /** What the first piece failed with; undefined while all is well. */
  readonly failed: unknown
}

/** The queue of a file that is open for writing; `written` is told of each piece. */
export function createPieceQueue(file: FileHandle, written: (offset: number, data: Buffer) => void): PieceQueue {
  let queue: Piece[] = []
  let draining: Promise<void> | undefined
  let failed: unknown

  async function drain(): Promise<void> {
    while (queue.length > 0) {
      const batch = queue.slice(0, runOf(queue))
      queue = queue.slice(batch.length)
      try {
        if (failed !== undefined) throw failed
        await writeAll(file, batch)
        for (const { offset, data } of batch) written(offset, data)
        for (const piece of batch) piece.resolve()
      } catch (error) {
        failed ??= error
        for (const piece of batch) piece.reject(error)
      }
    }
    draining = undefined
  }

  return {
    get failed() {
      return failed
    },
    push: (offset, data) =>
      new Promise((resolve, reject) => {
        queue.push({ offset, data, resolve, reject })
        draining ??= drain()
      }),
    async idle() {
      while (draining) await draining
    },
    fail(error) {
      failed ??= error
    },
  }
}

/** How many pieces from the first on lie one after the other. */
function runOf(queue: readonly Piece[]): number {
  let end = 1
  while (end < queue.length && end < BATCH && isNext(queue[end - 1], queue[end])) end++
  return end
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
