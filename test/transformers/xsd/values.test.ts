import { expect } from 'chai'
import { loadLibxml2 } from '../../../transformers/libxml2/library.ts'
import { createXsdValidator } from '../../../transformers/validate.ts'
import { loadSchemas } from '../../../transformers/xsd/load.ts'
import { createSimpleValue } from '../../../transformers/xsd/values.ts'
import { projectOf } from '../project.ts'
import { temporaryFiles } from '../temporary-files.ts'

/** A base, its facets, and texts: those that are of the type and those that are not by the recommendation, which libxml2 must say as well. */
const types: readonly { base: string; facets?: string; texts: readonly string[] }[] = [
  { base: 'boolean', texts: ['true', '0', ' 1 ', 'yes', 'TRUE', ''] },
  { base: 'decimal', texts: ['00123', '+5', '1.00', '.5', '5.', '-0', '1e3', '1,5', '', '.'] },
  { base: 'decimal', facets: '<xs:totalDigits value="4"/><xs:fractionDigits value="2"/>', texts: ['12.34', '012.340', '123.45', '1.234'] },
  {
    base: 'decimal',
    facets: '<xs:minExclusive value="0"/><xs:maxInclusive value="99999999999999999999.5"/>',
    texts: ['0.00', '0.01', '99999999999999999999.5', '99999999999999999999.51'],
  },
  { base: 'integer', texts: ['9999999999999999999999999999999999', '1.0', '-1', '+0'] },
  { base: 'unsignedByte', texts: ['255', '256', '-1', '007'] },
  { base: 'long', texts: ['9223372036854775807', '9223372036854775808'] },
  { base: 'double', texts: ['1E5', 'INF', '-INF', 'NaN', 'e5', 'inf'] },
  {
    base: 'date',
    texts: ['2026-11-24', '2024-02-29', '2023-02-29', '2026-13-01', '2026-1-1', '2026-11-24Z', '2026-11-24+14:00', '2026-11-24+14:01'],
  },
  { base: 'date', facets: '<xs:minInclusive value="2026-01-01"/>', texts: ['2025-12-31', '2026-01-01', '2026-06-01'] },
  {
    base: 'dateTime',
    texts: ['2026-11-24T20:24:31', '2026-11-24T24:00:00', '2026-11-24 20:24:31', '2026-11-24T20:24:31.123-05:00', '2026-11-24T25:00:00'],
  },
  { base: 'time', texts: ['20:24:31', '8:00:00', '23:59:59.9Z'] },
  { base: 'gMonthDay', texts: ['--02-29', '--02-30', '02-01'] },
  { base: 'duration', texts: ['P1Y2M3DT4H5M6.7S', 'PT0S', 'P', 'PT', '-P1D', 'P1H', 'P1.5D'] },
  { base: 'hexBinary', texts: ['0aFF', '0', 'xy', ''] },
  { base: 'hexBinary', facets: '<xs:length value="2"/>', texts: ['0aFF', '0a'] },
  { base: 'base64Binary', texts: ['aGk=', 'aGk', 'a*==', ''] },
  { base: 'string', facets: '<xs:minLength value="2"/><xs:maxLength value="3"/>', texts: ['a', 'ab', 'abcd', '\u{1f69a}\u{1f69a}', '  '] },
  { base: 'string', facets: '<xs:pattern value="[A-Z]{2}\\d+"/>', texts: ['AB1', 'xAB1', 'AB1x', 'AB'] },
  { base: 'string', facets: '<xs:pattern value="a|bc"/>', texts: ['a', 'bc', 'ac', 'abc'] },
  { base: 'string', facets: '<xs:pattern value="[a-z-[aeiou]]+"/>', texts: ['xyz', 'xaz'] },
  { base: 'string', facets: '<xs:pattern value="\\i\\c*"/>', texts: ['a-1', '1a', ':b'] },
  { base: 'string', facets: '<xs:pattern value="[^\\s$^]{1,3}"/>', texts: ['a', 'a b', '$', '^'] },
  { base: 'token', facets: '<xs:enumeration value="a b"/><xs:enumeration value="c"/>', texts: [' a   b ', 'c', 'a', 'C'] },
  { base: 'normalizedString', facets: '<xs:enumeration value="a b"/>', texts: ['a\tb', 'a b', ' a b'] },
  { base: 'decimal', facets: '<xs:enumeration value="1.0"/>', texts: ['1', '1.00', '2'] },
  { base: 'NCName', texts: ['a.b', 'a:b', '-a', '\u00e9'] },
  { base: 'language', texts: ['en-GB', 'verylonglanguage', 'x'] },
  { base: 'NMTOKENS', texts: ['a b', 'a ,'] },
]

describe('values of simple types', () => {
  const schemas = types.map(({ base, facets = '' }) => {
    const type = `<xs:simpleType><xs:restriction base="xs:${base}">${facets}</xs:restriction></xs:simpleType>`
    return `<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema"><xs:element name="v">${type}</xs:element></xs:schema>`
  })
  const dir = temporaryFiles(Object.fromEntries(schemas.map((text, index) => [`${index}.xsd`, text])))
  before(loadLibxml2)

  for (const [index, { base, facets = '', texts }] of types.entries())
    it(`are told as libxml2 tells them: ${base} ${facets}`, () => {
      const { project } = projectOf({ dir: dir })
      const validate = createXsdValidator(project, `${index}.xsd`, [])
      const type = loadSchemas(project, `${index}.xsd`, [])?.elements.get('v')?.type
      if (type?.kind !== 'simple') throw new Error('no simple type')
      const check = createSimpleValue(type)
      const ours = texts.map(text => [text, check(text) === undefined])
      expect(ours).to.deep.equal(texts.map(text => [text, isValid(text, validate)]))
    })
})

function isValid(text: string, validate: ((bytes: Uint8Array) => void) | undefined): boolean {
  try {
    validate?.(Buffer.from(`<v>${text.replaceAll('\t', '&#9;')}</v>`))
    return true
  } catch {
    return false
  }
}
