import { GatewayError } from '../../../gateway/errors.ts'

/** As OpenSSH has it: the largest packet that a client may send. */
export const MAX_PACKET = 256 * 1_024
/** Smaller ones cost the collector little. */
const POOLED = 8_192
/** What a session keeps for its next packets. */
const KEPT_BYTES = 4 * 1_024 * 1_024

/** Makes packets (type first, without their length) of the pieces of a stream. */
export interface Splitter {
  /** Throws BAD_REQUEST for a packet that is empty or too large. */
  add(piece: Buffer): void
  /** Nobody uses the packet any more: another may come in its place. */
  release(packet: Buffer): void
}

/** A splitter that gives each packet to `take`. */
export function createSplitter(take: (packet: Buffer) => void): Splitter {
  const head = Buffer.alloc(4)
  const pool = createPool()
  let headLength = 0
  let packet: Buffer | undefined
  let filled = 0

  function begin(length: number): Buffer {
    if (length < 1 || length > MAX_PACKET) {
      throw new GatewayError('BAD_REQUEST', `a packet of ${length} bytes; allowed are 1 to ${MAX_PACKET}`)
    }
    return pool.get(length)
  }

  return {
    release: pool.put,
    add(piece) {
      let at = 0
      while (at < piece.length) {
        if (!packet) {
          const copied = piece.copy(head, headLength, at, at + 4 - headLength)
          headLength += copied
          at += copied
          if (headLength < 4) return
          packet = begin(head.readUInt32BE(0))
          filled = 0
        }
        const copied = piece.copy(packet, filled, at)
        filled += copied
        at += copied
        if (filled < packet.length) return
        const whole = packet
        packet = undefined
        headLength = 0
        take(whole)
      }
    },
  }
}

/** Buffers of packets that were used before, by powers of two. */
function createPool() {
  const free = new Map<number, ArrayBufferLike[]>()
  let keptBytes = 0
  return {
    get(length: number): Buffer {
      if (length < POOLED) return Buffer.allocUnsafe(length)
      const size = 2 ** Math.ceil(Math.log2(length))
      const memory = free.get(size)?.pop()
      if (!memory) return Buffer.allocUnsafeSlow(size).subarray(0, length)
      keptBytes -= size
      return Buffer.from(memory, 0, length)
    },
    put({ buffer, length }: Buffer): void {
      const size = buffer.byteLength
      if (length < POOLED || keptBytes + size > KEPT_BYTES) return
      keptBytes += size
      const kept = free.get(size) ?? []
      kept.push(buffer)
      free.set(size, kept)
    },
  }
}
