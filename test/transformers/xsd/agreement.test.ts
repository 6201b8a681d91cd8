import { expect } from 'chai'
import type { SimpleType } from '../../../transformers/xsd/model.ts'
import { createSimpleValue } from '../../../transformers/xsd/values.ts'
import { libxml2, loaded, schema } from './schemas.ts'

/** A type, texts that are of it, and texts that are not. */
type Case = readonly [type: string, fits: readonly string[], not: readonly string[]]

const restricted = (base: string, ...facets: readonly (readonly [string, string])[]): string =>
  `<xs:restriction base="xs:${base}">${facets.map(([name, value]) => `<xs:${name} value="${value}"/>`).join('')}</xs:restriction>`
const pattern = (value: string): string => restricted('string', ['pattern', value])

const builtins: readonly Case[] = [
  ['string', ['', ' a  b ', '\n'], []],
  ['token', ['a b', ' a '], []],
  ['boolean', ['true', '0', ' 1 '], ['TRUE', 'yes', '']],
  ['decimal', ['1', '+1.', '.5', '-00.10', '123456789012345678901234567890.5'], ['', '.', '1e5', '1,5', '- 1', 'INF', '0x1']],
  ['integer', ['0', '-0', '+007', '12345678901234567890123456789012'], ['1.0', '1.', '', '--1']],
  ['nonPositiveInteger', ['0', '-1', '-0'], ['1']],
  ['negativeInteger', ['-1'], ['0', '1']],
  ['long', ['9223372036854775807', '-9223372036854775808', '+0009223372036854775807'], ['9223372036854775808', '-9223372036854775809']],
  ['int', ['2147483647', '-2147483648'], ['2147483648', '-2147483649']],
  ['short', ['32767', '-32768'], ['32768', '-32769']],
  ['byte', ['127', '-128'], ['128', '-129']],
  ['nonNegativeInteger', ['0', '+5'], ['-1']],
  ['positiveInteger', ['1'], ['0', '-1']],
  ['unsignedLong', ['18446744073709551615'], ['18446744073709551616', '-1']],
  ['unsignedInt', ['4294967295'], ['4294967296']],
  ['unsignedShort', ['65535'], ['65536']],
  ['unsignedByte', ['255', '0'], ['256', '-1']],
  ['float', ['1', '1e5', '-1.5E-3', 'INF', '-INF', 'NaN', '.5', '5.'], ['inf', '+INF', 'e5', '', '1e5.5', '0x10']],
  ['double', ['1e400', '-0', '1E+3'], ['1d', 'nan']],
  ['duration', ['P1Y', 'P1Y2M3DT4H5M6.7S', '-PT0S', 'PT36H'], ['P', 'PT', 'P1YT', 'P1S', 'P-1Y', '1Y', 'P1.5Y', 'P1M2Y']],
  [
    'dateTime',
    ['2024-02-29T23:59:59', '2024-01-01T00:00:00.123456789Z', '-0045-03-15T12:00:00', '2024-01-01T24:00:00', '12024-01-01T00:00:00+14:00'],
    [
      '2023-02-29T00:00:00',
      '2024-01-01',
      '2024-13-01T00:00:00',
      '2024-01-01T24:00:01',
      '2024-01-01T00:00',
      '2024-01-01 00:00:00',
      '2024-01-01T00:00:60',
      '2024-01-01T00:00:00+14:01',
      '24-01-01T00:00:00',
    ],
  ],
  [
    'date',
    ['2024-02-29', '2000-02-29Z', '2024-12-31-05:00'],
    ['1900-02-29', '2024-04-31', '2024-1-1', '20240101', '2024-00-10', '2024-01-00', '02024-01-01'],
  ],
  ['time', ['00:00:00', '23:59:59.999Z', '24:00:00'], ['24:00:01', '12:00', '12:60:00', '25:00:00']],
  ['gYear', ['2024', '-0001', '12024Z'], ['24', '2024-']],
  ['gYearMonth', ['2024-02', '2024-12Z'], ['2024-13', '2024']],
  ['gMonthDay', ['--02-29', '--12-31Z'], ['--02-30', '--04-31', '02-29']],
  ['gDay', ['---31', '---01Z'], ['---32', '--1', '---1']],
  ['gMonth', ['--12', '--01Z'], ['--13', '12']],
  ['hexBinary', ['', '0fB7'], ['0', 'zz', '0f b7']],
  ['base64Binary', ['', 'AQID', 'AQ==', 'AQI=', 'A Q I D'], ['A', 'AQI', 'AQ=', '=AQI', 'AQ==AQ==', 'A*ID']],
  ['anyURI', ['http://example.com/a?b=c#d', 'urn:a:b', 'a b', '', '../x'], []],
  ['language', ['en', 'en-US', 'x-klingon-1'], ['', 'en_US', 'abcdefghi', '12']],
  ['NMTOKEN', ['a', '1-a:b.c_d'], ['', 'a b', 'a,b']],
  ['Name', ['a:b', '_x', ':a'], ['1a', '-a', '']],
  ['NCName', ['a', '_1', 'é'], ['a:b', '1', '']],
  ['ID', ['a'], ['1', 'a b']],
  ['NMTOKENS', ['a', 'a  b 1'], ['a ,']],
]

