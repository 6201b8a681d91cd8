import { numberOf } from '../../json/decimal-number.ts'
import { ExactNumber, isExactNumber } from '../../json/exact-number.ts'
import { shown } from '../records/shown.ts'

export type CellType = 'text' | 'number' | 'boolean'
export type DecimalSign = '.' | ','

/** The value of a cell's text, undefined where it is empty; throws TypeError with what was seen. */
export function readCell(text: string, type: CellType, decimal: DecimalSign): unknown {
  if (type === 'text') return text
  const bare = text.trim()
  if (bare === '') return undefined
  if (type === 'number') return readNumber(bare, decimal)
  if (bare === 'true' || bare === 'false') return bare === 'true'
  throw new TypeError(`${shown(text)} is neither true nor false`)
}

const NUMBER = /^([+-]?)0*(\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)$/

/** A number that a double carries with its text, else an ExactNumber that knows it. */
function readNumber(text: string, decimal: DecimalSign): number | ExactNumber {
  const pointed = decimal === ',' ? text.replace('.', 'x').replace(',', '.') : text
  const [, sign, digits] = NUMBER.exec(pointed) ?? []
  if (digits === undefined) throw new TypeError(`${shown(text)} is no number${decimal === ',' ? ' with a decimal comma' : ''}`)
  const canonical = `${sign === '-' ? '-' : ''}${digits}`
  return canonical === pointed ? numberOf(canonical) : new ExactNumber(canonical, pointed)
}

/** The text of a cell, '' for an absent value; undefined for a value that has none. */
export function writeCell(value: unknown, decimal: DecimalSign): string | undefined {
  if (typeof value === 'string') return value
  if (value === undefined || value === null) return ''
  if (typeof value === 'boolean') return String(value)
  if (isExactNumber(value)) return (value.lexical ?? value.text).replace('.', decimal)
  return typeof value === 'number' && Number.isFinite(value) ? String(value).replace('.', decimal) : undefined
}
