import type { SimpleType } from '../model.ts'

/** True where a number fits for sure; false: look closer. `text` is the double's own text. */
export type QuickCheck = (double: number, text: string) => boolean

/** For numbers whose own text is the text of the document, most facets are decided by the double. */
export function quickCheck({ facets }: SimpleType, kind: 'decimal' | 'integer' | 'float'): QuickCheck {
  if (facets.patterns || facets.enumeration || kind === 'float') return NEVER
  const least = boundOf(facets.minInclusive, Number.NEGATIVE_INFINITY)
  const most = boundOf(facets.maxInclusive, Number.POSITIVE_INFINITY)
  const above = boundOf(facets.minExclusive, Number.NEGATIVE_INFINITY)
  const below = boundOf(facets.maxExclusive, Number.POSITIVE_INFINITY)
  if (least === undefined || most === undefined || above === undefined || below === undefined) return NEVER
  const { totalDigits = 15, fractionDigits = 15 } = facets
  const digits = Math.min(totalDigits, 15)
  const whole = kind === 'integer'
  return (double, text) => {
    if (double < least || double > most || double <= above || double >= below) return false
    // With up to 15 characters, all of them digits but for sign and point, there is no exponent either.
    if (text.length > digits || (double !== 0 && double < 1e-6 && double > -1e-6)) return false
    if (whole) return Number.isInteger(double)
    if (fractionDigits >= 15) return true
    const point = text.indexOf('.')
    return point < 0 || text.length - point - 1 <= fractionDigits
  }
}

const NEVER: QuickCheck = () => false

/** Undefined: its double could be taken for another number of 15 digits. */
function boundOf(text: string | undefined, none: number): number | undefined {
  if (text === undefined) return none
  const double = Number(text)
  return text.length <= 15 || Math.abs(double) > 1e15 ? double : undefined
}
