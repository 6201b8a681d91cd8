import type { SimpleType } from '../../../transformers/xsd/model.ts'
import { createSimpleValue } from '../../../transformers/xsd/values.ts'
import { sampleOfPattern } from './sample-pattern.ts'
import { wordsOf } from './words.ts'

/** A text that fits the simple type and says something to people who know the field's name; undefined where none is found. */
export function sampleText(type: SimpleType, name: string): string | undefined {
  const { variety, facets } = type
  const check = createSimpleValue(type)
  const tried =
    facets.enumeration ?? (variety === 'union' ? ofUnion(type, name) : variety === 'list' ? ofList(type, name) : ofAtom(type, name))
  return tried.find(text => check(text) === undefined)
}

function ofUnion({ members = [] }: SimpleType, name: string): readonly string[] {
  return members.flatMap(member => sampleText(member, name) ?? [])
}

function ofList({ item, facets: { length, minLength = length ?? 1 } }: SimpleType, name: string): readonly string[] {
  const text = item && sampleText(item, name)
  return text === undefined
    ? ['']
    : [
        Array(Math.max(1, Math.min(minLength, 100)))
          .fill(text)
          .join(' '),
        '',
      ]
}

function ofAtom(type: SimpleType, name: string): readonly string[] {
  const { primitive, facets } = type
  const patterned = (facets.patterns ?? []).flatMap(step => step.flatMap(one => sampleOfPattern(one) ?? []))
  if (primitive === 'decimal' || primitive === 'float' || primitive === 'double') return [...numbers(type, name), ...patterned]
  const plain = VALUES[primitive] ?? texts(type, name)
  return [...plain, ...patterned]
}

const VALUES: Readonly<Record<string, readonly string[]>> = {
  boolean: ['true', '1', 'false', '0'],
  date: ['2026-11-27', '2026-11-27Z', '1990-05-17', '2090-05-17'],
  dateTime: ['2026-11-27T10:30:00Z', '2026-11-27T10:30:00', '1990-05-17T10:30:00Z', '2090-05-17T10:30:00Z'],
  time: ['10:30:00', '10:30:00Z'],
  duration: ['P1D', 'PT1H'],
  gYear: ['2026'],
  gYearMonth: ['2026-11'],
  gMonthDay: ['--11-27'],
  gMonth: ['--11'],
  gDay: ['---27'],
  QName: ['example'],
  NOTATION: ['example'],
}

function numbers({ builtin, facets }: SimpleType, name: string): readonly string[] {
  const { minInclusive, maxInclusive, minExclusive, maxExclusive } = facets
  const bounds = [minInclusive, maxInclusive, after(minExclusive, 1), after(maxExclusive, -1)].filter(one => one !== undefined)
  const fraction = builtin === 'decimal' || builtin === 'float' || builtin === 'double'
  const usual = fraction ? ['12.5', '0.5'] : wordsOf(name).some(word => /^(?:id|no|number|year)$/.test(word)) ? ['1001'] : ['2']
  return [...usual, '10', '1', '100', '2026', '0', '-1', ...bounds]
}

function after(bound: string | undefined, step: number): string | undefined {
  return bound === undefined ? undefined : String(Number(bound) + step)
}

/** What people write into a field of that name: the last word that is known decides. */
const WORDS: Readonly<Record<string, string>> = {
  amount: '12.50',
  city: 'Leeds',
  code: 'A-1',
  comment: 'as agreed',
  country: 'GB',
  currency: 'EUR',
  customer: 'C-100',
  description: 'as agreed',
  email: 'ada@example.com',
  first: 'Ada',
  iban: 'DE02120300000000202051',
  id: 'A-1001',
  key: 'A-1001',
  language: 'en',
  last: 'Example',
  mail: 'ada@example.com',
  message: 'as agreed',
  name: 'Ada Example',
  no: '1001',
  note: 'as agreed',
  number: '1001',
  phone: '+44 113 496 0000',
  postcode: 'LS1 4AP',
  reference: 'R-1001',
  remark: 'as agreed',
  sku: 'MUG-01',
  status: 'open',
  street: '1 Long Lane',
  text: 'as agreed',
  title: 'Example',
  url: 'https://example.com/',
  zip: 'LS1 4AP',
}

function texts({ primitive, builtin, facets }: SimpleType, name: string): readonly string[] {
  const { length, minLength = length ?? 0, maxLength = length ?? Number.POSITIVE_INFINITY } = facets
  if (primitive === 'base64Binary') return binary(minLength, 'base64')
  if (primitive === 'hexBinary') return binary(minLength, 'hex')
  const words = wordsOf(name)
  const known = words.findLast(word => Object.hasOwn(WORDS, word))
  const usual = [(known && WORDS[known]) ?? words.join(' '), words.join('-'), 'example', 'a', '1']
  const long = minLength > 20_000 ? [] : usual.map(text => text.padEnd(minLength, 'x').slice(0, Math.min(maxLength, 20_000)))
  return builtin === 'language' ? ['en', ...long] : [...usual, ...long]
}

function binary(least: number, encoding: 'base64' | 'hex'): readonly string[] {
  const bytes = Buffer.from('example'.padEnd(Math.min(least, 20_000), '.'))
  return [bytes, bytes.subarray(0, least)].map(one => one.toString(encoding)).map(text => (encoding === 'hex' ? text.toUpperCase() : text))
}
