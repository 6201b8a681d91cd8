import { Decimal } from 'decimal.js'
import { ExactNumber, isExactNumber } from '../../json/exact-number.ts'

const PARTS = /^([+-]?)(\d*)(?:\.(\d*))?((?:[eE][+-]?\d+)?)$/
const ZEROS = /^0+/
const WHOLE = /^(-?\d+)\.0*$/
/** Characters of one number, as in JSON bodies. */
const LONGEST = 1_000

/** The number of a text of XML: a double where its own text is the very same, else exact. Undefined where it is no number, or too long for one. */
export function numberOf(text: string): number | ExactNumber | undefined {
  const double = +text
  if (String(double) === text && Number.isFinite(double)) return double
  if (text.length > LONGEST) return undefined
  const [, sign, digits, fraction, exponent] = PARTS.exec(text) ?? []
  if (digits === undefined || (digits === '' && !fraction)) return undefined
  const json = `${sign === '-' ? '-' : ''}${digits.replace(ZEROS, '') || '0'}${fraction ? `.${fraction}` : ''}${exponent ?? ''}`
  return json === text ? new ExactNumber(json) : new ExactNumber(json, text)
}

/** What a decimal, an integer or a float may be written from, as XML writes it; undefined for any other value. */
export function lexicalOf(value: unknown, kind: 'decimal' | 'integer' | 'float'): string | undefined {
  if (typeof value === 'string') return value
  if (typeof value === 'number') return Number.isFinite(value) ? plain(String(value), kind) : infinite(value, kind)
  if (!isExactNumber(value)) return undefined
  return value.lexical ?? plain(value.text, kind)
}

function infinite(value: number, kind: string): string | undefined {
  if (kind !== 'float') return undefined
  if (Number.isNaN(value)) return 'NaN'
  return value > 0 ? 'INF' : '-INF'
}

/** Decimals have no exponent, and integers no point (XML Schema Datatypes, 3.2.3 and 3.3.13). */
function plain(text: string, kind: string): string | undefined {
  if (kind === 'float') return text
  const spelled = /[eE]/.test(text) ? withoutExponent(text) : text
  return kind === 'integer' ? spelled?.replace(WHOLE, '$1') : spelled
}

function withoutExponent(text: string): string | undefined {
  const exponent = Number(/[eE](.*)$/.exec(text)?.[1])
  return Math.abs(exponent) > LONGEST ? undefined : new Decimal(text).toFixed()
}
