import { Decimal } from 'decimal.js'
import { type ExactNumber, isExactNumber } from '../json/exact-number.ts'

/** Which places of a plain copy hold a number that its double does not carry whole: by the object or list around it, then by name or index. */
export type BentNumbers = Map<unknown, Map<string | number, ExactNumber>>

/** A body with doubles only; the very same one where it held no ExactNumber. */
export interface PlainBody {
  readonly value: unknown
  readonly bent?: BentNumbers
}

/** At most 15 digits and no exponent: every such number is whole in a double. */
const SHORT = /^-?(?=.{1,16}$)\d{1,15}(?:\.\d{1,14})?$/

/** The body as schemas see it: each ExactNumber as a double, and beside them those that a double bends. */
export function plainNumbers(body: unknown): PlainBody {
  const bent: BentNumbers = new Map()
  const around = { body }
  const value = plain(body, bent, around, 'body')
  return bent.size === 0 ? { value } : { value, bent }
}

/** True where anything in the body is an ExactNumber. */
export function holdsExactNumber(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false
  if (Array.isArray(value)) {
    for (const item of value) if (typeof item === 'object' && holdsExactNumber(item)) return true
    return false
  }
  if (isExactNumber(value)) return true
  const object = value as Readonly<Record<string, unknown>>
  for (const name in object) if (typeof object[name] === 'object' && holdsExactNumber(object[name])) return true
  return false
}

function plain(value: unknown, bent: BentNumbers, around: unknown, name: string | number): unknown {
  if (typeof value !== 'object' || value === null) return value
  if (isExactNumber(value)) return double(value, bent, around, name)
  if (!Array.isArray(value)) return plainObject(value, bent)
  const list: unknown[] = []
  for (const item of value) list.push(plain(item, bent, list, list.length))
  return list
}

function plainObject(value: object, bent: BentNumbers): unknown {
  const copy: Record<string, unknown> = {}
  for (const [name, member] of Object.entries(value)) {
    const item = plain(member, bent, copy, name)
    if (name === '__proto__') Object.defineProperty(copy, name, { value: item, enumerable: true, configurable: true, writable: true })
    else copy[name] = item
  }
  return copy
}

/** A bent number is stood for by a double of the same kind (whole or not): its size is asked of the exact one. */
function double(number: ExactNumber, bent: BentNumbers, around: unknown, name: string | number): number {
  const nearest = Number(number.text)
  if (SHORT.test(number.text)) return nearest
  const places = bent.get(around) ?? new Map<string | number, ExactNumber>()
  bent.set(around, places.set(name, number))
  if (!new Decimal(number.text).isInteger()) return Number.isInteger(nearest) ? 0.5 : nearest
  return Math.max(-Number.MAX_VALUE, Math.min(Number.MAX_VALUE, nearest))
}
