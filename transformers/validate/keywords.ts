import { type Ajv, type FuncKeywordDefinition, type SchemaValidateFunction, str } from 'ajv'
import { Decimal } from 'decimal.js'
import { compare, type ExactNumber, isExactNumber } from '../json/exact-number.ts'
import type { BentNumbers } from './plain-numbers.ts'

/** What the keywords are told about the body: `this` of a validation. */
export interface ValidationContext {
  readonly bent?: BentNumbers
}

type Place = Parameters<SchemaValidateFunction>[3]
const Exact = Decimal.clone({ precision: 60, defaults: true })

/** Puts keywords of our own in the place of ajv's: decimal multipleOf, uniqueItems in linear time, and bounds that are asked of exact numbers. */
export function replaceKeywords(ajv: Ajv, { exact }: { readonly exact: boolean }): void {
  for (const keyword of [multipleOf, uniqueItems, ...(exact ? BOUNDS : [])]) {
    ajv.removeKeyword(String(keyword.keyword))
    ajv.addKeyword(keyword)
  }
}

const multipleOf: FuncKeywordDefinition = {
  keyword: 'multipleOf',
  type: 'number',
  schemaType: 'number',
  errors: false,
  error: { message: ({ schemaCode }) => str`must be multiple of ${schemaCode}` },
  validate(this: unknown, divisor: number, data: number, _parent?: unknown, place?: Place) {
    const number = exactAt(this, data, place)
    if (typeof number === 'number' && Number.isSafeInteger(number) && Number.isSafeInteger(divisor)) return number % divisor === 0
    return isMultiple(String(number), divisor)
  },
}

/** Beyond 60 digits apart nobody can tell, and nobody needs to: such a number is told to be no multiple. */
function isMultiple(text: string, divisor: number): boolean {
  const quotient = new Exact(text).div(divisor)
  return Math.abs(quotient.e) < 60 && quotient.isInteger()
}

const uniqueItems: FuncKeywordDefinition = {
  keyword: 'uniqueItems',
  type: 'array',
  schemaType: 'boolean',
  errors: false,
  error: { message: 'must NOT have duplicate items' },
  validate(this: unknown, unique: boolean, items: readonly unknown[]) {
    if (!unique) return true
    const { bent } = contextOf(this)
    return new Set(items.map((item, index) => canonical(bent?.get(items)?.get(index) ?? item, bent))).size === items.length
  },
}

/** The same text for the same JSON value, whatever the order of its members. */
function canonical(value: unknown, bent: BentNumbers | undefined): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  if (isExactNumber(value)) return new Decimal(value.text).toString()
  const exact = bent?.get(value)
  if (Array.isArray(value)) return `[${value.map((item, index) => canonical(exact?.get(index) ?? item, bent)).join()}]`
  const members = Object.entries(value).map(([name, item]) => `${JSON.stringify(name)}:${canonical(exact?.get(name) ?? item, bent)}`)
  return `{${members.sort().join()}}`
}

const BOUNDS: readonly FuncKeywordDefinition[] = [
  bound('minimum', '>=', order => order >= 0),
  bound('maximum', '<=', order => order <= 0),
  bound('exclusiveMinimum', '>', order => order > 0),
  bound('exclusiveMaximum', '<', order => order < 0),
]

function bound(keyword: string, sign: string, holds: (order: number) => boolean): FuncKeywordDefinition {
  return {
    keyword,
    type: 'number',
    schemaType: 'number',
    errors: false,
    error: { message: ({ schemaCode }) => str`must be ${sign} ${schemaCode}` },
    validate(this: unknown, limit: number, data: number, _parent?: unknown, place?: Place) {
      return holds(compare(exactAt(this, data, place), limit))
    },
  }
}

function exactAt(context: unknown, data: number, place: Place): number | ExactNumber {
  return (place && contextOf(context).bent?.get(place.parentData)?.get(place.parentDataProperty)) ?? data
}

function contextOf(context: unknown): ValidationContext {
  return (context ?? {}) as ValidationContext
}
