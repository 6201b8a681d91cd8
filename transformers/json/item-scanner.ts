import type { ReadRecord } from '../format.ts'
import { createGathered } from '../formats/records/gather.ts'
import { checkSize, placedFault, type RecordPlace, unreadableAt } from '../formats/records/reader.ts'
import { parseJson } from './codec.ts'

const QUOTE = 0x22
const BACKSLASH = 0x5c
const COMMA = 0x2c
const NEWLINE = 0x0a
const OBJECT = 0x7b
const OBJECT_END = 0x7d
const LIST = 0x5b
const LIST_END = 0x5d

/** Finds the items of a list by their brackets, texts and commas, and parses each. */
export class ItemScanner {
  /** True behind the list. */
  ended = false
  private readonly held = createGathered()
  /** The brackets that close what is open in the item. */
  private readonly closers: number[] = []
  private line = 1
  /** Offsets in the file: of the line, and of the piece at hand, in which `at` is reached. */
  private lineStart: number
  private base: number
  private at = 0
  private inString = false
  private escaped = false
  private number = 1
  /** The item at hand: where it begins in the file, and in the piece. */
  private begun: RecordPlace | undefined
  private from = 0
  private afterComma = false

  /** Begins behind `head`, which ends with the list's bracket. */
  constructor(head: Buffer) {
    this.lineStart = head.lastIndexOf(NEWLINE) + 1
    for (const byte of head) if (byte === NEWLINE) this.line++
    this.base = head.length
  }

  /** Of the byte that was read last: the line from 1, the column in bytes from 1. */
  place(): RecordPlace {
    return { line: this.line, column: this.base + this.at - this.lineStart }
  }

  /** The index behind the list's bracket, or the number of bytes. Throws NOT_READABLE where brackets or commas are wrong, so that nothing behind can be trusted. */
  scan(bytes: Buffer, found: ReadRecord[]): number {
    this.from = 0
    while (this.at < bytes.length && !this.ended) {
      if (this.inString) this.text(bytes)
      else this.byte(bytes[this.at++] ?? 0, bytes, found)
    }
    const { at, begun } = this
    if (begun !== undefined) {
      checkSize(this.held.length + at - this.from, this.number, begun.line)
      this.held.add(bytes.subarray(this.from))
    }
    this.base += at
    this.at = 0
    return at
  }

  /** Throws NOT_READABLE: the list has no end. */
  failAtEnd(): never {
    const { line, column } = this.place()
    const message = this.begun ? `the list ends in record ${this.number}, which begins in line ${this.begun.line}` : 'the list has no end'
    throw unreadableAt({ line, column: column + 1 }, message)
  }

  private text(bytes: Buffer): void {
    for (let byte = bytes[this.at]; byte !== undefined; byte = bytes[this.at]) {
      this.at++
      if (this.escaped) this.escaped = false
      else if (byte === BACKSLASH) this.escaped = true
      else if (byte === QUOTE) {
        this.inString = false
        return
      }
    }
  }

  private byte(byte: number, bytes: Buffer, found: ReadRecord[]): void {
    if (byte === 0x20 || byte === 0x09 || byte === 0x0d) return
    if (byte === NEWLINE) {
      this.line++
      this.lineStart = this.base + this.at
    } else if (this.closers.length === 0 && (byte === COMMA || byte === LIST_END)) this.between(byte, bytes, found)
    else if (byte === OBJECT_END || byte === LIST_END) this.close(byte)
    else this.inside(byte)
  }

  /** At the list's own level. */
  private between(byte: number, bytes: Buffer, found: ReadRecord[]): void {
    if (byte === COMMA || this.begun !== undefined || this.afterComma) this.finish(bytes, found)
    this.afterComma = byte === COMMA
    this.ended = byte === LIST_END
  }

  private close(byte: number): void {
    if (this.closers.pop() === byte) return
    throw unreadableAt(this.place(), `"${String.fromCharCode(byte)}" closes what is not open`)
  }

  private inside(byte: number): void {
    if (this.begun === undefined) {
      this.begun = this.place()
      this.from = this.at - 1
    }
    if (byte === QUOTE) this.inString = true
    else if (byte === OBJECT) this.closers.push(OBJECT_END)
    else if (byte === LIST) this.closers.push(LIST_END)
  }

  private finish(bytes: Buffer, found: ReadRecord[]): void {
    const { begun, held, number } = this
    if (begun === undefined) throw unreadableAt(this.place(), 'a value is missing in the list')
    const piece = bytes.subarray(this.from, this.at - 1)
    checkSize(held.length + piece.length, number, begun.line)
    if (held.length > 0) held.add(piece)
    const raw = trimmed(held.length > 0 ? held.take() : Buffer.from(piece))
    found.push({ number, line: begun.line, ...parsed(raw, begun), raw })
    this.number++
    this.begun = undefined
  }
}

function parsed(raw: Buffer, start: RecordPlace): Pick<ReadRecord, 'body' | 'error'> {
  try {
    return { body: parseJson(raw).value }
  } catch (error) {
    return { error: placedFault(error, start) }
  }
}

/** Without white space at its end. */
function trimmed(raw: Buffer): Buffer {
  let end = raw.length
  while (end > 0 && (raw[end - 1] ?? 0) <= 0x20) end--
  return raw.subarray(0, end)
}
