import { expect } from 'chai'
import { parse } from 'yaml'
import { sampleOfPattern } from '../../../../cli/facade/wsdl/sample-pattern.ts'
import { sampleText } from '../../../../cli/facade/wsdl/sample-value.ts'
import { flow, line, scalar } from '../../../../cli/facade/wsdl/yaml.ts'
import { builtinTypes } from '../../../../transformers/xsd/schema/builtins.ts'
import { createSimpleValue } from '../../../../transformers/xsd/values.ts'

describe('samples', () => {
  it('fit every built-in simple type', () => {
    const simple = [...builtinTypes.values()].filter(type => type.kind === 'simple')
    expect(simple.length).to.be.above(40)
    for (const type of simple) {
      const made = sampleText(type, 'field')
      expect(made, type.name?.local).to.be.a('string')
      expect(createSimpleValue(type)(made ?? ''), type.name?.local).to.equal(undefined)
    }
  })

  const patterns = [
    '[A-Z]{2}\\d{3,5}(-X|-Y)?',
    '\\d{4}-\\d{2}',
    '(abc|def)+',
    '[^a]{3}',
    '\\p{Lu}\\p{Ll}*',
    'a\\.b',
    '[\\w.]+@[\\w.]+',
    '.{0,5}',
    '',
  ]
  for (const pattern of patterns) {
    it(`match the pattern ${pattern || 'of nothing'}`, () => {
      expect(sampleOfPattern(pattern)).to.match(new RegExp(`^(?:${pattern})$`, 'u'))
    })
  }

  it('are none of a pattern that is not understood', () => {
    expect(sampleOfPattern('[a-z-[b]]')).to.equal(undefined)
  })
})

describe('texts in YAML', () => {
  const texts = [
    'plain',
    'two words',
    'a: b',
    'a #b',
    "it's",
    '"x"',
    '- x',
    '@at',
    '123',
    '1e3',
    'true',
    'Null',
    'yes',
    '~',
    '',
    ' x ',
    'a,b',
    '[x]',
    '{x}',
    'a\nb',
    '2026-11-27',
    '0x1F',
    '*x',
    '&x',
    '!x',
    '%x',
    'body["@id"]',
    'a == "b" && c',
    'x:',
    ':x',
    '?x',
    'é',
    'a/b:c',
    '\u0085',
    '=',
    '<<',
    '10:30:00',
    '.inf',
    '-1',
  ]
  for (const text of texts) {
    it(`are read as they were: ${JSON.stringify(text)}`, () => {
      expect(parse(`a: { b: ${scalar(text)}, c: 1 }`)).to.deep.equal({ a: { b: text, c: 1 } })
      expect(parse(`a: ${line(text)}\nc: 1`)).to.deep.equal({ a: text, c: 1 })
      expect(parse(`a: ${flow({ [text || 'x']: [text] })}`)).to.deep.equal({ a: { [text || 'x']: [text] } })
    })
  }
})
