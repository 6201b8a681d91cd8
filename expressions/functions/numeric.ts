import { compare, ExactNumber, exactOrNumber } from '../../transformers/json/exact-number.ts'
import { EvaluationError } from '../expression.ts'
import { absolute, add, decimalOf, type Numeric, numberOf, Whole } from '../numbers.ts'
import { fixScaled } from '../scaled.ts'
import { isNumber, kindOf, named } from '../values.ts'
import { any, define, type FunctionSpec, failureOf, list, number, optional, text } from './define.ts'

const NUMBER = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?$/
const MAX_DIGITS = 20

/** Functions on numbers. */
export const numericFunctions: readonly FunctionSpec[] = [
  define({
    name: 'money',
    params: [number('amount'), text('currency')],
    returns: 'number',
    description:
      'The amount with as many digits as the currency has (ISO 4217: JPY 0, USD 2, KWD 3), rounded half away from zero; written with all of them: 12.50.',
    example: 'money(body.total, body.currency)',
    verify: ([, currency]) => (typeof currency === 'string' ? failureOf(() => currencyDigits(currency)) : undefined),
    run: (amount, currency) => fixed(amount, currencyDigits(currency)),
  }),
  define({
    name: 'round',
    params: [number('number'), optional(number('digits'))],
    returns: 'number',
    description:
      'The number with so many digits behind the point (none unless told), rounded half away from zero in decimal arithmetic; written with all of them.',
    example: 'round(line.quantity * line.unitPrice, 2)',
    run: (value, digits) => fixed(value, digits === undefined ? 0 : digitCount(digits)),
  }),
  define({
    name: 'floor',
    params: [number('number')],
    returns: 'number',
    description: 'The next whole number below.',
    example: 'floor(body.weight)',
    run: value => numberOf(decimalOf(value).floor(), value, value),
  }),
  define({
    name: 'ceil',
    params: [number('number')],
    returns: 'number',
    description: 'The next whole number above.',
    example: 'ceil(body.weight)',
    run: value => numberOf(decimalOf(value).ceil(), value, value),
  }),
  define({
    name: 'abs',
    params: [number('number')],
    returns: 'number',
    description: 'The number without its sign.',
    example: 'abs(body.balance)',
    run: value => absolute(value),
  }),
  define({
    name: 'min',
    params: [any('numbers')],
    rest: number('more'),
    returns: 'number',
    description: 'The smallest of the numbers, or of one list of numbers.',
    example: 'min(body.a, body.b)',
    run: (first, ...more) => numbersOf(first, more, 'min()').reduce((a, b) => (compare(b, a) < 0 ? b : a)),
  }),
  define({
    name: 'max',
    params: [any('numbers')],
    rest: number('more'),
    returns: 'number',
    description: 'The largest of the numbers, or of one list of numbers.',
    example: 'max(body.lines.map(line, line.weight))',
    run: (first, ...more) => numbersOf(first, more, 'max()').reduce((a, b) => (compare(b, a) > 0 ? b : a)),
  }),
  define({
    name: 'sum',
    params: [list('list')],
    returns: 'number',
    description: 'The sum of a list of numbers; 0 of an empty one.',
    example: 'sum(body.lines.map(line, line.quantity * line.unitPrice))',
    run: items => items.reduce<Numeric>((total, item) => add(total, numberIn(item, 'sum()')), 0),
  }),
  define({
    name: 'number',
    params: [any('value')],
    returns: 'number',
    description: 'The number that a text is ("1142.35", " 7 "); a number is itself. Anything else is an error.',
    example: 'number(body.quantity)',
    run: value => toNumeric(value, 'number()'),
  }),
  define({
    name: 'double',
    params: [any('value')],
    returns: 'number',
    description: "CEL's name of number(): numbers are one kind.",
    example: 'double(body.quantity)',
    run: value => toNumeric(value, 'double()'),
  }),
  define({
    name: 'int',
    params: [any('value')],
    returns: 'number',
    description: 'The number, or the number that a text is, without its digits behind the point.',
    example: 'int(body.quantity)',
    run: value => {
      const whole = toNumeric(value, 'int()')
      return numberOf(decimalOf(whole).trunc(), whole, whole)
    },
  }),
]

/** A whole number of at least 0, as for places in a text or list; throws EvaluationError otherwise. */
export function index(value: Numeric, what: string): number {
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0) return value
  throw new EvaluationError(`${what} must be a whole number from 0, saw ${value}`)
}

/** A plain number where it is written the same. */
function fixed(value: Numeric, digits: number): Numeric {
  const quick = typeof value === 'number' ? fixScaled(value, digits) : undefined
  const rounded = quick ?? decimalOf(value).toFixed(digits, Whole.ROUND_HALF_UP)
  const written = /^-[0.]+$/.test(rounded) ? rounded.slice(1) : rounded
  const double = Number(written)
  return String(double) === written ? double : new ExactNumber(written)
}

function digitCount(value: Numeric): number {
  const digits = index(value, 'round(): digits')
  if (digits > MAX_DIGITS) throw new EvaluationError(`round(): digits are at most ${MAX_DIGITS}, saw ${digits}`)
  return digits
}

const digitsByCurrency = new Map<string, number>()
const currencies = new Set(Intl.supportedValuesOf('currency'))

function currencyDigits(currency: string): number {
  const known = digitsByCurrency.get(currency)
  if (known !== undefined) return known
  if (!currencies.has(currency)) {
    throw new EvaluationError(
      `money(): unknown currency ${JSON.stringify(currency.slice(0, 20))}; expected a code of ISO 4217 such as "USD"`,
    )
  }
  const digits = new Intl.NumberFormat('en', { style: 'currency', currency }).resolvedOptions().maximumFractionDigits ?? 2
  digitsByCurrency.set(currency, digits)
  return digits
}

function toNumeric(value: unknown, where: string): Numeric {
  if (isNumber(value)) return value
  if (typeof value !== 'string') throw new EvaluationError(`${where} takes a text or a number, saw ${named(kindOf(value))}`)
  const trimmed = value.trim()
  if (!NUMBER.test(trimmed) || trimmed.length > 400)
    throw new EvaluationError(`${where}: ${JSON.stringify(value.slice(0, 40))} is no number`)
  return exactOrNumber(jsonForm(trimmed))
}

/** `+7`, `007`, `.5` and `5.` are numbers to people, but not to JSON. */
function jsonForm(value: string): string {
  const [, sign = '', whole = '', rest = ''] = /^([+-]?)(\d*)(.*)$/.exec(value) ?? []
  return `${sign === '-' ? '-' : ''}${whole.replace(/^0+(?=\d)/, '') || '0'}${rest.replace(/^\.(?=$|[eE])/, '')}`
}

function numbersOf(first: unknown, more: readonly Numeric[], where: string): readonly Numeric[] {
  const all = Array.isArray(first) && more.length === 0 ? first : [first, ...more]
  if (all.length === 0) throw new EvaluationError(`${where} needs at least one number, saw an empty list`)
  return all.map(item => numberIn(item, where))
}

function numberIn(item: unknown, where: string): Numeric {
  if (isNumber(item)) return item
  throw new EvaluationError(`${where} takes numbers, saw ${named(kindOf(item))}`)
}
