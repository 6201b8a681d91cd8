import type { SimpleType } from '../../../../transformers/xsd/model.ts'
import { createSimpleValue } from '../../../../transformers/xsd/values.ts'
import type { Random } from './random.ts'

/** A name in a value: its prefix is up to who writes it. */
export interface QualifiedName {
  readonly ns: string
  readonly local: string
}

const STRINGS = [
  '',
  'plain',
  '00123',
  '1e5',
  'true',
  ' two  spaces ',
  'line\nbreak',
  'tab\there',
  '<&>"\'',
  ']]>',
  'Zürich',
  '日本',
  '😀',
  'a\r\nb',
  '0x10',
  '-0',
  '+5',
  'null',
  '{}',
]
const DECIMALS = [
  '0',
  '1',
  '-7',
  '1.00',
  '00123',
  '+5',
  '.5',
  '5.',
  '-0',
  '-0.0',
  '0.0000001',
  '149.95',
  '12345678901234567890123456789012.34',
  '100000000000000000000000',
  '0.1',
]
const INTEGERS = ['0', '1', '007', '+42', '-3', '9007199254740993', '1234567890123456789012345678901234', '-0']
const WHOLE = ['0', '1', '007', '42', '200', '+9']
const DOUBLES = ['0', '1.5', '1E5', '-1.0e-7', 'INF', '-INF', 'NaN', '1e21', '0.30000000000000004', '100']

/** Texts by built-in type, each of them one of its values. */
const TEXTS: Readonly<Record<string, readonly string[]>> = {
  string: STRINGS,
  normalizedString: ['name', 'two  spaces', '00123', ' '],
  token: ['red', 'a b', '1.0'],
  language: ['de', 'en-US'],
  NMTOKEN: ['a', '1.0', 'x-y', '007'],
  decimal: DECIMALS,
  integer: INTEGERS,
  nonNegativeInteger: INTEGERS,
  positiveInteger: INTEGERS,
  long: [...WHOLE, '9223372036854775807', '-9223372036854775808'],
  int: [...WHOLE, '-2147483648', '2147483647'],
  unsignedByte: WHOLE,
  double: DOUBLES,
  boolean: ['true', 'false', '1', '0'],
  date: ['2026-11-24', '2026-11-24Z', '0001-01-01', '2026-11-24+14:00'],
  dateTime: ['2026-11-24T00:00:00', '2026-11-24T23:59:59.500Z'],
  gYearMonth: ['2026-11'],
  anyURI: ['urn:a', 'http://example.com/?a=1&b=2'],
  hexBinary: ['', '00FF', 'abcd'],
}

/** A text of the simple type, or a name. `tame`: numbers are such as JSON keeps them. */
export function textOf(type: SimpleType, random: Random, tame: boolean): string | QualifiedName {
  if (type.builtin === 'QName')
    return random.pick([
      { ns: 'urn:elsewhere', local: 'x' },
      { ns: '', local: 'plain' },
      { ns: 'urn:fixtures:spaces:a', local: 'y' },
    ])
  if (type.variety === 'list') return listText(type, random, tame)
  if (type.variety === 'union') return textOf(random.pick(type.members ?? []), random, tame)
  const { enumeration, patterns } = type.facets
  if (enumeration) return random.pick(enumeration)
  if (patterns && type.name?.local === 'Account') return random.pick(['00123', '12345', '00000'])
  const isValid = createSimpleValue(type)
  const fitting = (TEXTS[type.builtin] ?? []).filter(text => isValid(text) === undefined && !(tame && isBent(text, type)))
  if (fitting.length === 0) throw new Error(`no text for ${type.name?.local ?? type.builtin}`)
  return random.pick(fitting)
}

function listText(type: SimpleType, random: Random, tame: boolean): string {
  const { item } = type
  const least = type.facets.minLength ?? 0
  const count = least + random.int(3)
  return Array.from({ length: count }, () => (item ? String(textOf(item, random, tame)) : 'x')).join(' ')
}

/** JSON has no place for the text of such a number. */
function isBent(text: string, { primitive }: SimpleType): boolean {
  if (primitive === 'decimal') return text === '-0' || !/^-?(?:0|[1-9]\d*)(?:\.\d*[1-9])?$/.test(text)
  return (primitive === 'double' || primitive === 'float') && !/N/.test(text) && String(Number(text)) !== text
}
