import { shown } from '../records/shown.ts'
import type { Field } from './model.ts'

/** A number's digits, with a point among them where it is written, and its sign. */
export interface Digits {
  readonly negative: boolean
  readonly digits: string
}

/** Last digits that bear a sign, by their value: IBM's zoned decimals as they are read in a text. */
const PLUS = '{ABCDEFGHI'
const MINUS = '}JKLMNOPQR'

/** Takes a number's text apart. Throws TypeError where it is none of the field's form. */
export function readDigits(text: string, field: Field): Digits {
  const found = SIGNS[field.sign](text)
  const form = field.decimals === undefined ? /^\d+(?:\.\d+)?$/ : /^\d+$/
  if (form.test(found.digits)) return found
  throw new TypeError(`${shown(text)} is no number${HELP[field.sign]}${field.decimals === undefined ? '' : ', without a decimal point'}`)
}

const SIGNS: Readonly<Record<Field['sign'], (text: string) => Digits>> = {
  none: digits => ({ negative: false, digits }),
  leading: text =>
    /^[+-]/.test(text) ? { negative: text.startsWith('-'), digits: text.slice(1).trimStart() } : { negative: false, digits: text },
  trailing: text =>
    /[+-]$/.test(text) ? { negative: text.endsWith('-'), digits: text.slice(0, -1).trimEnd() } : { negative: false, digits: text },
  overpunch(text) {
    const last = text.slice(-1)
    const negative = MINUS.includes(last)
    const value = negative ? MINUS.indexOf(last) : PLUS.indexOf(last)
    return { negative, digits: value < 0 ? text : text.slice(0, -1) + value }
  },
}

const HELP: Readonly<Record<Field['sign'], string>> = {
  none: ' without a sign',
  leading: ' with its sign before it',
  trailing: ' with its sign behind it',
  overpunch: ' with its sign in the last digit',
}

/** The text of a number, filled up with zeros where those are its padding, so that its sign stands at the edge. Throws TypeError where there is no place for the sign. */
export function writeDigits({ negative, digits }: Digits, { sign, plus, pad, length }: Field): string {
  if (sign === 'none') {
    if (negative) throw new TypeError(`-${digits} is negative, and the field has no sign`)
    return digits
  }
  if (sign === 'overpunch') return digits.slice(0, -1) + (negative ? MINUS : PLUS).charAt(Number(digits.slice(-1)))
  const filled = pad === '0' ? digits.padStart(length - 1, '0') : digits
  const mark = negative ? '-' : plus
  return sign === 'leading' ? mark + filled : filled + mark
}
