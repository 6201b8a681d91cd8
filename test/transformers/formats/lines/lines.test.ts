import { expect } from 'chai'
import { RECORD_BYTES } from '../../../../transformers/format.ts'
import { type CharsetName, charsetOption } from '../../../../transformers/formats/charset.ts'
import { codeOf } from '../../code-of.ts'
import { randomText } from '../alphabets.ts'
import { formatOf, recordsOf } from '../made.ts'
import { expectRoundTrip, randomOf, readAll, written } from '../round-trip.ts'

function linesIn(charset: CharsetName, random: () => number): string[] {
  const ends = charset.startsWith('cp') ? /[\r\n\u0085]/g : /[\r\n]/g
  return Array.from({ length: 20 }, (_, index) =>
    randomText(charset, 10, random)
      .replace(ends, '')
      .replace(index === 0 ? /^\ufeff/ : /^$/, ''),
  )
}

describe('lines', () => {
  for (const charset of charsetOption.enum) {
    it(`of random texts in ${charset} are read as they were written`, () => {
      for (const newline of ['lf', 'crlf', ...(charset.startsWith('cp') ? ['nel'] : [])]) {
        const records = recordsOf('lines', { charset, newline, empty: 'keep' })
        for (let seed = 1; seed <= 12; seed++) expectRoundTrip(records, linesIn(charset, randomOf(seed)), { seed })
      }
    })
  }

  it('are counted, empty ones and the last one without an end too', () => {
    const read = (options: unknown) =>
      readAll(recordsOf('lines', options), [Buffer.from('a\r\n\n b \nc')]).map(({ number, line, body, raw }) => [
        number,
        line,
        body,
        Buffer.from(raw).toString(),
      ])
    expect(read({})).to.deep.equal([
      [1, 1, 'a', 'a\r\n'],
      [2, 3, ' b ', ' b \n'],
      [3, 4, 'c', 'c'],
    ])
    expect(read({ empty: 'keep' })[1]).to.deep.equal([2, 2, '', '\n'])
  })

  it('that cannot be read do not keep the next ones from it', () => {
    const bytes = Buffer.from('a\xff\nb\0\nc\n', 'latin1')
    expect(readAll(recordsOf('lines'), [bytes]).map(({ error, body }) => error?.detail ?? body)).to.deep.equal([
      'line 1: 0xff is no character of utf-8',
      'line 2: a NUL character, which no text has; is the charset utf-8?',
      'c',
    ])
  })

  it('end where one is longer than the bound', () => {
    const reader = recordsOf('lines').reader()
    expect(codeOf(() => reader.push(Buffer.alloc(RECORD_BYTES + 1, 'x')))).to.match(/^TOO_LARGE: line 1: a record of more than/)
  })

  it('that would be read otherwise are not written', () => {
    const write = (body: unknown, options: unknown = {}) => codeOf(() => written(recordsOf('lines', options), [body]))
    for (const text of ['', 'a\nb', 'a\r', 'a\0', '\ufeffa']) expect(write(text), JSON.stringify(text)).to.match(/^MAPPING_FAILED/)
    expect(write('a\u0085b')).to.equal('no error')
    expect(write('a\u0085b', { charset: 'cp500' })).to.match(/the record holds the end of a line/)
    expect(write({ a: 1 })).to.match(/a record of lines is a text/)
  })

  it('as a whole body are a list of texts', () => {
    const format = formatOf('lines', { newline: 'crlf' })
    expect(format.read({ body: Buffer.from('a\nb\n'), contentType: 'text/plain', meta: {} })).to.deep.equal(['a', 'b'])
    expect(Buffer.from(format.write(['a', 'b'])).toString()).to.equal('a\r\nb\r\n')
  })
})
