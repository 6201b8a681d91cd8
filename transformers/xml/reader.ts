import { loneSurrogate } from './characters.ts'
import { createXmlDecoder, decodeXml } from './decode.ts'
import { type XmlLimits, xmlLimits } from './limits.ts'
import { openTextReader, type XmlReaderHandler } from './parse.ts'
import { placeAfter, unreadable } from './unreadable.ts'

export { type XmlLimits, xmlLimits } from './limits.ts'
export type { XmlReaderHandler } from './parse.ts'

export interface XmlReaderOptions {
  /** Of the bytes: its charset parameter counts before the encoding that the document declares. */
  readonly contentType?: string
  readonly limits?: Partial<XmlLimits>
}

/** Reads a document that comes in pieces. */
export interface XmlReader {
  /** The chunk may be used again afterwards. Throws as readXml does; after that no more is taken. */
  write(chunk: Uint8Array): void
  end(): void
}

/** Reads a whole document. Throws NOT_READABLE with line and column where it is not well-formed (XML 1.0, Namespaces in XML 1.0), in another charset than it says, has a DOCTYPE or exceeds a limit; and whatever the handler throws. */
export function readXml(source: Uint8Array | string, handler: XmlReaderHandler, { contentType, limits }: XmlReaderOptions = {}): void {
  const reader = openTextReader(handler, boundsOf(limits))
  reader.write(typeof source === 'string' ? checkedText(source) : decodeXml(source, contentType))
  reader.end()
}

function checkedText(text: string): string {
  const lone = loneSurrogate(text)
  if (lone >= 0) throw unreadable(placeAfter(text.slice(0, lone)), 'half of a surrogate pair, which is no character')
  return text
}

/** Reads a document while it arrives; what it holds at a time is one chunk, and one text or tag within the limits. */
export function createXmlReader(handler: XmlReaderHandler, { contentType, limits }: XmlReaderOptions = {}): XmlReader {
  const reader = openTextReader(handler, boundsOf(limits))
  const decode = createXmlDecoder(contentType)
  let failure: { readonly error: unknown } | undefined

  function take(chunk: Uint8Array, last: boolean): void {
    if (failure) throw failure.error
    try {
      const { text, fault } = decode(chunk, last)
      reader.write(text)
      if (fault !== undefined) reader.fail(fault)
      if (!last) return
      reader.end()
      failure = { error: new TypeError('the document has ended') }
    } catch (error) {
      failure = { error }
      throw error
    }
  }
  return { write: chunk => take(chunk, false), end: () => take(EMPTY, true) }
}

const EMPTY = new Uint8Array()

function boundsOf(limits: Partial<XmlLimits> | undefined): XmlLimits {
  return limits === undefined ? xmlLimits : { ...xmlLimits, ...limits }
}
