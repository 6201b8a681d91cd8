import { type CharsetName, charsetOption } from '../../../transformers/formats/charset.ts'
import { charsetOf } from '../../../transformers/formats/charsets.ts'
import { below } from './round-trip.ts'

/** Characters that a charset has, those that formats live on more often than others. */
function alphabetOf(name: CharsetName): readonly string[] {
  const signs = [...'",;\'\\#|\n\r\t  ', '\r\n', '""', '00', '\u0085', '\ufeff', '--']
  const codes = Array.from({ length: 0x24f }, (_, code) => String.fromCharCode(code)).slice(1)
  const all = [...signs, ...signs, ...codes, '€', '中', '👍', '\u{10ffff}', '\u2028', '\ufffd']
  return all.filter(char => charsetOf(name).bytes(char))
}

const alphabets = new Map(charsetOption.enum.map(name => [name, alphabetOf(name)]))

/** A text of up to `most` of the charset's characters; often it is empty. */
export function randomText(name: CharsetName, most: number, random: () => number): string {
  const alphabet = alphabets.get(name) ?? []
  const length = random() < 0.1 ? 0 : below(most + 1, random)
  return Array.from({ length }, () => alphabet[below(alphabet.length, random)] ?? '').join('')
}
