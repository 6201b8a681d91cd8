import { expect } from 'chai'
import { XMLParser } from 'fast-xml-parser'
import { createPlainXml } from '../../../transformers/xml/plain.ts'

// What the writer writes is read by a reader that shares no code with it.

const parser = new XMLParser({
  ignoreAttributes: false,
  attributeNamePrefix: '@',
  textNodeName: '$',
  parseTagValue: false,
  trimValues: false,
})

describe('XML that was written', () => {
  const bodies: { name: string; body: unknown }[] = [
    { name: 'texts', body: { a: { n: '00123', d: '1.00' } } },
    { name: 'what XML escapes', body: { a: { b: 'x < y & z > "q" \'p\'', '@c': 'x < y & "z"' } } },
    { name: 'a list', body: { a: { b: ['1', '2'] } } },
    { name: 'text beside an attribute', body: { a: { '@b': '1', $: 'x' } } },
    { name: 'an empty element', body: { a: { b: '' } } },
    { name: 'text beyond the basic plane', body: { a: { b: 'h\u00e9 \u{1f69a}' } } },
  ]
  for (const { name, body } of bodies)
    it(`says to fast-xml-parser what the body said: ${name}`, () => {
      const { '?xml': _, ...read } = parser.parse(createPlainXml({ many: ['/a/b'] }).write(body))
      expect(read).to.deep.equal(body)
    })
})
