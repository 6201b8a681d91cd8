import type { SimpleType } from '../model.ts'
import { compareTimes } from './times.ts'

/** Below 0, 0, or above 0; NaN where the two have no order, as a time with a zone and one without may (Datatypes, 3.2.7.4). */
export type Comparison = (a: string, b: string) => number

/** How two texts of the type, their white space collapsed, are ordered by value; undefined for types without an order. */
export function compareValues({ primitive, variety }: Pick<SimpleType, 'primitive' | 'variety'>): Comparison | undefined {
  if (variety !== 'atomic') return undefined
  if (primitive === 'decimal') return compareDecimals
  if (primitive === 'float') return (a, b) => compareFloats(Math.fround(floatOf(a)), Math.fround(floatOf(b)))
  if (primitive === 'double') return (a, b) => compareFloats(floatOf(a), floatOf(b))
  return compareTimes(primitive)
}

function compareFloats(a: number, b: number): number {
  if (a === b || (Number.isNaN(a) && Number.isNaN(b))) return 0
  return a < b ? -1 : a > b ? 1 : Number.NaN
}

function floatOf(text: string): number {
  return text.endsWith('INF') ? (text.startsWith('-') ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY) : Number(text)
}

/** Up to so many characters no two numbers are one double. */
const DOUBLE = 15

/** By their digits: no number of them is too many. */
function compareDecimals(a: string, b: string): number {
  if (a.length <= DOUBLE && b.length <= DOUBLE) return Number(a) - Number(b)
  const [one, other] = [digitsOf(a), digitsOf(b)]
  if (one.sign !== other.sign) return one.sign - other.sign
  const whole = one.whole.length - other.whole.length || order(one.whole, other.whole)
  return one.sign * (whole || order(one.fraction, other.fraction))
}

function digitsOf(text: string): { readonly sign: -1 | 0 | 1; readonly whole: string; readonly fraction: string } {
  const [first = '', second = ''] = text.replace(/^[+-]/, '').split('.', 2)
  const whole = first.replace(/^0+/, '')
  const fraction = withoutZeros(second)
  const sign = whole === '' && fraction === '' ? 0 : text.startsWith('-') ? -1 : 1
  return { sign, whole, fraction }
}

/** Without the zeros at its end; a pattern for them would look at each run of zeros again and again. */
export function withoutZeros(digits: string): string {
  let end = digits.length
  while (end > 0 && digits.charCodeAt(end - 1) === 0x30) end--
  return digits.slice(0, end)
}

function order(a: string, b: string): number {
  return a === b ? 0 : a < b ? -1 : 1
}
