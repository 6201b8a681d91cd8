import type { Meter } from './limits.ts'
import { asUnreadable } from './packed.ts'

/** Bytes whose reader may stop in the middle, so that somebody else reads the rest. */
export function keptOpen(bytes: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
  const iterator = bytes[Symbol.asyncIterator]()
  return { [Symbol.asyncIterator]: () => ({ next: () => iterator.next() }) }
}

/** The bytes that a library unpacks, each piece told to the meter first. `what`: for its errors. */
export async function* metered(bytes: AsyncIterable<Uint8Array>, meter: Meter, what: string): AsyncIterable<Uint8Array> {
  try {
    for await (const piece of bytes) {
      meter.unpacked(piece.length)
      yield piece
    }
  } catch (error) {
    throw asUnreadable(error, what)
  }
}

/** Counts the zeros at the end of what passes. */
export interface ZeroCount {
  watch(bytes: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array>
  count(): number
}

/** A count that begins at nothing. */
export function createZeroCount(): ZeroCount {
  let zeros = 0
  async function* watch(bytes: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
    for await (const piece of bytes) {
      const last = piece.findLastIndex(byte => byte !== 0)
      zeros = last < 0 ? zeros + piece.length : piece.length - 1 - last
      yield piece
    }
  }
  return { watch, count: () => zeros }
}

/** What a stream of bytes gives whose type does not say so. */
export async function* bytesOf(stream: AsyncIterable<unknown>): AsyncIterable<Uint8Array> {
  for await (const piece of stream) if (piece instanceof Uint8Array) yield piece
}
