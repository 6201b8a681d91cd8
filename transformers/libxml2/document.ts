import { GatewayError } from '../../gateway/errors.ts'
import { detectCharset } from '../xml/charset.ts'
import { decodeXml } from '../xml/decode.ts'
import type { XmlHandler } from '../xml/events.ts'
import { readXml } from '../xml/reader.ts'
import { libxml2, readError, withBytes, withText } from './library.ts'

/** The library's heap grows to what the largest document needs, and stays so. */
const MAX_BYTES = 32 * 1024 * 1024
/** A document of this size cannot have so many nodes that it harms; a larger one is read with our own bounds first. */
const HARMLESS_BYTES = 256 * 1024

/** No network, no external entities, no text on stderr, lines beyond 65,535. */
const OPTIONS = 0x800 | 0x800000 | 0x20 | 0x40 | 0x400000 | 0x10000
const DECLARES_1_0 = /^<\?xml[ \t\r\n]+version[ \t\r\n]*=[ \t\r\n]*(?:"1\.0"|'1\.0')/

const NOTHING: XmlHandler = { open() {}, text() {}, close() {} }

/** Bytes of XML, and what was said of them. */
export interface XmlBytes {
  readonly bytes: Uint8Array
  readonly contentType?: string | undefined
  /** Where it came from: what it refers to is named from there. */
  readonly url?: string
}

/** Runs with a document, which is gone afterwards. Throws as parseDocument does. */
export function withDocument<T>(source: XmlBytes, use: (document: number) => T): T {
  const document = parseDocument(source)
  try {
    return use(document)
  } finally {
    libxml2()._xmlFreeDoc(document)
  }
}

/** The document as libxml2 has it, for the caller to free. Throws NOT_READABLE with the place where it is not well-formed, has a DOCTYPE or exceeds a bound; TOO_LARGE. */
export function parseDocument(source: XmlBytes): number {
  const document = parse(inUtf8(source), source.url)
  if (document !== 0) return document
  checkReadable(source)
  const library = libxml2()
  const last = library._xmlGetLastError()
  const { message, line } = last === 0 ? { message: 'it is not well-formed', line: 1 } : readError(library, last)
  const text = message.trim()
  throw new GatewayError('NOT_READABLE', `line ${line}: ${text}`, { errors: [{ line, message: text }] })
}

/** The bytes of the same document in UTF-8, checked where they look as if there were more to them than elements. Throws NOT_READABLE, TOO_LARGE. */
export function inUtf8(source: XmlBytes): Uint8Array {
  const { bytes, contentType } = source
  if (bytes.length > MAX_BYTES) {
    throw new GatewayError('TOO_LARGE', `the XML has ${bytes.length} bytes; at most ${MAX_BYTES} can be validated, transformed or searched`)
  }
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const { charset, mark } = detectCharset(buffer, contentType)
  const utf8 = charset === 'utf-8' ? buffer.subarray(mark) : Buffer.from(decodeXml(bytes, contentType))
  if (utf8.length > HARMLESS_BYTES || utf8.includes('<!DOCTYPE') || declaresOther(utf8)) checkReadable(source)
  return utf8
}

/** Throws NOT_READABLE where our own reader does: for what libxml2 takes and we do not, and for the places of errors. */
export function checkReadable({ bytes, contentType }: XmlBytes): void {
  readXml(bytes, NOTHING, contentType === undefined ? {} : { contentType })
}

function declaresOther(utf8: Buffer): boolean {
  return utf8[0] === 0x3c && utf8[1] === 0x3f && !DECLARES_1_0.test(utf8.toString('latin1', 0, 80))
}

function parse(utf8: Uint8Array, url = ''): number {
  const library = libxml2()
  const context = library._xmlNewParserCtxt()
  const read = (address: number, base: number): number =>
    withText(library, 'UTF-8', encoding => library._xmlCtxtReadMemory(context, address, utf8.length, base, encoding, OPTIONS))
  try {
    return withBytes(library, utf8, address => (url === '' ? read(address, 0) : withText(library, url, base => read(address, base))))
  } finally {
    library._xmlFreeParserCtxt(context)
  }
}
