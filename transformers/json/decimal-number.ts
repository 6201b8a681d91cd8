import { ExactNumber } from './exact-number.ts'

/** A number by its canonical text: a double where that has the same text, else an ExactNumber that keeps it. Throws TypeError where it is no JSON number. */
export function numberOf(text: string): number | ExactNumber {
  const double = Number(text)
  return String(double) === text ? double : new ExactNumber(text)
}
