import { Decimal } from 'decimal.js'
import { ExactNumber } from '../transformers/json/exact-number.ts'
import { EvaluationError } from './expression.ts'
import { addScaled, multiplyScaled } from './scaled.ts'

// Sums, differences and products are decimal and exact; then they become the nearest double, but an integer that a double would bend, and
// whatever had an ExactNumber in it and fits no double, stay exact. So 0.1 + 0.2 is 0.3. Quotients that do not end become the nearest double.

/** A number of either form. */
export type Numeric = number | ExactNumber

const MAX_TEXT = 400
const MAX_EXPONENT = 400
/** Integers that come of doubles are kept exact up to so many digits. */
const MAX_PLAIN_DIGITS = 40
/** Decimals whose sums, differences and products are exact. */
export const Whole = Decimal.clone({ precision: 2_000, rounding: Decimal.ROUND_HALF_UP, defaults: true })
const Cut = Decimal.clone({ precision: 40, rounding: Decimal.ROUND_HALF_EVEN, defaults: true })

/** The decimal value; throws EvaluationError where it is too long to calculate with. */
export function decimalOf(value: Numeric): Decimal {
  if (typeof value === 'number') return new Whole(value)
  const decimal = value.text.length > MAX_TEXT ? undefined : new Whole(value.text)
  if (decimal === undefined || Math.abs(decimal.e) > MAX_EXPONENT) {
    throw new EvaluationError(`the number ${value.text.slice(0, 20)}... is too long to calculate with (at most ${MAX_TEXT} digits)`)
  }
  return decimal
}

/** a + b, exact. */
export function add(a: Numeric, b: Numeric): Numeric {
  if (typeof a !== 'number' || typeof b !== 'number') return numberOf(decimalOf(a).plus(decimalOf(b)), a, b)
  if (areWhole(a, b, a + b)) return a + b
  return addScaled(a, b, 1) ?? numberOf(decimalOf(a).plus(decimalOf(b)), a, b)
}

/** a - b, exact. */
export function subtract(a: Numeric, b: Numeric): Numeric {
  if (typeof a !== 'number' || typeof b !== 'number') return numberOf(decimalOf(a).minus(decimalOf(b)), a, b)
  if (areWhole(a, b, a - b)) return a - b
  return addScaled(a, b, -1) ?? numberOf(decimalOf(a).minus(decimalOf(b)), a, b)
}

/** a * b, exact. */
export function multiply(a: Numeric, b: Numeric): Numeric {
  if (typeof a !== 'number' || typeof b !== 'number') return numberOf(decimalOf(a).times(decimalOf(b)), a, b)
  if (areWhole(a, b, a * b)) return a * b
  return multiplyScaled(a, b) ?? numberOf(decimalOf(a).times(decimalOf(b)), a, b)
}

/** 5 / 2 is 2.5. */
export function divide(a: Numeric, b: Numeric): Numeric {
  if (isZero(b)) throw new EvaluationError('division by zero')
  if (typeof a === 'number' && typeof b === 'number' && areWhole(a, b, 0)) return a / b
  const divisor = decimalOf(b)
  const quotient = new Whole(Cut.div(decimalOf(a), divisor))
  const ends = quotient.times(divisor).equals(decimalOf(a))
  return ends ? numberOf(quotient, a, b) : finite(quotient.toNumber())
}

/** The remainder, with the sign of the dividend. */
export function remainder(a: Numeric, b: Numeric): Numeric {
  if (isZero(b)) throw new EvaluationError('remainder of a division by zero')
  if (typeof a === 'number' && typeof b === 'number' && areWhole(a, b, 0)) return a % b
  return numberOf(decimalOf(a).mod(decimalOf(b)), a, b)
}

/** -a */
export function negate(a: Numeric): Numeric {
  return typeof a === 'number' ? -a : numberOf(decimalOf(a).negated(), a, a)
}

/** a without its sign. */
export function absolute(a: Numeric): Numeric {
  if (typeof a === 'number') return Math.abs(a)
  return a.text.startsWith('-') ? new ExactNumber(a.text.slice(1)) : a
}

/** The decimal as a plain number where that has its value; see above for the rest. */
export function numberOf(result: Decimal, a: Numeric, b: Numeric): Numeric {
  const double = result.toNumber()
  const bent = result.isInteger() && !Number.isSafeInteger(double) && result.e < MAX_PLAIN_DIGITS
  const plain = typeof a === 'number' && typeof b === 'number' && !bent
  if (plain || (Number.isFinite(double) && result.equals(double))) return finite(double)
  return new ExactNumber(result.toFixed())
}

function areWhole(a: number, b: number, result: number): boolean {
  return Number.isSafeInteger(a) && Number.isSafeInteger(b) && Number.isSafeInteger(result)
}

function isZero(value: Numeric): boolean {
  return typeof value === 'number' ? value === 0 : decimalOf(value).isZero()
}

function finite(value: number): number {
  if (Number.isFinite(value)) return value
  throw new EvaluationError('the result is too large for a number')
}
