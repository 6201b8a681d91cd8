import { isAscii, isUtf8 } from 'node:buffer'
import { GatewayError } from '../../gateway/errors.ts'
import { locate } from './locate.ts'
import { markLongNumbers, unmark } from './long-numbers.ts'
import { MARK, writing } from './marks.ts'
import { type Scan, scan } from './scan.ts'

/** Bounds of what parseJson takes; the size is the caller's. */
export interface JsonLimits {
  /** Levels of objects and lists within one another; 64 unless told. */
  readonly maxDepth?: number
  /** Characters of one number; 1,000 unless told. */
  readonly maxNumberLength?: number
}

/** A parsed body. `duplicateKeys`: names that stood twice in an object; the last one won. */
export interface ParsedJson {
  readonly value: unknown
  readonly duplicateKeys: number
}

/**
 * Reads JSON (RFC 8259): UTF-8 only, a BOM is skipped, `__proto__` is a name like any other, a number that a double would bend becomes an
 * ExactNumber. Throws NOT_READABLE with the place for anything else, for lone surrogates, and beyond the limits.
 */
export function parseJson(bytes: Uint8Array, limits: JsonLimits = {}): ParsedJson {
  const { maxDepth = 64, maxNumberLength = 1_000 } = limits
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const start = buffer[0] === 0xef && buffer[1] === 0xbb && buffer[2] === 0xbf ? 3 : 0
  const seen = scan(buffer, start, maxDepth)
  const ascii = isAscii(buffer)
  if (seen.depth > maxDepth) throw new GatewayError('NOT_READABLE', `objects and lists are nested more than ${maxDepth} levels deep`)
  if (!ascii && !isUtf8(buffer)) throw notUtf8(buffer, start)
  const text = ascii ? buffer.toString('latin1', start) : buffer.toString('utf8', start)
  if (seen.longestNumber > maxNumberLength) throw new GatewayError('NOT_READABLE', `a number has more than ${maxNumberLength} characters`)
  const value = parseText(text)
  if (seen.loneSurrogate >= 0) throw loneSurrogate(buffer, start, seen)
  return { value: seen.longNumbers ? exactly(text, value) : value, duplicateKeys: seen.members - countMembers(value) }
}

/** Writes JSON; ExactNumbers as the numbers that their texts are. Throws TypeError for what JSON cannot hold (cycles, bigint). */
export function writeJsonText(value: unknown): string {
  writing.on = true
  writing.seen = false
  try {
    const text = JSON.stringify(value)
    if (text === undefined) throw new TypeError(`JSON cannot hold ${typeof value}`)
    return writing.seen ? text.replace(MARKED, '$1') : text
  } finally {
    writing.on = false
  }
}

/** As writeJsonText, in ASCII alone, as a header of HTTP can have it. */
export function writeAsciiJson(value: unknown): string {
  return writeJsonText(value).replace(/[\u007f-\uffff]/g, character => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`)
}

/** As writeJsonText, in UTF-8. */
export function writeJson(value: unknown): Uint8Array {
  return Buffer.from(writeJsonText(value))
}

const MARKED = new RegExp(`"${MARK}([^"]*)"`, 'g')

function parseText(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (cause) {
    if (text.trim() === '') throw new GatewayError('NOT_READABLE', 'the body is empty; expected JSON', { cause })
    const { offset, message } = locate(text) ?? { offset: 0, message: 'not JSON' }
    throw unreadable(text, offset, message)
  }
}

function exactly(text: string, value: unknown): unknown {
  const marked = markLongNumbers(text)
  return marked === undefined ? value : unmark(JSON.parse(marked))
}

/** Members of all objects in the value. */
function countMembers(value: unknown): number {
  if (!isObject(value)) return 0
  let count = 0
  if (Array.isArray(value)) {
    for (const item of value) if (typeof item === 'object') count += countMembers(item)
    return count
  }
  for (const name in value) {
    const item = value[name]
    count += typeof item === 'object' ? 1 + countMembers(item) : 1
  }
  return count
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null
}

function notUtf8(buffer: Buffer, start: number): GatewayError {
  const text = buffer.toString('utf8', start)
  const again = Buffer.from(text)
  let at = 0
  while (again[at] === buffer[start + at]) at++
  const before = buffer.toString('utf8', start, start + at)
  return unreadable(before, before.length, `the bytes are not UTF-8 (byte ${start + at} is 0x${(buffer[start + at] ?? 0).toString(16)})`)
}

function loneSurrogate(buffer: Buffer, start: number, seen: Scan): GatewayError {
  const before = buffer.toString('utf8', start, seen.loneSurrogate)
  const half = buffer.toString('latin1', seen.loneSurrogate, seen.loneSurrogate + 6)
  return unreadable(before, before.length, `${half} is half of a surrogate pair, which is no character`)
}

function unreadable(text: string, offset: number, message: string): GatewayError {
  const lines = text.slice(0, offset).split('\n')
  const line = lines.length
  const column = (lines.at(-1)?.length ?? 0) + 1
  return new GatewayError('NOT_READABLE', `line ${line}, column ${column}: ${message}`, { errors: [{ line, column, message }] })
}
