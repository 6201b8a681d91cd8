import { compare, ExactNumber } from '../transformers/json/exact-number.ts'
import { EvaluationError, type Kind } from './expression.ts'

/** What `body.?x` yields: a value that may be absent (`value` is then undefined). */
export class Maybe {
  readonly value: unknown

  constructor(value: unknown) {
    this.value = value
  }
}

/** The optional that holds nothing. */
export const NOTHING = new Maybe(undefined)

/** The kind of a value; undefined for what is none of JSON's. */
export function kindOf(value: unknown): Kind | undefined {
  if (typeof value === 'string') return 'string'
  if (typeof value === 'number') return 'number'
  if (typeof value === 'boolean') return 'boolean'
  if (value === null) return 'null'
  if (typeof value !== 'object') return undefined
  if (Array.isArray(value)) return 'array'
  return value instanceof ExactNumber ? 'number' : 'object'
}

/** `a string`, `an object`: how a value is called in an error's text. */
export function named(kind: Kind | undefined): string {
  if (kind === undefined) return 'an unknown value'
  if (kind === 'null') return 'null'
  if (kind === 'boolean') return 'true or false'
  if (kind === 'array') return 'a list'
  return kind === 'object' ? 'an object' : `a ${kind}`
}

/** True for a number of either form. */
export function isNumber(value: unknown): value is number | ExactNumber {
  return typeof value === 'number' || value instanceof ExactNumber
}

/** True for an object that has members: no list, no number. */
export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof ExactNumber)
}

/** Equal by value, lists and objects included; values of two kinds are never equal. */
export function equal(a: unknown, b: unknown): boolean {
  if (a === b) return true
  if (typeof a !== 'object' && typeof b !== 'object') return false
  if (isNumber(a)) return isNumber(b) && compare(a, b) === 0
  if (Array.isArray(a)) return Array.isArray(b) && a.length === b.length && a.every((item, index) => equal(item, b[index]))
  if (!isRecord(a) || !isRecord(b)) return false
  const names = Object.keys(a)
  return names.length === Object.keys(b).length && names.every(name => Object.hasOwn(b, name) && equal(a[name], b[name]))
}

/** Below 0, 0 or above 0 for two numbers, two strings or two booleans; throws EvaluationError for all others. */
export function order(a: unknown, b: unknown): number {
  if (isNumber(a) && isNumber(b)) return compare(a, b)
  if (typeof a === 'string' && typeof b === 'string') return a < b ? -1 : Number(a > b)
  if (typeof a === 'boolean' && typeof b === 'boolean') return Number(a) - Number(b)
  throw new EvaluationError(`${named(kindOf(a))} and ${named(kindOf(b))} have no order; compare two numbers or two strings`)
}

/** Is it among the items of a list, or a name of an object? */
export function contains(collection: unknown, value: unknown): boolean {
  if (Array.isArray(collection)) return collection.some(item => equal(item, value))
  if (isRecord(collection)) return typeof value === 'string' && Object.hasOwn(collection, value)
  throw new EvaluationError(`"in" needs a list or an object at its right, saw ${named(kindOf(collection))}`)
}
