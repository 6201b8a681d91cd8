import type { WasmMemory } from './web-assembly.ts'

/** What stands in wasm's memory, which may grow at any call. */
export interface Heap {
  view(): DataView
  /** A copy. */
  bytes(address: number, length: number): Buffer
  /** Up to its 0. */
  text(address: number): string
  put(address: number, bytes: Uint8Array): void
  /** Each of a list of buffers (struct iovec), until one says that it is the last. */
  eachBuffer(list: number, count: number, take: (address: number, length: number) => boolean): void
}

/** Reads and writes a wasm memory. It is shared, and what takes bytes does not take shared ones: they are copied. */
export function createHeap(memory: WasmMemory): Heap {
  const heap = (): Uint8Array => new Uint8Array(memory.buffer)
  const view = (): DataView => new DataView(memory.buffer)
  const bytes = (address: number, length: number): Buffer => Buffer.from(heap().subarray(address, address + length))
  return {
    view,
    bytes,
    text: address => bytes(address, heap().indexOf(0, address) - address).toString(),
    put: (address, bytes) => heap().set(bytes, address),
    eachBuffer(list, count, take) {
      for (let at = list; at < list + 8 * count; at += 8) {
        if (!take(view().getUint32(at, true), view().getUint32(at + 4, true))) return
      }
    },
  }
}
