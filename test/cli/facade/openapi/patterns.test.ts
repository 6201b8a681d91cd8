import { expect } from 'chai'
import { xsdPattern } from '../../../../cli/facade/openapi/patterns.ts'

describe('a pattern of JSON Schema in XSD', () => {
  const same = [
    ['^[A-Z]{3}$', '[A-Z]{3}'],
    ['^\\d{2}/\\d{2}$', '[0-9]{2}/[0-9]{2}'],
    ['^(?:a|b)+$', '(a|b)+'],
    ['^[\\w.-]+@x$', '[A-Za-z0-9_.-]+@x'],
    ['abc', '.*abc.*'],
    ['^a\\$$', 'a\\$'],
  ] as const
  for (const [pattern, wanted] of same) {
    it(`is ${wanted} for ${pattern}`, () => expect(xsdPattern(pattern)).to.equal(wanted))
  }

  for (const pattern of ['^(?=a)b$', '^a|b$', '\\bword\\b', '^(?<name>a)$', '^\\p{L}+$', '^(a)\\1$', '^a(b$', 'a+?']) {
    it(`is none where it is not certain: ${pattern}`, () => expect(xsdPattern(pattern)).to.equal(undefined))
  }
})
