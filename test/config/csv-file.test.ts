import { expect } from 'chai'
import { readCsv } from '../../config/csv-file.ts'

describe('a code table in CSV', () => {
  const cases = [
    { name: 'has keys and values', text: 'code,name\nUS,America\n', value: { US: 'America' } },
    {
      name: 'may have quotes, commas and line ends in a cell',
      text: 'code,name\n"a,b","say ""x""\nnow"\n',
      value: { 'a,b': 'say "x"\nnow' },
    },
    {
      name: 'gives objects where it has more columns',
      text: 'code,name,zone\r\nUS,America,1\r\n',
      value: { US: { name: 'America', zone: '1' } },
    },
    { name: 'may have empty cells, and lines without any', text: 'code,name\n\nUS,\n', value: { US: '' } },
    { name: 'needs no line end at its end', text: 'code,name\nUS,America', value: { US: 'America' } },
  ]
  for (const { name, text, value } of cases) {
    it(name, () => {
      const file = readCsv('t.csv', text)
      expect(file.faults).to.deep.equal([])
      expect(file.value).to.deep.equal(value)
    })
  }

  const broken = [
    { name: 'another number of columns', text: 'code,name\nUS\n', line: 2, message: 'has 1 columns' },
    { name: 'a quote that is not closed', text: 'code,name\nUS,"x\n', line: 2, message: 'not closed' },
    {
      name: 'a key for the second time, below a cell of two lines',
      text: 'c,n\nA,"x\ny"\nA,2\n',
      line: 4,
      message: 'here and at t.csv:2:1',
    },
    { name: 'a single column', text: 'code\nUS\n', line: 1, message: 'at least one other column' },
  ]
  for (const { name, text, line, message } of broken) {
    it(`tells ${name}`, () => {
      const [fault] = readCsv('t.csv', text).faults
      expect(fault?.place.line).to.equal(line)
      expect(fault?.message).to.contain(message)
    })
  }
})