const facets: readonly Case[] = [
  [restricted('string', ['length', '2']), ['ab', '😀a', '  '], ['a', 'abc', '']],
  [restricted('string', ['minLength', '1'], ['maxLength', '3']), ['a', 'abc'], ['', 'abcd']],
  [restricted('token', ['maxLength', '3']), ['  a b  ', 'abc'], ['a b c']],
  [restricted('hexBinary', ['length', '2']), ['0aff'], ['0a', '0affff']],
  [restricted('base64Binary', ['maxLength', '2']), ['AQI=', 'AQ==', 'AQ = ='], ['AQID']],
  [
    restricted('decimal', ['minInclusive', '1.5'], ['maxExclusive', '10']),
    ['1.50', '9.999999999999999999999999'],
    ['1.4999999999999999999999', '10', '10.0'],
  ],
  [
    restricted('decimal', ['totalDigits', '5'], ['fractionDigits', '2']),
    ['123.45', '00123.4500', '.5', '12345'],
    ['1234.56', '123.456', '123456'],
  ],
  [restricted('integer', ['totalDigits', '3']), ['999', '-0001'], ['1000']],
  [restricted('integer', ['minExclusive', '-5']), ['-4'], ['-5', '-6']],
  [restricted('decimal', ['enumeration', '1'], ['enumeration', '2.50']), ['1', '1.0', '2.5', '+01'], ['3', '2.51']],
  [restricted('float', ['maxInclusive', '1e3']), ['1000', '-INF'], ['1001', 'INF']],
  [restricted('double', ['minExclusive', '0']), ['1e-300', 'INF'], ['0', '-0', '-1']],
  [restricted('double', ['enumeration', '1.5']), ['15e-1', '1.50'], ['1.6']],
  [restricted('boolean', ['pattern', 'true|false']), ['true'], ['1', '0']],
  [restricted('string', ['enumeration', 'a'], ['enumeration', ' b ']), ['a', ' b '], ['b', 'A', '']],
  [restricted('token', ['enumeration', 'a b']), ['a b', ' a   b '], ['ab']],
  [
    restricted('date', ['minInclusive', '2024-01-01'], ['maxExclusive', '2025-01-01']),
    ['2024-01-01', '2024-12-31'],
    ['2023-12-31', '2025-01-01'],
  ],
  [
    restricted('dateTime', ['minInclusive', '2024-01-01T00:00:00Z']),
    ['2024-01-01T01:00:00+01:00', '2024-01-01T00:00:00.001Z'],
    ['2024-01-01T00:30:00+01:00', '2023-12-31T23:59:59Z'],
  ],
  [restricted('time', ['maxInclusive', '12:00:00']), ['11:59:59', '12:00:00'], ['12:00:01']],
  [restricted('duration', ['maxInclusive', 'P30D']), ['P30D', 'PT1H', 'P29D'], ['P31D', 'P2M', 'P1Y']],
  [restricted('gYear', ['minInclusive', '2000']), ['2000', '2024'], ['1999']],
  [restricted('date', ['enumeration', '2024-01-01Z']), ['2024-01-01Z', '2024-01-01+00:00'], ['2024-01-02Z']],
  [restricted('NMTOKENS', ['length', '2']), ['a b'], ['a', 'a b c']],
  ['<xs:list itemType="xs:int"/>', ['', '1', ' 1  2 3 '], ['1 a', '1,2', '1.0']],
  [
    '<xs:restriction><xs:simpleType><xs:list itemType="xs:int"/></xs:simpleType><xs:maxLength value="2"/></xs:restriction>',
    ['', '1 2'],
    ['1 2 3', 'a'],
  ],
  [
    '<xs:restriction><xs:simpleType><xs:list itemType="xs:int"/></xs:simpleType><xs:enumeration value="1 2"/></xs:restriction>',
    ['1 2', '1   2', '01 2'],
    ['1', '2 1'],
  ],
  ['<xs:union memberTypes="xs:int xs:boolean"/>', ['1', 'true', ' 7 '], ['x', '']],
  [
    '<xs:union memberTypes="xs:int"><xs:simpleType><xs:restriction base="xs:string"><xs:enumeration value="many"/></xs:restriction></xs:simpleType></xs:union>',
    ['5', 'many'],
    ['few', ''],
  ],
  [
    '<xs:restriction><xs:simpleType><xs:union memberTypes="xs:int xs:string"/></xs:simpleType><xs:enumeration value="1"/><xs:enumeration value="x"/></xs:restriction>',
    ['1', 'x', '01'],
    ['2', 'y'],
  ],
]

