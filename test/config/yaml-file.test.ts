import { expect } from 'chai'
import { readYaml } from '../../config/yaml-file.ts'

describe('a place in a YAML file', () => {
  const cases = [
    { name: 'a plain text', text: 'when: body.total > 0', offset: 5, line: 1, column: 12 },
    { name: 'a text in single quotes', text: "when: 'a == ''x'' && b'", offset: 9, line: 1, column: 19 },
    { name: 'a text in double quotes', text: 'when: "a == \\"x\\" && b"', offset: 9, line: 1, column: 19 },
    { name: 'a text with a Unicode escape', text: 'when: "\\u0041 == b"', offset: 5, line: 1, column: 18 },
    { name: 'a plain text over two lines', text: 'when: a &&\n  bcd', offset: 6, line: 2, column: 4 },
    { name: 'a quoted text over two lines', text: 'when: "a &&\n    bcd"', offset: 6, line: 2, column: 6 },
    { name: 'a block', text: 'when: |\n  a &&\n  bcd\n', offset: 6, line: 3, column: 4 },
    { name: 'a folded block', text: 'when: >-\n  a &&\n  bcd\n', offset: 6, line: 3, column: 4 },
    { name: 'the end of a text', text: 'when: body.', offset: 5, line: 1, column: 12 },
    { name: 'what lies behind the end', text: 'when: body.', offset: 99, line: 1, column: 12 },
  ]
  for (const { name, text, offset, line, column } of cases) {
    it(`is found inside ${name}`, () => {
      expect(readYaml('a.yaml', text).locate(['when'], { offset })).to.deep.equal({ line, column })
    })
  }

  const { locate } = readYaml('a.yaml', 'a:\n  b: [x, { c: 1 }]\n  d: &anchor { e: 2 }\nf: *anchor\n')
  const paths = [
    { name: 'a value in lists and objects', path: ['a', 'b', 1, 'c'], details: {}, place: { line: 2, column: 15 } },
    { name: 'a key', path: ['a', 'b'], details: { atKey: true }, place: { line: 2, column: 3 } },
    { name: 'what an alias stands for', path: ['f', 'e'], details: {}, place: { line: 3, column: 19 } },
    { name: 'the key that lacks something, for what is missing', path: ['a', 'd', 'x'], details: {}, place: { line: 3, column: 3 } },
    { name: 'the text itself, for what would stand below it', path: ['a', 'b', 0, 'system'], details: {}, place: { line: 2, column: 7 } },
    { name: 'the whole file', path: [], details: { atKey: true }, place: { line: 1, column: 1 } },
  ]
  for (const { name, path, details, place } of paths) {
    it(`is that of ${name}`, () => expect(locate(path, details)).to.deep.equal(place))
  }
})
