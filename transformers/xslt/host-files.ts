import type { Heap } from './heap.ts'

/** Gives the bytes of a file that may be opened; undefined for all others. */
export type HostFiles = (name: string) => Uint8Array | undefined

export type HostCalls = Readonly<Record<string, (...args: never[]) => unknown>>

/** The calls by which files are read, and what became of them. */
export interface FileCalls {
  readonly calls: HostCalls
  /** What was written to stderr since the last time. */
  said(): string
  /** What was to be opened since the last time and may not be. */
  refused(): readonly string[]
}

interface Open {
  readonly bytes: Uint8Array
  at: number
}

// WASI's error numbers, and musl's, which are negative.
const BAD_FILE = 8
const NOT_SEEKABLE = 70
const NO_ENTRY = -44
const NOT_A_TERMINAL = -59
const WRITES = 0x3
const MAX_SAID = 16_384
/** libxml2 looks for it of its own accord. */
const CATALOG = /(^|\/)etc\/xml\/catalog$/

/** Files that can be read and no other; nothing can be written but a text that is kept. */
export function createFileCalls(heap: Heap, files: HostFiles): FileCalls {
  const reading = createReading(heap)
  let said = ''
  let refused: string[] = []

  function openFile(_folder: number, path: number, flags: number): number {
    const name = heap.text(path)
    if (CATALOG.test(name)) return NO_ENTRY
    const bytes = (flags & WRITES) === 0 ? files(name) : undefined
    if (bytes) return reading.open(bytes)
    refused.push(name)
    return NO_ENTRY
  }

  function write(_file: number, list: number, count: number, result: number): number {
    let total = 0
    heap.eachBuffer(list, count, (address, length) => {
      if (said.length < MAX_SAID) said += heap.bytes(address, length).toString()
      total += length
      return true
    })
    heap.view().setUint32(result, total, true)
    return 0
  }

  function noNetwork(url: number, buffer: number, length: number, error: number): void {
    refused.push(heap.text(url))
    heap.view().setUint32(buffer, 0, true)
    heap.view().setUint32(length, 0, true)
    heap.view().setUint32(error, 404, true)
  }

  const calls = {
    ...reading.calls,
    fd_write: write,
    fd_seek: () => NOT_SEEKABLE,
    __syscall_openat: openFile,
    __syscall_stat64: () => NO_ENTRY,
    __syscall_mkdirat: () => NO_ENTRY,
    __syscall_ioctl: () => NOT_A_TERMINAL,
    __asyncjs__fetchBytes: noNetwork,
  }
  return {
    calls,
    said() {
      const text = said
      said = ''
      return text
    },
    refused() {
      const names = refused
      refused = []
      return names
    },
  }
}

function createReading(heap: Heap): { open(bytes: Uint8Array): number; readonly calls: HostCalls } {
  const files = new Map<number, Open>()
  let last = 10
  function read(file: number, list: number, count: number, result: number): number {
    const source = files.get(file)
    if (!source) return BAD_FILE
    const start = source.at
    heap.eachBuffer(list, count, (address, length) => {
      const part = source.bytes.subarray(source.at, source.at + length)
      heap.put(address, part)
      source.at += part.length
      return part.length === length
    })
    heap.view().setUint32(result, source.at - start, true)
    return 0
  }
  function again(file: number): number {
    const source = files.get(file)
    if (!source) return -BAD_FILE
    files.set(++last, source)
    return last
  }
  return {
    open(bytes) {
      files.set(++last, { bytes, at: 0 })
      return last
    },
    calls: {
      fd_read: read,
      fd_close: (file: number) => (files.delete(file) ? 0 : BAD_FILE),
      __syscall_dup: again,
    },
  }
}
