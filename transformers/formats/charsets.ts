import { isAscii, isUtf8 } from 'node:buffer'
import type { OptionSchema } from '../../gateway/options.ts'
import { loneSurrogate } from '../xml/characters.ts'
import { tables } from './charset-tables.ts'

/** The option `charset` of formats of text. */
export const charsetOption = {
  enum: ['utf-8', 'utf-16le', 'utf-16be', 'iso-8859-1', 'windows-1252', 'cp037', 'cp500'],
  default: 'utf-8',
  description:
    'How texts are bytes. A byte that is none of the charset is an error of its record; a byte order mark at the beginning is skipped. cp037 and cp500 are EBCDIC.',
  example: 'windows-1252',
} as const satisfies OptionSchema

export type CharsetName = (typeof charsetOption.enum)[number]

/**
 * A charset, for those who cut bytes into records. `units` is a text with one character for each `width` bytes, so that places in it are places
 * in the bytes; ASCII stands for itself in it. `text` is what units mean, and undefined where some mean nothing; `fault` finds the first of them.
 */
export interface Charset {
  readonly name: CharsetName
  readonly width: 1 | 2
  /** Bytes after which a character surely ends, of the first `bytes.length`. */
  whole(bytes: Buffer): number
  units(bytes: Buffer): string
  /** The text of whole characters. */
  decode(bytes: Buffer): string | undefined
  text(units: string): string | undefined
  /** Units without one that this finds are their own text. */
  readonly special: RegExp
  fault(units: string): number
  /** Undefined where a character has no bytes. */
  bytes(text: string): Buffer | undefined
}

/** Units of a text that the charset has; undefined where it does not have it. */
export function unitsOf(charset: Charset, text: string): string | undefined {
  const bytes = charset.bytes(text)
  return bytes && charset.units(bytes)
}

/** The byte order mark as a character. */
export const BOM = '\ufeff'

/** The charset of that name. */
export function charsetOf(name: CharsetName): Charset {
  return charsets[name]
}

const NOT_ASCII = /[\u0080-\uffff]/
const SURROGATE = /[\ud800-\udfff]/

const utf8: Charset = {
  name: 'utf-8',
  width: 1,
  whole: wholeUtf8,
  units: bytes => bytes.toString('latin1'),
  text(units) {
    if (!NOT_ASCII.test(units)) return units
    return decodeUtf8(Buffer.from(units, 'latin1'))
  },
  decode: decodeUtf8,
  special: NOT_ASCII,
  fault: units => faultInUtf8(Buffer.from(units, 'latin1')),
  bytes: text => (loneSurrogate(text) < 0 ? Buffer.from(text) : undefined),
}

function decodeUtf8(bytes: Buffer): string | undefined {
  // a text of one byte a character is made, and read, faster
  if (isAscii(bytes)) return bytes.toString('latin1')
  return isUtf8(bytes) ? bytes.toString('utf8') : undefined
}

/** All but a last character whose bytes are not all there. */
function wholeUtf8(bytes: Buffer): number {
  const { length } = bytes
  for (let back = 1; back <= 3 && back <= length; back++) {
    const byte = bytes[length - back] ?? 0
    if ((byte & 0xc0) === 0x80) continue
    const needs = byte < 0xc2 || byte > 0xf4 ? 1 : byte < 0xe0 ? 2 : byte < 0xf0 ? 3 : 4
    return needs > back ? length - back : length
  }
  return length
}

function faultInUtf8(bytes: Buffer): number {
  if (isUtf8(bytes)) return -1
  // Decoded and encoded again, the bytes are others from the first one on that has no character.
  const again = Buffer.from(bytes.toString('utf8'))
  let at = 0
  while (again[at] === bytes[at]) at++
  return wholeUtf8(bytes.subarray(0, at))
}

/** One byte or two for each character: units are the text itself, and half a surrogate pair is what has no character. */
function unitCharset(parts: Pick<Charset, 'name' | 'width' | 'whole' | 'units' | 'bytes'>): Charset {
  // characters of one byte are none of a pair, and half as slow to look for
  const fault = parts.width === 1 ? (units: string) => units.search(SURROGATE) : loneSurrogate
  const text = (units: string): string | undefined => (fault(units) < 0 ? units : undefined)
  const decode = (bytes: Buffer): string | undefined => (bytes.length % parts.width === 0 ? text(parts.units(bytes)) : undefined)
  return { ...parts, text, decode, special: SURROGATE, fault }
}

function utf16(name: CharsetName, high: 0 | 1): Charset {
  const ordered = (bytes: Buffer): Buffer => (high === 1 ? bytes : Buffer.from(bytes).swap16())
  return unitCharset({
    name,
    width: 2,
    whole(bytes) {
      const end = bytes.length - (bytes.length % 2)
      const unit = bytes[end - 2 + high] ?? 0
      return end >= 2 && unit >= 0xd8 && unit <= 0xdb ? end - 2 : end
    },
    units(bytes) {
      const even = bytes.subarray(0, bytes.length - (bytes.length % 2))
      return ordered(even).toString('utf16le')
    },
    bytes: text => (loneSurrogate(text) < 0 ? ordered(Buffer.from(text, 'utf16le')) : undefined),
  })
}

function single(name: keyof typeof tables, unitsOf = translate(tables[name])): Charset {
  const byteOf = new Map(Array.from(tables[name], (char, byte) => [char.charCodeAt(0), byte]))
  return unitCharset({
    name,
    width: 1,
    whole: bytes => bytes.length,
    units: unitsOf,
    bytes(text) {
      const bytes = Buffer.allocUnsafe(text.length)
      for (let at = 0; at < text.length; at++) {
        const code = text.charCodeAt(at)
        const byte = byteOf.get(code)
        if (byte === undefined || (code >= 0xd800 && code <= 0xdfff)) return undefined
        bytes[at] = byte
      }
      return bytes
    },
  })
}

function translate(table: string): (bytes: Buffer) => string {
  const codes = Uint16Array.from(table, char => char.charCodeAt(0))
  return bytes => {
    const units = new Uint16Array(bytes.length)
    for (let at = 0; at < bytes.length; at++) units[at] = codes[bytes[at] ?? 0] ?? 0
    return Buffer.from(units.buffer).toString('utf16le')
  }
}

/** The bytes by which windows-1252 differs from ISO-8859-1. */
const C1 = /[\x80-\x9f]/g

function windows1252Units(bytes: Buffer): string {
  return bytes.toString('latin1').replace(C1, char => tables['windows-1252'].charAt(char.charCodeAt(0)))
}

const latin1: Charset = {
  ...unitCharset({
    name: 'iso-8859-1',
    width: 1,
    whole: bytes => bytes.length,
    units: bytes => bytes.toString('latin1'),
    bytes: text => (/[\u0100-\uffff]/.test(text) ? undefined : Buffer.from(text, 'latin1')),
  }),
  text: units => units,
  decode: bytes => bytes.toString('latin1'),
}

const charsets: Readonly<Record<CharsetName, Charset>> = {
  'utf-8': utf8,
  'utf-16le': utf16('utf-16le', 1),
  'utf-16be': utf16('utf-16be', 0),
  'iso-8859-1': latin1,
  'windows-1252': single('windows-1252', windows1252Units),
  cp037: single('cp037'),
  cp500: single('cp500'),
}
