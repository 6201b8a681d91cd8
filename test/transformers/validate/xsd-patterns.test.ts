import { expect } from 'chai'
import { hasSlowPattern, isSlow } from '../../../transformers/validate/xsd-patterns.ts'

const swift = [
  '[A-Z]{2}',
  '\\d{4}-\\d{2}',
  '[0-9]{1,3}[A-Z]?',
  '(EUR|USD|CHF)',
  'A|B\\d|C{2}',
  '\\i\\c*',
  '[^@]+@[^@]',
  '[A-Z]{2}[0-9]{2}[A-Z0-9]{1,30}',
  '(DE|AT)[0-9]+',
  '[\\w-[0-9]]{3}',
  '\\p{Lu}\\p{Ll}*',
  '[+\\-]?\\d+',
  '',
]
const slow = [
  '(a+)+',
  '(a|aa)+b',
  '.*@.*\\..*',
  '\\d*\\d*x',
  '(\\d+,)*\\d+',
  '(a|a){30}b',
  '([a-z]?){30}[a-z]',
  '(((a?){9}){9}){9}',
  '[a-z]{0,60}[a-z]{0,60}b',
  'a)',
  '(a{2,}){3}',
]

describe('patterns of an XSD', () => {
  for (const pattern of swift) it(`may run beside all else: ${pattern || 'an empty one'}`, () => expect(isSlow(pattern)).to.equal(false))
  for (const pattern of slow) it(`may be made slow by a value: ${pattern}`, () => expect(isSlow(pattern)).to.equal(true))

  it('are found wherever they stand in a schema', () => {
    const schema = (pattern: string) =>
      Buffer.from(
        `<s:schema xmlns:s="http://www.w3.org/2001/XMLSchema"><s:simpleType name="t"><s:restriction base="s:string"><s:pattern value="${pattern}"/></s:restriction></s:simpleType></s:schema>`,
      )
    expect(hasSlowPattern([schema('a'), schema('b*')])).to.equal(false)
    expect(hasSlowPattern([schema('a'), schema('(b*)*')])).to.equal(true)
  })
})
