import { GatewayError } from '../../gateway/errors.ts'
import { parseDocument, type XmlBytes } from './document.ts'
import { isLoaded, type Library, libxml2, readError, takeText, withText } from './library.ts'

/** What an XPath yields: of a node-set the text of its first node in document order, undefined where it is empty. */
export type XPathValue = string | number | boolean | undefined

interface Opened {
  readonly bytes: Uint8Array
  readonly document: number
  readonly context: number
}

const MAX_COMPILED = 500
const compiled = new Map<string, number>()
let opened: Opened | undefined

/** What is wrong with the text of an XPath 1.0; undefined for nothing, and where libxml2 is not loaded. */
export function xpathFault(text: string): string | undefined {
  if (!isLoaded()) return undefined
  try {
    compile(libxml2(), text)
    return undefined
  } catch (error) {
    return error instanceof SyntaxError ? error.message : String(error)
  }
}

/** Evaluates an XPath 1.0 on bytes of XML, which are parsed once for all that ask in the same turn. Throws NOT_READABLE and TOO_LARGE for the bytes, SyntaxError for the XPath. */
export function evaluateXPath(source: XmlBytes, text: string, namespaces: Readonly<Record<string, string>>): XPathValue {
  const library = libxml2()
  const expression = compile(library, text)
  const { context } = open(library, source)
  for (const [prefix, uri] of Object.entries(namespaces)) {
    withText(library, prefix, name => withText(library, uri, value => library._xmlXPathRegisterNs(context, name, value)))
  }
  const found = library._xmlXPathCompiledEval(expression, context)
  if (found === 0) throw new SyntaxError(lastError(library))
  try {
    return valueAt(library, found)
  } finally {
    library._xmlXPathFreeObject(found)
  }
}

function compile(library: Library, text: string): number {
  const known = compiled.get(text)
  if (known !== undefined) return known
  const made = withText(library, text, address => library._xmlXPathCtxtCompile(0, address))
  if (made === 0) throw new SyntaxError(lastError(library))
  if (compiled.size >= MAX_COMPILED) forget(library)
  compiled.set(text, made)
  return made
}

function forget(library: Library): void {
  for (const address of compiled.values()) library._xmlXPathFreeCompExpr(address)
  compiled.clear()
}

/** The library's memory is not the collector's: what is parsed is freed when the turn ends, or another document comes. */
function open(library: Library, source: XmlBytes): Opened {
  if (opened?.bytes === source.bytes) return opened
  if (opened) close()
  else setImmediate(close)
  const document = parseDocument(source)
  opened = { bytes: source.bytes, document, context: library._xmlXPathNewContext(document) }
  return opened
}

function close(): void {
  if (!opened) return
  const { document, context } = opened
  opened = undefined
  libxml2()._xmlXPathFreeContext(context)
  libxml2()._xmlFreeDoc(document)
}

function lastError(library: Library): string {
  const last = library._xmlGetLastError()
  return last === 0 ? 'it is no XPath 1.0' : readError(library, last).message.trim()
}

/** A struct xmlXPathObject of libxml2 2.14, in wasm's 32 bits. */
function valueAt(library: Library, object: number): XPathValue {
  const type = library.getValue(object, 'i32')
  if (type === 1) return firstText(library, library.getValue(object + 4, '*'))
  if (type === 2) return library.getValue(object + 8, 'i32') !== 0
  if (type === 3) return library.getValue(object + 16, 'double')
  if (type === 4) return library.UTF8ToString(library.getValue(object + 24, '*'))
  throw new GatewayError('INTERNAL', `libxml2 yields an object of kind ${type}`)
}

/** libxml2 gives node-sets of paths in document order. */
function firstText(library: Library, nodes: number): string | undefined {
  if (nodes === 0 || library.getValue(nodes, 'i32') === 0) return undefined
  const first = library.getValue(library.getValue(nodes + 8, '*'), '*')
  return takeText(library, library._xmlNodeGetContent(first))
}
