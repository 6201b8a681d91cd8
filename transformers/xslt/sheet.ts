import type { Libxslt } from './host.ts'
import { type SheetFault, sheetFaults } from './sheet-faults.ts'

/** A stylesheet and the files that it includes, by their names. */
export interface SheetFiles {
  readonly file: string
  readonly files: Readonly<Record<string, Uint8Array>>
}

/** A compiled stylesheet: an address in the library that compiled it. */
export type Compiled = { readonly sheet: number } | { readonly faults: readonly SheetFault[] }

/** What came of a transformation. `spent`: the library is of no more use. */
export type Applied = { readonly bytes: Uint8Array<ArrayBuffer> } | { readonly fault: string; readonly spent?: true }

/** A parameter: its name, and the XPath that is its value. */
export type SheetParam = readonly [name: string, xpath: string]

/** No network, no external entities. */
const OPTIONS = 0x800 | 0x800000
const MAX_OUTPUT_BYTES = 64 * 1024 * 1024
const encoder = new TextEncoder()

/** Compiles a stylesheet; faults where libxslt finds any, also those that it would go on with. */
export function compileSheet(library: Libxslt, file: string, text: Uint8Array): Compiled {
  library.said()
  const document = read(library, text, file)
  const sheet = document === 0 ? 0 : library.call.xsltParseStylesheetDoc(document)
  if (document !== 0 && sheet === 0) library.call.xmlFreeDoc(document)
  const faults = sheetFaults(library.said(), file)
  if (sheet !== 0 && faults.length === 0) return { sheet }
  if (sheet !== 0) library.call.xsltFreeStylesheet(sheet)
  return { faults: faults.length > 0 ? faults : [{ file, message: 'it is no XSLT 1.0 stylesheet' }] }
}

/** Runs a stylesheet on a document in UTF-8. */
export function applySheet(library: Libxslt, sheet: number, input: Uint8Array, params: readonly SheetParam[]): Applied {
  try {
    return apply(library, sheet, input, params)
  } catch (error) {
    return { fault: failureOf(library, error), spent: true }
  }
}

function apply(library: Libxslt, sheet: number, input: Uint8Array, params: readonly SheetParam[]): Applied {
  const { call } = library
  library.said()
  library.refused()
  const document = read(library, input, 'message.xml')
  if (document === 0) return { fault: `the body is no XML that can be read: ${firstLine(library.said())}`, ...spent(library) }
  const result = withParams(library, params, list => call.xsltApplyStylesheet(sheet, document, list))
  call.xmlFreeDoc(document)
  const [refused] = library.refused()
  const bytes = result === 0 || refused !== undefined ? undefined : save(library, result, sheet)
  if (result !== 0) call.xmlFreeDoc(result)
  if (refused !== undefined)
    return { fault: `it asks for ${JSON.stringify(refused)}; a stylesheet that runs reads and writes no files`, ...spent(library) }
  return bytes ? { bytes } : { fault: failureOf(library), ...spent(library) }
}

function spent(library: Libxslt): { readonly spent?: true } {
  return library.exhausted() ? { spent: true } : {}
}

function save(library: Libxslt, result: number, sheet: number): Uint8Array<ArrayBuffer> | undefined {
  const { call, heap } = library
  const buffer = call.xmlAllocOutputBuffer(0)
  if (buffer === 0) return undefined
  const saved = call.xsltSaveResultTo(buffer, result, sheet)
  const size = call.xmlOutputBufferGetSize(buffer)
  const fits = saved >= 0 && size <= MAX_OUTPUT_BYTES
  const bytes = fits ? Uint8Array.from(heap.bytes(call.xmlOutputBufferGetContent(buffer), size)) : undefined
  call.xmlOutputBufferClose(buffer)
  return bytes
}

function read(library: Libxslt, bytes: Uint8Array, name: string): number {
  const address = library.put(bytes)
  const url = library.put(encoder.encode(name))
  const encoding = library.put(encoder.encode('UTF-8'))
  const document = library.call.xmlReadMemory(address, bytes.length, url, encoding, OPTIONS)
  for (const each of [address, url, encoding]) library.call.free(each)
  return document
}

/** Runs with the address of the list of names and values, ended by a 0. */
function withParams(library: Libxslt, params: readonly SheetParam[], run: (list: number) => number): number {
  const texts = params.flat().map(text => library.put(encoder.encode(text)))
  const list = library.call.calloc(texts.length + 1, 4)
  texts.forEach((address, index) => {
    library.heap.view().setUint32(list + 4 * index, address, true)
  })
  try {
    return run(list)
  } finally {
    for (const each of [...texts, list]) library.call.free(each)
  }
}

/** Wasm's stack has ended where a template calls itself without end. */
function failureOf(library: Libxslt, error?: unknown): string {
  if (library.exhausted()) return 'it needs more memory than it may have'
  if (error instanceof Error && /call stack|out of bounds/.test(error.message)) return 'its templates call one another too deep'
  const [first] = sheetFaults(library.said(), '')
  if (first) return [first.file, first.line && `line ${first.line}`, first.message].filter(Boolean).join(' ')
  return error instanceof Error ? error.message : 'it yields nothing that can be written'
}

function firstLine(text: string): string {
  return text.split('\n', 1)[0] ?? ''
}
