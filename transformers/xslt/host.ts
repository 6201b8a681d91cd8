import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { createHeap, type Heap } from './heap.ts'
import { createFileCalls, type HostCalls, type HostFiles } from './host-files.ts'
import { Instance, Memory, Module, PAGE_BYTES, type WasmImports, type WasmMemory, type WasmModule } from './web-assembly.ts'

/** libxslt in wasm (libxslt-wasm's binary), in a world of our own: what it asks of an operating system is here, and that is all there is. */
export interface Libxslt {
  readonly call: Calls
  readonly heap: Heap
  memoryBytes(): number
  /** What it wrote to stderr since the last time: its errors and the stylesheet's messages. */
  said(): string
  /** Files that it asked for since the last time and was not given. */
  refused(): readonly string[]
  /** It once asked for more memory than it may have. */
  exhausted(): boolean
  /** The address of a copy that is ended by a 0, for the caller to free. */
  put(bytes: Uint8Array): number
}

type Address = number

/** The functions of libxml2 and libxslt that are used; addresses are of the wasm memory, 0 is none. */
export interface Calls {
  malloc(size: number): Address
  calloc(count: number, size: number): Address
  free(address: Address): void
  xmlReadMemory(bytes: Address, length: number, url: Address, encoding: Address, options: number): Address
  xmlFreeDoc(document: Address): void
  xsltParseStylesheetDoc(document: Address): Address
  xsltFreeStylesheet(sheet: Address): void
  xsltApplyStylesheet(sheet: Address, document: Address, params: Address): Address
  xsltSaveResultTo(buffer: Address, result: Address, sheet: Address): number
  xmlAllocOutputBuffer(encoder: Address): Address
  xmlOutputBufferGetContent(buffer: Address): Address
  xmlOutputBufferGetSize(buffer: Address): number
  xmlOutputBufferClose(buffer: Address): number
}

interface Exports extends Calls {
  __wasm_call_ctors(): void
  _emscripten_thread_init(thread: number, main: number, runtime: number, block: number, stack: number, profiling: number): void
  _emscripten_tls_init(): void
  _emscripten_stack_restore(address: Address): void
  exsltCommonRegister(): void
  exsltMathRegister(): void
  exsltSetsRegister(): void
  exsltFuncRegister(): void
  exsltStrRegister(): void
  exsltDateRegister(): void
}

const INITIAL_PAGES = 256
/** The binary's own stack has 64 KB with data below it, which a deep recursion would overwrite. Here libxslt's own bounds, or the thread's stack, end it first. */
const STACK_BYTES = 16 * 1024 * 1024

let compiled: WasmModule | undefined

/** A fresh library, ready in some 2 ms once its code is compiled. `files` gives what it may open; nothing reaches a disk or a network. */
export function createLibxslt(files: HostFiles, maxMemoryBytes: number): Libxslt {
  compiled ??= new Module(readFileSync(createRequire(import.meta.url).resolve('libxslt-wasm/output/libxslt.wasm')))
  const memory = new Memory({ initial: INITIAL_PAGES, maximum: maxMemoryBytes / PAGE_BYTES, shared: true })
  const heap = createHeap(memory)
  const file = createFileCalls(heap, files)
  const room = createRoom(memory)
  const calls = { ...systemCalls(heap), ...file.calls, ...room.calls, ...startCalls(() => library) }
  const library = new Instance(compiled, importsOf(compiled, memory, calls)).exports as Exports
  start(library)
  return {
    call: library,
    heap,
    memoryBytes: () => memory.buffer.byteLength,
    said: file.said,
    refused: file.refused,
    exhausted: room.exhausted,
    put(bytes) {
      const address = library.malloc(bytes.length + 1)
      if (address === 0) throw new RangeError('no memory is left')
      heap.put(address, bytes)
      heap.view().setUint8(address + bytes.length, 0)
      return address
    },
  }
}

/** EXSLT without what runs texts as XPath (dynamic, saxon). */
function start(library: Exports): void {
  library.__wasm_call_ctors()
  library._emscripten_stack_restore(library.malloc(STACK_BYTES) + STACK_BYTES)
  library.exsltCommonRegister()
  library.exsltMathRegister()
  library.exsltSetsRegister()
  library.exsltFuncRegister()
  library.exsltStrRegister()
  library.exsltDateRegister()
}

/** What the library was built to ask and nothing here answers does nothing: bindings of C++, other threads. */
function importsOf(module: WasmModule, memory: WasmMemory, calls: HostCalls): WasmImports {
  const imports: WasmImports = {}
  for (const { module: from, name } of Module.imports(module)) {
    imports[from] ??= {}
    imports[from][name] = name === 'memory' ? memory : (calls[name] ?? (() => 0))
  }
  return imports
}

/** It was built for several threads; this one is its first and only. */
function startCalls(library: () => Exports): HostCalls {
  return {
    _emscripten_init_main_thread_js(thread: number) {
      library()._emscripten_thread_init(thread, 1, 1, 1, PAGE_BYTES, 0)
      library()._emscripten_tls_init()
    },
  }
}

function createRoom(memory: WasmMemory): { exhausted(): boolean; readonly calls: HostCalls } {
  let exhausted = false
  function grow(size: number): number {
    try {
      memory.grow(Math.ceil(((size >>> 0) - memory.buffer.byteLength) / PAGE_BYTES))
      return 1
    } catch {
      exhausted = true
      return 0
    }
  }
  return { exhausted: () => exhausted, calls: { emscripten_resize_heap: grow } }
}

/** A clock in UTC, and no environment. */
function systemCalls(heap: Heap): HostCalls {
  const inUtc = (seconds: bigint, result: number): void => writeTime(heap.view(), result, new Date(Number(seconds) * 1_000))
  return {
    emscripten_get_now: () => performance.now(),
    emscripten_date_now: () => Date.now(),
    clock_time_get(_id: number, _precision: bigint, result: number) {
      heap.view().setBigUint64(result, BigInt(Date.now()) * 1_000_000n, true)
      return 0
    },
    environ_sizes_get(count: number, size: number) {
      heap.view().setUint32(count, 0, true)
      heap.view().setUint32(size, 0, true)
      return 0
    },
    _gmtime_js: inUtc,
    _localtime_js: inUtc,
    _abort_js: ended,
    exit: ended,
  }
}

function ended(): never {
  throw new RangeError('libxslt gave up')
}

/** A struct tm: seconds, minutes, hours, day, month from 0, years since 1900, day of the week, day of the year, no daylight saving, no offset. */
function writeTime(view: DataView, address: number, time: Date): void {
  const year = time.getUTCFullYear()
  const dayOfYear = Math.floor((time.getTime() - Date.UTC(year, 0, 1)) / 86_400_000)
  const clock = [time.getUTCSeconds(), time.getUTCMinutes(), time.getUTCHours()]
  const date = [time.getUTCDate(), time.getUTCMonth(), year - 1900, time.getUTCDay(), dayOfYear]
  for (const [index, value] of [...clock, ...date, 0, 0].entries()) view.setInt32(address + 4 * index, value, true)
}
