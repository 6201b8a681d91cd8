/** As much of the WebAssembly JavaScript API (W3C) as is used here: TypeScript has its types only with those of a browser. */
export interface WasmMemory {
  readonly buffer: ArrayBuffer
  /** By pages of 64 KB; throws where that is beyond the maximum. */
  grow(pages: number): number
}

export interface WasmModule {
  readonly [Symbol.toStringTag]: string
}

export type WasmImports = Record<string, Record<string, unknown>>

interface Api {
  readonly Memory: new (options: { initial: number; maximum: number; shared: boolean }) => WasmMemory
  readonly Module: {
    new (bytes: Uint8Array): WasmModule
    imports(module: WasmModule): readonly { readonly module: string; readonly name: string }[]
  }
  readonly Instance: new (module: WasmModule, imports: WasmImports) => { readonly exports: unknown }
}

export const { Memory, Module, Instance } = (globalThis as unknown as { readonly WebAssembly: Api }).WebAssembly

/** Bytes of a page of memory. */
export const PAGE_BYTES = 65_536
