import type { LibXml2 } from 'libxml2-wasm/lib/libxml2raw.mjs'

/** The wasm instance of libxml2 that all validators and XPaths of this process share. Pointers are its addresses; who makes one frees it. */
export type Library = LibXml2

interface HostOptions {
  /** Gets one byte of what the library says of its own accord; its errors are asked for instead. */
  readonly stderr: () => void
}

/** One error as libxml2 tells it (struct xmlError). */
export interface LibraryError {
  readonly message: string
  /** 1 is a warning. */
  readonly level: number
  readonly file: string
  readonly line: number
  /** The node that it is about; 0 for none. */
  readonly node: number
}

let library: Library | undefined

/** Loads libxml2, which takes some 30 ms and 15 MB: only for projects that need it, before their routes are compiled. Resolves at once where it is loaded. */
export async function loadLibxml2(): Promise<void> {
  if (library) return
  const { default: moduleLoader } = await import('libxml2-wasm/lib/libxml2raw.mjs')
  const load: (options: HostOptions) => Promise<Library> = moduleLoader
  const loaded = await load({ stderr: () => {} })
  if (library) return
  loaded._xmlInitParser()
  library = loaded
}

/** The library; throws Error where it is not loaded. */
export function libxml2(): Library {
  if (library) return library
  throw new Error('libxml2 is not loaded: prepareTransformers(project) comes before the routes are compiled')
}

export function isLoaded(): boolean {
  return library !== undefined
}

/** Runs with the address of a text in UTF-8, which is gone afterwards. */
export function withText<T>({ _malloc, _free, lengthBytesUTF8, stringToUTF8 }: Library, text: string, use: (address: number) => T): T {
  const length = lengthBytesUTF8(text) + 1
  const address = _malloc(length)
  stringToUTF8(text, address, length)
  try {
    return use(address)
  } finally {
    _free(address)
  }
}

/** Runs with the address of a copy of the bytes, which is gone afterwards. */
export function withBytes<T>(library: Library, bytes: Uint8Array, use: (address: number) => T): T {
  const address = library._malloc(bytes.length + 1)
  if (address === 0) throw new RangeError('libxml2 has no memory left for the document')
  library.HEAPU8.set(bytes, address)
  library.HEAPU8[address + bytes.length] = 0
  try {
    return use(address)
  } finally {
    library._free(address)
  }
}

/** The text at an address, which is freed. */
export function takeText(library: Library, address: number): string {
  if (address === 0) return ''
  const text = library.UTF8ToString(address)
  library._free(address)
  return text
}

/** A struct xmlError of libxml2 2.14, in wasm's 32 bits. */
export function readError(library: Library, address: number): LibraryError {
  const text = (offset: number): string => library.UTF8ToString(library.getValue(address + offset, '*'))
  const number = (offset: number): number => library.getValue(address + offset, 'i32')
  return { message: text(8), level: number(12), file: text(16), line: number(20), node: number(48) }
}
