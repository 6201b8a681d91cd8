import { GatewayError } from '../../gateway/errors.ts'
import { loneSurrogate } from '../xml/characters.ts'
import { type Charset, type CharsetName, charsetOf } from './charsets.ts'

export { type CharsetName, charsetOption } from './charsets.ts'

/** Cuts what comes in pieces behind whole characters; the bytes of an unfinished one come with the next piece, and with the last as they are. */
export function createWhole(charset: Pick<Charset, 'whole'>): (piece: Buffer, last: boolean) => Buffer {
  let kept = EMPTY
  return (piece, last) => {
    const bytes = kept.length === 0 ? piece : Buffer.concat([kept, piece])
    const end = last ? bytes.length : charset.whole(bytes)
    kept = end === bytes.length ? EMPTY : Buffer.from(bytes.subarray(end))
    return bytes.subarray(0, end)
  }
}

/** The bytes of a text, without a byte order mark. Throws MAPPING_FAILED for a character that the charset does not have. */
export function encode(name: CharsetName, text: string): Buffer {
  const charset = charsetOf(name)
  const bytes = charset.bytes(text)
  if (bytes) return bytes
  const missing = Array.from(text).find(char => !charset.bytes(char)) ?? ''
  throw new GatewayError('MAPPING_FAILED', `${name} has no character ${characterName(missing)}`)
}

/** The same bytes as a Buffer. */
export function bufferOf(bytes: Uint8Array): Buffer {
  return Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}

const EMPTY = Buffer.alloc(0)

/** Where in bytes that have no text the first stands that is none of a character. */
export function faultAt(charset: Charset, bytes: Buffer): number {
  const unit = charset.fault(charset.units(bytes))
  return unit < 0 ? bytes.length - (bytes.length % charset.width) : unit * charset.width
}

/** What is wrong with bytes that have no text: `0xfc is not utf-8`. */
export function charsetFault(charset: Charset, bytes: Buffer): string {
  const at = faultAt(charset, bytes)
  return `0x${bytes.toString('hex', at, at + charset.width)} is no character of ${charset.name}`
}

function characterName(char: string): string {
  const code = `U+${(char.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`
  return loneSurrogate(char) < 0 && /[^\p{C}\p{Z}]/u.test(char) ? `"${char}" (${code})` : code
}
