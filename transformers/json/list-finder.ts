import { GatewayError } from '../../gateway/errors.ts'
import { createGathered } from '../formats/records/gather.ts'
import { HEADER_BYTES, unreadableAt } from '../formats/records/reader.ts'
import { pointerText } from './pointer.ts'

const QUOTE = 0x22
const BACKSLASH = 0x5c
/** White space, and the bytes of a byte order mark: whether that may stand there is seen when the head is parsed. */
const SPACE = new Set([0x20, 0x09, 0x0a, 0x0d, 0xef, 0xbb, 0xbf])

/** Finds the list at a path of member names, in a document that comes in pieces. What is no JSON may pass: who parses the head finds it out. */
export class ListFinder {
  readonly #steps: readonly string[]
  readonly #gathered = createGathered()
  #line = 1
  #column = 0
  /** Objects that are open on the way to the list, and what is open beside it. */
  #open = 0
  #beside = 0
  #inString = false
  #escaped = false
  /** The next value is that of the step. */
  #isStep = true
  #name: number[] | undefined
  #lastName: string | undefined

  constructor(steps: readonly string[]) {
    this.#steps = steps
  }

  /** The index behind the list's bracket; -1 while it has not come. Throws NOT_READABLE where there is no list at that place. */
  find(bytes: Buffer): number {
    const found = this.#search(bytes)
    this.#gathered.add(found < 0 ? bytes : bytes.subarray(0, found))
    if (this.#gathered.length <= HEADER_BYTES) return found
    throw new GatewayError('TOO_LARGE', `more than ${HEADER_BYTES} bytes stand before the list (records are ${pointerText(this.#steps)})`)
  }

  /** What has come so far, up to the list's bracket. */
  head(): Buffer {
    return this.#gathered.take()
  }

  #search(bytes: Buffer): number {
    for (let at = 0; at < bytes.length; at++) {
      const byte = bytes[at] ?? 0
      this.#line += byte === 0x0a ? 1 : 0
      this.#column = byte === 0x0a ? 0 : this.#column + 1
      if (this.#inString) this.#text(byte)
      else if (this.#isBracket(byte)) return at + 1
    }
    return -1
  }

  #text(byte: number): void {
    this.#name?.push(byte)
    if (this.#escaped) this.#escaped = false
    else if (byte === BACKSLASH) this.#escaped = true
    else if (byte === QUOTE) {
      this.#inString = false
      if (this.#name) this.#lastName = textOf(this.#name)
      this.#name = undefined
    }
  }

  /** True for the bracket of the list. */
  #isBracket(byte: number): boolean {
    if (byte === 0x7b || byte === 0x5b) return this.#opening(byte === 0x5b)
    if (this.#isStep && !SPACE.has(byte)) this.#fail('expected a list')
    if (byte === 0x7d || byte === 0x5d) this.#closing()
    else if (byte === 0x3a && this.#beside === 0) this.#isStep = this.#lastName === this.#steps[this.#open - 1]
    else if (byte === QUOTE) {
      this.#inString = true
      this.#name = this.#beside === 0 ? [QUOTE] : undefined
    }
    return false
  }

  #opening(isList: boolean): boolean {
    const atEnd = this.#open === this.#steps.length
    if (!this.#isStep) this.#beside++
    else if (isList !== atEnd) this.#fail(atEnd ? 'expected a list, saw an object' : 'expected an object, saw a list')
    else if (atEnd) return true
    else this.#open++
    this.#isStep = false
    return false
  }

  #closing(): void {
    if (this.#beside === 0) this.#fail('there is no such list')
    this.#beside--
  }

  #fail(message: string): never {
    const place = { line: this.#line, column: Math.max(1, this.#column) }
    throw unreadableAt(place, `${message} (records are ${pointerText(this.#steps)})`)
  }
}

/** Undefined for what is no text of JSON. */
function textOf(name: readonly number[]): string | undefined {
  try {
    return String(JSON.parse(Buffer.from(name).toString()))
  } catch {
    return undefined
  }
}
