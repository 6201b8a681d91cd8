import { Decimal } from 'decimal.js'
import { dateFault } from '../../../expressions/functions/dates.ts'
import { numberOf } from '../../json/decimal-number.ts'
import { type ExactNumber, isExactNumber } from '../../json/exact-number.ts'
import { shown } from '../records/shown.ts'
import { readDigits, writeDigits } from './digits.ts'
import type { Field } from './model.ts'

/** The value of what stands in a field; undefined where it is absent. Throws TypeError with what was seen. */
export function readValue(text: string, field: Field): unknown {
  const value = READERS[field.type](text, field)
  if (field.required && (value === undefined || value === '')) throw new TypeError('it is required, and it is blank')
  return value
}

/** What stands in a field for a value, padded. Throws TypeError where it has no form, or does not fit. */
export function writeValue(value: unknown, field: Field): string {
  const absent = value === undefined || value === null
  if (field.required && (absent || value === '')) throw new TypeError('it is required, and there is none')
  // An absent number is blank, since padded with zeros it would be one.
  if (absent) return (field.type === 'number' ? ' ' : field.pad).repeat(field.length)
  const text = WRITERS[field.type](value, field)
  if (text.length > field.length) throw new TypeError(`${shown(text)} has ${text.length} characters, and there are ${field.length}`)
  return field.align === 'left' ? text.padEnd(field.length, field.pad) : text.padStart(field.length, field.pad)
}

const READERS: Readonly<Record<Field['type'], (text: string, field: Field) => unknown>> = {
  text(text, field) {
    const value = unpadded(text, field)
    if (value.includes('\0')) throw new TypeError('it holds a NUL character')
    return value
  },
  number: readNumber,
  date(text, field) {
    const value = unpadded(text, field)
    if (value.trim() === '') return undefined
    const fault = dateFault(field.pattern ?? '', value)
    if (fault !== undefined) throw new TypeError(fault)
    return value
  },
}

const WRITERS: Readonly<Record<Field['type'], (value: unknown, field: Field) => string>> = {
  text(value, field) {
    if (typeof value !== 'string') throw new TypeError(`it is a text, and this is ${kindOf(value)}`)
    const padded = field.align === 'left' ? value.endsWith(field.pad) : value.startsWith(field.pad)
    if (padded && field.pad !== ' ') throw new TypeError(`${shown(value)} has padding (${shown(field.pad)}) of its own`)
    if (value.includes('\0')) throw new TypeError(`${shown(value)} holds a NUL character`)
    return value
  },
  number: writeNumber,
  date(value, field) {
    if (typeof value !== 'string') throw new TypeError(`it is a date as a text, and this is ${kindOf(value)}`)
    const fault = dateFault(field.pattern ?? '', value)
    if (fault !== undefined) throw new TypeError(fault)
    return value
  },
}

/** In one pass, however much padding there is. */
function unpadded(text: string, { pad, align }: Field): string {
  let from = 0
  let to = text.length
  if (align === 'right') while (from < to && text[from] === pad) from++
  else while (to > from && text[to - 1] === pad) to--
  return text.slice(from, to)
}

function readNumber(text: string, field: Field): number | ExactNumber | undefined {
  const bare = (field.pad === ' ' || field.pad === '0' ? text : unpadded(text, field)).trim()
  if (bare === '') return undefined
  const { negative, digits } = readDigits(bare, field)
  const point = field.decimals === undefined ? digits : pointed(digits, field.decimals)
  const canonical = point.replace(/^0+(?=\d)/, '')
  return numberOf(negative && /[1-9]/.test(canonical) ? `-${canonical}` : canonical)
}

function pointed(digits: string, decimals: number): string {
  if (decimals === 0) return digits
  const whole = digits.padStart(decimals + 1, '0')
  return `${whole.slice(0, -decimals)}.${whole.slice(-decimals)}`
}

function writeNumber(value: unknown, field: Field): string {
  const text = decimalText(value)
  const negative = text.startsWith('-')
  const [whole = '', fraction = ''] = text.replace('-', '').split('.')
  const { decimals } = field
  if (decimals === undefined) return writeDigits({ negative, digits: fraction === '' ? whole : `${whole}.${fraction}` }, field)
  const kept = fraction.replace(/0+$/, '')
  if (kept.length > decimals) throw new TypeError(`${text} has more than ${decimals} ${decimals === 1 ? 'decimal' : 'decimals'}`)
  const digits = (whole + kept.padEnd(decimals, '0')).replace(/^0+(?=\d)/, '')
  return writeDigits({ negative, digits }, field)
}

/** Without an exponent; an exact number keeps its zeros at the end. */
function decimalText(value: unknown): string {
  if (isExactNumber(value)) return /[eE]/.test(value.text) ? new Decimal(value.text).toFixed() : value.text
  if (typeof value === 'number' && Number.isFinite(value)) return new Decimal(value).toFixed()
  throw new TypeError(`it is a number, and this is ${kindOf(value)}`)
}

function kindOf(value: unknown): string {
  if (typeof value === 'string') return `the text ${shown(value)}`
  if (Array.isArray(value)) return 'a list'
  return typeof value === 'object' ? 'an object' : `${typeof value} ${String(value)}`
}
