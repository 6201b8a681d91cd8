import { isAscii, isUtf8 } from 'node:buffer'
import { loneSurrogate } from './characters.ts'
import { type Charset, detectCharset, tellsCharset } from './charset.ts'
import { placeAfter, unreadable } from './unreadable.ts'

/** What came of some bytes: their text, up to the first that has none. */
export interface Decoded {
  readonly text: string
  /** What is wrong with the bytes behind the text. */
  readonly fault?: string
}

type Step = (bytes: Buffer, last: boolean) => Decoded

const EMPTY = Buffer.alloc(0)
const BOM = 0xfeff

/** The text of a whole document, without its byte order mark. Throws NOT_READABLE with the place for bytes that are not in its charset. */
export function decodeXml(bytes: Uint8Array, contentType?: string): string {
  const buffer = view(bytes)
  const { charset, mark } = detectCharset(buffer, contentType)
  const body = mark === 0 ? buffer : buffer.subarray(mark)
  const { text, fault } = unmarked(charset === 'utf-8' ? decodeUtf8(body) : steps[charset]()(body, true))
  if (fault !== undefined) throw unreadable(placeAfter(text), fault)
  return text
}

/** The same for a document that comes in pieces: text up to the first fault; bytes that belong to the next piece are kept. */
export function createXmlDecoder(contentType?: string): (chunk: Uint8Array, last: boolean) => Decoded {
  let head = EMPTY
  let step: Step | undefined
  return (chunk, last) => {
    const bytes = view(chunk)
    if (step) return step(bytes, last)
    head = Buffer.concat([head, bytes])
    if (!last && !tellsCharset(head)) return { text: '' }
    const { charset, mark } = detectCharset(head, contentType)
    step = steps[charset]()
    const start = head.subarray(mark)
    head = EMPTY
    return unmarked(step(start, last))
  }
}

function view(bytes: Uint8Array): Buffer {
  return Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}

/** A second byte order mark is a character, and none that may stand before the root. */
function unmarked(decoded: Decoded): Decoded {
  return decoded.text.charCodeAt(0) === BOM ? { text: '', fault: 'a second byte order mark, which may not stand before the root' } : decoded
}

const steps: Readonly<Record<Charset, () => Step>> = {
  'utf-8': () => inWhole(utf8End, decodeUtf8),
  'utf-16le': () => inWhole(utf16End(1), decodeUtf16),
  'utf-16be': () => inWhole(utf16End(0), bytes => decodeUtf16(bytes.length % 2 === 0 ? Buffer.from(bytes).swap16() : swapped(bytes))),
  'iso-8859-1': () => bytes => ({ text: bytes.toString('latin1') }),
  'windows-1252': () => decode1252,
  'us-ascii': () => decodeAscii,
}

/** Decodes whole characters only, and keeps the bytes of the last, unfinished one. */
function inWhole(endOf: (bytes: Buffer) => number, decode: (bytes: Buffer) => Decoded): Step {
  let kept = EMPTY
  return (chunk, last) => {
    const bytes = kept.length === 0 ? chunk : Buffer.concat([kept, chunk])
    const end = last ? bytes.length : endOf(bytes)
    kept = end === bytes.length ? EMPTY : Buffer.from(bytes.subarray(end))
    return decode(bytes.subarray(0, end))
  }
}

function utf8End(bytes: Buffer): number {
  const { length } = bytes
  for (let back = 1; back <= 3 && back <= length; back++) {
    const byte = bytes[length - back] ?? 0
    if ((byte & 0xc0) === 0x80) continue
    const needs = byte < 0xc2 || byte > 0xf4 ? 1 : byte < 0xe0 ? 2 : byte < 0xf0 ? 3 : 4
    return needs > back ? length - back : length
  }
  return length
}

function decodeUtf8(bytes: Buffer): Decoded {
  if (isAscii(bytes)) return { text: bytes.toString('latin1') }
  if (isUtf8(bytes)) return { text: bytes.toString('utf8') }
  const again = Buffer.from(bytes.toString('utf8'))
  let at = 0
  while (again[at] === bytes[at]) at++
  const good = bytes.subarray(0, at)
  return {
    text: bytes.toString('utf8', 0, utf8End(good)),
    fault: `the bytes are not UTF-8 (0x${hex(bytes[at])} stands where a character should)`,
  }
}

/** `high`: which byte of a unit is its high one. Half a surrogate pair waits for its other half. */
function utf16End(high: 0 | 1): (bytes: Buffer) => number {
  return bytes => {
    const end = bytes.length - (bytes.length % 2)
    const unit = bytes[end - 2 + high] ?? 0
    return end >= 2 && unit >= 0xd8 && unit <= 0xdb ? end - 2 : end
  }
}

function decodeUtf16(bytes: Buffer): Decoded {
  const text = bytes.toString('utf16le')
  const lone = loneSurrogate(text)
  if (lone >= 0) return { text: text.slice(0, lone), fault: 'half of a surrogate pair, which is no character' }
  return bytes.length % 2 === 0 ? { text } : { text, fault: 'the last character of UTF-16 has one byte' }
}

function swapped(bytes: Buffer): Buffer {
  const even = Buffer.from(bytes.subarray(0, bytes.length - 1)).swap16()
  return Buffer.concat([even, bytes.subarray(-1)])
}

const HIGH_1252 = '€\u0081‚ƒ„…†‡ˆ‰Š‹Œ\u008dŽ\u008f\u0090‘’“”•–—˜™š›œ\u009džŸ'
// The bytes by which it differs from ISO-8859-1, and those of them that have no character.
const C1 = /[\x80-\x9f]/g
const UNDEFINED_1252 = /[\x81\x8d\x8f\x90\x9d]/

function decode1252(bytes: Buffer): Decoded {
  const latin = bytes.toString('latin1')
  const at = latin.search(UNDEFINED_1252)
  const text = (at < 0 ? latin : latin.slice(0, at)).replace(C1, char => HIGH_1252.charAt(char.charCodeAt(0) - 0x80))
  return at < 0 ? { text } : { text, fault: `byte 0x${hex(bytes[at])} has no character in windows-1252` }
}

function decodeAscii(bytes: Buffer): Decoded {
  if (isAscii(bytes)) return { text: bytes.toString('latin1') }
  const at = bytes.findIndex(byte => byte > 0x7f)
  return { text: bytes.toString('latin1', 0, at), fault: `byte 0x${hex(bytes[at])} is not US-ASCII` }
}

function hex(byte = 0): string {
  return byte.toString(16).padStart(2, '0')
}
