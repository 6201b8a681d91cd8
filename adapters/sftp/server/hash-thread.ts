import { createHash, type Hash } from 'node:crypto'
import { readSync } from 'node:fs'
import { parentPort } from 'node:worker_threads'
import type { HashOrder } from './hasher.ts'

// Reads files that other threads of the process have open, as far as they are written, and hashes them.

const piece = Buffer.allocUnsafe(1 << 18)
const files = new Map<number, { readonly hash: Hash; hashed: number }>()

parentPort?.on('message', ({ id, fd, upTo, last }: HashOrder) => {
  const file = files.get(id) ?? { hash: createHash('sha256'), hashed: 0 }
  files.set(id, file)
  const isWhole = read(file, fd, upTo)
  if (!last && isWhole) return
  files.delete(id)
  parentPort?.postMessage({ id, sha256: isWhole ? file.hash.digest('hex') : undefined })
})

/** False where the file has less than it should. */
function read(file: { readonly hash: Hash; hashed: number }, fd: number, upTo: number): boolean {
  try {
    while (file.hashed < upTo) {
      const length = readSync(fd, piece, 0, Math.min(piece.length, upTo - file.hashed), file.hashed)
      if (length === 0) return false
      file.hash.update(piece.subarray(0, length))
      file.hashed += length
    }
    return true
  } catch {
    return false
  }
}
