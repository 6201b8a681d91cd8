/** Bytes that come in pieces, put together in memory; how many, its user bounds. */
export interface Gathered {
  readonly length: number
  add(piece: Uint8Array): void
  /** All of them, in bytes of their own; it is empty then. */
  take(): Buffer
}

const FIRST = 4_096

/** An empty one. It grows by doubling, so that small pieces cost no more than large ones. */
export function createGathered(): Gathered {
  let buffer = Buffer.allocUnsafe(0)
  let length = 0
  return {
    get length() {
      return length
    },
    add(piece) {
      if (length + piece.length > buffer.length) {
        const larger = Buffer.allocUnsafe(Math.max(FIRST, 2 * (length + piece.length)))
        buffer.copy(larger, 0, 0, length)
        buffer = larger
      }
      buffer.set(piece, length)
      length += piece.length
    },
    take() {
      const all = Buffer.from(buffer.subarray(0, length))
      if (length > 65_536) buffer = Buffer.allocUnsafe(0)
      length = 0
      return all
    },
  }
}