const patterns: readonly Case[] = [
  [pattern('[A-Z]{2}\\d{3}'), ['AB123'], ['ab123', 'AB1234', 'xAB123', 'AB12']],
  [pattern('a|bc'), ['a', 'bc'], ['ab', 'ac', 'abc', '']],
  [pattern('(ab)*c?'), ['', 'abab', 'c', 'abc'], ['aab', 'cab']],
  [pattern('\\i\\c*'), ['a1', '_:x', 'é'], ['1a', '', '-']],
  [pattern('[\\i-[:]][\\c-[:]]*'), ['ab', 'a-1'], ['a:b', ':a']],
  [pattern('[a-z-[aeiou]]+'), ['xyz', 'b'], ['abc', 'e', '']],
  [pattern('[^a-z]'), ['A', '1', '😀'], ['a', 'z']],
  [pattern('[\\d.,]+'), ['1.5', ','], ['a']],
  [pattern('\\p{Lu}\\p{Ll}*'), ['Ää', 'A'], ['aA', 'ä']],
  [pattern('\\P{L}+'), ['123', '-'], ['1a']],
  [pattern('\\p{IsBasicLatin}*'), ['abc', ''], ['é']],
  [pattern('\\p{IsGreek}+'), ['αβγ'], ['abc']],
  [pattern('\\w+'), ['aé1', '$'], ['a b', '.', '']],
  [pattern('\\W'), [' ', '.'], ['a']],
  [pattern('\\S+'), ['ab'], ['a b']],
  [pattern('a.b'), ['axb', 'a😀b'], ['a\nb', 'ab']],
  [pattern('^a$'), ['^a$'], ['a']],
  [pattern('a{2,}'), ['aa', 'aaaa'], ['a']],
  [pattern('a{0}b'), ['b'], ['ab']],
  [pattern('\\.\\\\\\?\\*\\+\\(\\)\\[\\]\\{\\}\\|\\-\\^'), ['.\\?*+()[]{}|-^'], ['a']],
  [pattern('[\\-\\[\\]^]'), ['-', '[', ']', '^'], ['a', '\\']],
  [pattern('[a\\-z]'), ['a', '-', 'z'], ['b']],
  [pattern('(a+)+b'), ['aab'], ['aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaac']],
  [pattern('[0-9]{5}(-[0-9]{4})?'), ['12345', '12345-6789'], ['1234', '12345-']],
  [pattern('.{1,2000}'), ['a', 'é'], ['']],
  [pattern('[+]?[0-9 /()\\-]{3,20}'), ['+49 (0)30-1'], ['ab']],
  ['<xs:restriction base="xs:string"><xs:pattern value="a+"/><xs:pattern value="b+"/></xs:restriction>', ['aa', 'b'], ['ab']],
  [
    '<xs:restriction><xs:simpleType><xs:restriction base="xs:string"><xs:pattern value="[ab]+"/></xs:restriction></xs:simpleType><xs:pattern value=".{2}"/></xs:restriction>',
    ['ab'],
    ['a', 'xy'],
  ],
]

describe('a simple value', () => {
  const all = [...builtins.map(([name, ...texts]): Case => [`<xs:restriction base="xs:${name}"/>`, ...texts]), ...facets, ...patterns]
  for (const [type, fits, not] of all) {
    it(`is of the type or is not, as libxml2 has it: ${type.replaceAll('xs:', '')}`, () => {
      const content = `<xs:simpleType name="T">${type}</xs:simpleType><xs:element name="v" type="t:T"/>`
      const check = createSimpleValue(typeOf(content))
      for (const text of fits) expect(check(text), `${JSON.stringify(text)} fits`).to.equal(undefined)
      for (const text of not) expect(check(text), `${JSON.stringify(text)} does not fit`).to.be.a('string')
      const files = { 'a.xsd': schema(content) }
      expect(libxml2(files, fits.map(document))).to.equal(undefined)
      for (const text of not) expect(libxml2(files, [document(text)]), JSON.stringify(text)).to.be.a('string')
    })
  }
})

/** What libxml2 takes, and the standard does not. */
const stricter: readonly (readonly [type: string, text: string])[] = [
  ['float', '1e'],
  ['NMTOKENS', ''],
  ['date', '123456789-01-01'],
]

describe('a simple value, where libxml2 is not strict', () => {
  for (const [type, text] of stricter) {
    it(`is no ${type}: ${JSON.stringify(text)}`, () => {
      const content = `<xs:simpleType name="T"><xs:restriction base="xs:${type}"/></xs:simpleType><xs:element name="v" type="t:T"/>`
      expect(createSimpleValue(typeOf(content))(text)).to.be.a('string')
      expect(libxml2({ 'a.xsd': schema(content) }, [document(text)])).to.equal(undefined)
    })
  }
})

function typeOf(content: string): SimpleType {
  const type = loaded(content).types.get('{urn:t}T')
  if (type?.kind !== 'simple') throw new Error('no simple type T')
  return type
}

function document(text: string): string {
  const escaped = text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('\n', '&#10;')
  return `<v xmlns="urn:t">${escaped}</v>`
}
