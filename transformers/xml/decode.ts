import { isAscii } from 'node:buffer'
import { bufferOf, createWhole, faultAt } from '../formats/charset.ts'
import { type Charset, charsetOf } from '../formats/charsets.ts'
import { detectCharset, type Charset as Encoding, tellsCharset } from './charset.ts'
import { placeAfter, unreadable } from './unreadable.ts'

/** What came of some bytes: their text, up to the first that has none. */
export interface Decoded {
  readonly text: string
  /** What is wrong with the bytes behind the text. */
  readonly fault?: string
}

type Step = (chunk: Buffer, last: boolean) => Decoded

const EMPTY = Buffer.alloc(0)
const BOM = 0xfeff

/** The text of a whole document, without its byte order mark. Throws NOT_READABLE with the place for bytes that are not in its charset. */
export function decodeXml(bytes: Uint8Array, contentType?: string): string {
  const buffer = bufferOf(bytes)
  const { charset, mark } = detectCharset(buffer, contentType)
  const body = mark === 0 ? buffer : buffer.subarray(mark)
  const { text, fault } = unmarked(decoded(charset, body))
  if (fault !== undefined) throw unreadable(placeAfter(text), fault)
  return text
}

/** The same for a document that comes in pieces: text up to the first fault; bytes that belong to the next piece are kept. */
export function createXmlDecoder(contentType?: string): (chunk: Uint8Array, last: boolean) => Decoded {
  let head = EMPTY
  let step: Step | undefined
  return (chunk, last) => {
    const bytes = bufferOf(chunk)
    if (step) return step(bytes, last)
    head = Buffer.concat([head, bytes])
    if (!last && !tellsCharset(head)) return { text: '' }
    const { charset, mark } = detectCharset(head, contentType)
    step = stepOf(charset)
    const start = head.subarray(mark)
    head = EMPTY
    return unmarked(step(start, last))
  }
}

/** A second byte order mark is a character, and none that may stand before the root. */
function unmarked(decoded: Decoded): Decoded {
  return decoded.text.charCodeAt(0) === BOM ? { text: '', fault: 'a second byte order mark, which may not stand before the root' } : decoded
}

/** Decodes whole characters only. */
function stepOf(encoding: Encoding): Step {
  const whole = createWhole(charsetOf(encoding === 'us-ascii' ? 'iso-8859-1' : encoding))
  return (chunk, last) => decoded(encoding, whole(chunk, last))
}

function decoded(encoding: Encoding, bytes: Buffer): Decoded {
  if (encoding === 'us-ascii') return decodeAscii(bytes)
  const charset = charsetOf(encoding)
  const text = charset.decode(bytes)
  if (text !== undefined) return { text }
  const at = faultAt(charset, bytes)
  return { text: charset.decode(bytes.subarray(0, at)) ?? '', fault: faultIn(charset, bytes, at) }
}

function faultIn({ name, width }: Charset, bytes: Buffer, at: number): string {
  if (width === 2)
    return at + 1 < bytes.length ? 'half of a surrogate pair, which is no character' : 'the last character of UTF-16 has one byte'
  if (name === 'utf-8') return `the bytes are not UTF-8 (${hex(bytes[at])} stands where a character should)`
  return `byte ${hex(bytes[at])} has no character in ${name}`
}

function decodeAscii(bytes: Buffer): Decoded {
  if (isAscii(bytes)) return { text: bytes.toString('latin1') }
  const at = bytes.findIndex(byte => byte > 0x7f)
  return { text: bytes.toString('latin1', 0, at), fault: `byte ${hex(bytes[at])} is not US-ASCII` }
}

function hex(byte = 0): string {
  return `0x${byte.toString(16).padStart(2, '0')}`
}
