import { Decimal } from 'decimal.js'
import { MARK, writing } from './marks.ts'

const NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/
const Exact = Decimal.clone({ precision: 40, defaults: true })

/** A number whose exact text matters: one that a double would bend, or an amount such as `12.50`. writeJson writes the text as a JSON number. */
export class ExactNumber {
  readonly text: string
  /** The same number as it came in a format that writes it otherwise than JSON (`00123`, `+5`, `.5`): what that format writes again. */
  readonly lexical?: string

  /** Throws TypeError where the text is no JSON number (RFC 8259, section 6). */
  constructor(text: string, lexical?: string) {
    if (!NUMBER.test(text)) throw new TypeError(`not a JSON number: ${text.slice(0, 40)}`)
    this.text = text
    if (lexical !== undefined) this.lexical = lexical
    Object.freeze(this)
  }

  toString(): string {
    return this.text
  }

  /** For other writers than writeJson, which know doubles only: the nearest double. */
  toJSON(): unknown {
    if (!writing.on) return Number(this.text)
    writing.seen = true
    return MARK + this.text
  }
}

/** True for an ExactNumber. */
export function isExactNumber(value: unknown): value is ExactNumber {
  return value instanceof ExactNumber
}

/** The nearest double; Infinity where the number is beyond all doubles. */
export function toNumber(value: number | ExactNumber): number {
  return typeof value === 'number' ? value : Number(value.text)
}

/** Below 0, 0, or above 0, by value: 12.50 equals 12.5. */
export function compare(a: number | ExactNumber, b: number | ExactNumber): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b
  return new Exact(textOf(a)).comparedTo(textOf(b))
}

/** A double where it carries the JSON number's value whole (its shortest text has the same value), else an ExactNumber. */
export function exactOrNumber(text: string): number | ExactNumber {
  const double = Number(text)
  if (Number.isFinite(double) && new Exact(text).equals(double)) return double
  return new ExactNumber(text)
}

function textOf(value: number | ExactNumber): string {
  return typeof value === 'number' ? String(value) : value.text
}
