import { expect } from 'chai'
import { RECORD_BYTES, type ReadRecord } from '../../../../transformers/format.ts'
import { ExactNumber } from '../../../../transformers/json/exact-number.ts'
import { codeOf } from '../../code-of.ts'
import { faultsOf, formatOf, recordsOf } from '../made.ts'
import { readAll, written } from '../round-trip.ts'

function read(text: string | Uint8Array, options: unknown = {}): ReadRecord[] {
  return readAll(recordsOf('csv', options), [Buffer.from(text)])
}

function told({ number, line, error, body, raw }: ReadRecord): unknown[] {
  return [number, line, error ? `${error.code}: ${error.detail}` : body, Buffer.from(raw).toString()]
}

describe('reading CSV', () => {
  it('numbers records and lines, with the raw row of each; comments and empty lines are none', () => {
    const text = '# from the shop\r\n\r\nsku,note\r\n001,"two\r\nlines, ""quoted"""\r\n# half way\r\n002,'
    expect(read(text, { comment: '#' }).map(told)).to.deep.equal([
      [1, 4, { sku: '001', note: 'two\r\nlines, "quoted"' }, '001,"two\r\nlines, ""quoted"""\r\n'],
      [2, 7, { sku: '002', note: '' }, '002,'],
    ])
  })

  it('goes on behind rows that are too short or too long', () => {
    const [first, second, third, fourth] = read('a,b\n1\n1,2,3\n1,2\n').map(told)
    expect(first).to.deep.equal([1, 2, 'NOT_READABLE: line 2: 1 cell where there are 2 columns (a, b)', '1\n'])
    expect(second).to.deep.equal([2, 3, 'NOT_READABLE: line 3: 3 cells where there are 2 columns (a, b)', '1,2,3\n'])
    expect(third).to.deep.equal([3, 4, { a: '1', b: '2' }, '1,2\n'])
    expect(fourth).to.equal(undefined)
  })

  it('takes ragged rows where they are allowed, and never drops what is in a cell', () => {
    const [short, empty, long] = read('a,b\n1\n1,2,,\n1,2,x\n', { ragged: 'allow' })
    expect([short?.body, empty?.body]).to.deep.equal([{ a: '1' }, { a: '1', b: '2' }])
    expect(long?.error?.detail).to.equal('line 4: 3 cells where there are 2 columns (a, b)')
  })

  it('goes on at the next line behind a quote where none may be', () => {
    const text = 'a,b\n5" pipe,1\n"x" y,2\n"ok\n",3\n'
    expect(read(text).map(told)).to.deep.equal([
      [1, 2, 'NOT_READABLE: line 2: column 1: a quote stands in a cell that does not begin with one', '5" pipe,1\n'],
      [2, 3, 'NOT_READABLE: line 3: column 1: there is text behind the closing quote', '"x" y,2\n'],
      [3, 4, { a: 'ok\n', b: '3' }, '"ok\n",3\n'],
    ])
  })

  it('makes one error of all that stands behind a quote that is never closed', () => {
    const [good, bad, none] = read('a,b\n1,2\n3,"x\n4,5\n').map(told)
    expect(good?.[2]).to.deep.equal({ a: '1', b: '2' })
    expect(bad).to.deep.equal([2, 3, 'NOT_READABLE: line 3: column 2: the quote that opens it is never closed', '3,"x\n4,5\n'])
    expect(none).to.equal(undefined)
  })

  it('ends at a record above its bound with the line, in little memory, and keeps what came before', () => {
    const reader = recordsOf('csv').reader()
    expect(reader.push(Buffer.from('a,b\n1,2\n3,"')).map(({ body }) => body)).to.deep.equal([{ a: '1', b: '2' }])
    const piece = Buffer.alloc(65_536, 'row,\n')
    let pushed = 0
    const fault = codeOf(() => {
      for (; pushed < 2 ** 31; pushed += piece.length) reader.push(piece)
    })
    expect(fault).to.equal(`TOO_LARGE: line 3: a record of more than ${RECORD_BYTES} bytes; is a quote never closed?`)
    expect(pushed).to.be.below(2 * RECORD_BYTES)
    expect(codeOf(() => reader.push(piece))).to.equal(fault)
  })

  it('refuses a record above its bound in one piece as well', () => {
    const reader = recordsOf('csv').reader()
    const long = Buffer.from(`a\n1\n"${'x'.repeat(RECORD_BYTES)}"\n2\n`)
    expect(reader.push(long).map(({ body }) => body)).to.deep.equal([{ a: '1' }])
    expect(codeOf(() => reader.end())).to.match(/^TOO_LARGE: line 3: a record of more than/)
  })

  it('reads a long record in pieces of a byte in time that grows with its length', () => {
    const text = Buffer.from(`a\n"${'x"",\n'.repeat(40_000)}"\n`)
    const started = performance.now()
    expect(
      readAll(
        recordsOf('csv'),
        Array.from(text, byte => Uint8Array.of(byte)),
      ),
    ).to.have.length(1)
    expect(performance.now() - started).to.be.below(5_000)
  })

  it('refuses records with NUL and with bytes of another charset, and only those', () => {
    const text = Buffer.from('a,b\nG\u00fcte,1\nNUL\0,2\nok,3\n', 'latin1')
    expect(read(text).map(({ error, body }) => error?.detail ?? body)).to.deep.equal([
      'line 2: 0xfc is no character of utf-8',
      'line 3: a NUL character, which no text has; is the charset utf-8?',
      { a: 'ok', b: '3' },
    ])
    expect(read(text, { charset: 'windows-1252' })[0]?.body).to.deep.equal({ a: 'G\u00fcte', b: '1' })
    expect(read(Buffer.from('a\nx\x81\n', 'latin1'), { charset: 'windows-1252' })[0]?.error?.detail).to.match(/0x81 is no character/)
  })

  it('refuses half a character at the end', () => {
    const text = Buffer.from('a\n\u20ac')
    expect(read(text.subarray(0, -1))[0]?.error?.detail).to.equal('line 2: 0xe2 is no character of utf-8')
    const wide = Buffer.from('a\nx', 'utf16le')
    expect(codeOf(() => read(wide.subarray(0, -1), { charset: 'utf-16le' }))).to.match(/the last character of utf-16le has one byte/)
  })

  it('skips a byte order mark, and refuses that of another charset', () => {
    expect(read('\ufeffa\n1\n').map(({ body }) => body)).to.deep.equal([{ a: '1' }])
    const wide = Buffer.from('\ufeffa\n1\n', 'utf16le')
    expect(read(wide, { charset: 'utf-16le' }).map(({ body }) => body)).to.deep.equal([{ a: '1' }])
    expect(codeOf(() => read(wide))).to.equal(
      'NOT_READABLE: it begins with the byte order mark of utf-16le, and the charset of the format is utf-8',
    )
  })

  const headers: readonly [name: string, text: string, options: unknown, fault: RegExp][] = [
    ['names a column twice', 'a,b,a\n', {}, /line 1: the header row names two columns "a"/],
    ['has a column without a name', 'a,,b\n', {}, /line 1: the header row has no name for column 2/],
    ['names __proto__', '__proto__\n', {}, /names a column __proto__/],
    [
      'has no column that must be there',
      '\n\nsku,Qty\n',
      { columns: ['sku', 'qty'] },
      /line 3: the header row has no column "qty" \(there are: sku, Qty\)/,
    ],
    ['has a quote that is never closed', 'a,"b\n1,2\n', {}, /line 1: column 2: the quote/],
  ]
  for (const [name, text, options, fault] of headers) {
    it(`refuses all of it where the header row ${name}`, () => {
      expect(codeOf(() => read(text, options)))
        .to.match(/^NOT_READABLE/)
        .and.match(fault)
    })
  }

  it('leaves texts as they are, and numbers keep their texts', () => {
    const options = { types: { qty: 'number', price: 'number', gift: 'boolean' }, decimal: ',', delimiter: ';' }
    const [first, second, third] = read('sku;qty;price;gift\n00123;00017;12,50;true\nx;3;;\ny;1.5;2,5,1;yes\n', options)
    expect(first?.body).to.deep.equal({ sku: '00123', qty: new ExactNumber('17', '00017'), price: new ExactNumber('12.50'), gift: true })
    expect(second?.body).to.deep.equal({ sku: 'x', qty: 3 })
    expect(third?.error?.code).to.equal('SCHEMA_INVALID')
    expect(third?.error?.extras.errors).to.deep.equal([
      { pointer: '/qty', line: 4, message: '"1.5" is no number with a decimal comma', rule: 'type' },
      { pointer: '/price', line: 4, message: '"2,5,1" is no number with a decimal comma', rule: 'type' },
      { pointer: '/gift', line: 4, message: '"yes" is neither true nor false', rule: 'type' },
    ])
  })

  it('leaves out lines before the header, and blanks around cells, where it is told to', () => {
    const text = 'Report "of today\n\n  \t\n a , "b" \n 1 ,\t" 2 "\t\n'
    expect(read(text, { skip: 2, trim: true }).map(({ line, body }) => [line, body])).to.deep.equal([[5, { a: '1', b: ' 2 ' }]])
  })

  it('as a whole body is a list, or an error with the places', () => {
    const { request } = { request: formatOf('csv') }
    const readText = (text: string) => request.read({ body: Buffer.from(text), contentType: 'text/csv', meta: {} })
    expect(readText('a\n1\n2\n')).to.deep.equal([{ a: '1' }, { a: '2' }])
    expect(readText('')).to.deep.equal([])
    expect(codeOf(() => readText('a\n1,2\n3\n4,5\n'))).to.equal('NOT_READABLE: line 2: 2 cells where there are 1 columns (a)')
  })
})

describe('writing CSV', () => {
  const write = (bodies: readonly unknown[], options: unknown = {}): string => written(recordsOf('csv', options), bodies).toString()

  it('quotes what must be, names the columns of the first record, and leaves absent fields empty', () => {
    const bodies = [{ sku: '007', n: new ExactNumber('1.50'), note: 'a "b", c' }, { note: 'two\nlines' }]
    expect(write(bodies)).to.equal('sku,n,note\n007,1.50,"a ""b"", c"\n,,"two\nlines"\n')
  })

  it('writes the columns that are named, in their order, and a header without records', () => {
    const options = { columns: ['b', 'a'], newline: 'crlf', bom: true, delimiter: ';' }
    expect(write([{ a: 1 }, { b: true, a: null }], options)).to.equal('\ufeffb;a\r\n;1\r\ntrue;\r\n')
    expect(write([], options)).to.equal('\ufeffb;a\r\n')
  })

  it('quotes what would be a byte order mark or a comment at the beginning, and a row of one empty cell', () => {
    const text = '"\ufeffx"\n"#"\n""\n'
    expect(write([{ a: '\ufeffx' }, { a: '#' }, { a: '' }], { header: ['a'], comment: '#' })).to.equal(text)
    expect(read(text, { header: ['a'], comment: '#' }).map(({ body }) => body)).to.deep.equal([{ a: '\ufeffx' }, { a: '#' }, { a: '' }])
  })

  const refused: readonly [name: string, bodies: readonly unknown[], options: unknown, fault: string][] = [
    [
      'a field that no column is for',
      [{ a: '1' }, { a: '1', b: '2' }],
      {},
      'no column "b" is written (there are: a); name all that may come as `columns`',
    ],
    ['an object in a cell', [{ a: { b: 1 } }], {}, 'column a: a cell holds a text, a number or a boolean, and this is an object'],
    ['what is no object', ['text'], {}, 'a record of CSV is an object with a field for each column'],
    ['NUL', [{ a: '\0' }], {}, 'a cell holds a NUL character'],
    ['a character that the charset does not have', [{ a: '中' }], { charset: 'cp500' }, 'cp500 has no character "中" (U+4E2D)'],
    [
      'what would need quotes where there are none',
      [{ a: 'x,y' }],
      { quote: '' },
      'a cell would have to be quoted, and there are no quotes: "x,y"',
    ],
  ]
  for (const [name, bodies, options, fault] of refused) {
    it(`refuses ${name}`, () => {
      expect(codeOf(() => write(bodies, options))).to.equal(`MAPPING_FAILED: ${fault}`)
    })
  }

  it('tells which record of a whole body has no form', () => {
    expect(codeOf(() => formatOf('csv').write([{ a: 1 }, { a: [] }]))).to.match(/^MAPPING_FAILED: record 2: column a: /)
    expect(codeOf(() => formatOf('csv').write({ a: 1 }))).to.equal(
      'MAPPING_FAILED: the format has records, and the body is no list of them',
    )
  })
})

describe('options of CSV', () => {
  const wrong: readonly [options: unknown, faults: readonly string[]][] = [
    [{ header: ['a'], columns: ['a'] }, ['CONFLICT columns: "columns" are for a CSV whose first row names them']],
    [
      { header: ['sku', 'qty'], types: { qyt: 'number' } },
      ['UNKNOWN_NAME types.qyt: unknown column "qyt"; did you mean "qty"? (known: qty, sku)'],
    ],
    [{ header: ['a', 'b', 'a'] }, ['DUPLICATE header.2: column "a" is named twice']],
    [{ quote: ',' }, ['CONFLICT quote: the quote and the delimiter cannot be told apart']],
    [{ quote: "''" }, ['WRONG_VALUE quote: "quote" is one character, and "\'\'" is more']],
    [{ delimiter: '\n' }, ['WRONG_VALUE delimiter: "delimiter" may not hold the end of a line']],
    [{ delimiter: '中', charset: 'cp037' }, ['WRONG_VALUE delimiter: cp037 has no characters "中"']],
    [{ bom: true, charset: 'iso-8859-1' }, ['CONFLICT bom: iso-8859-1 has no byte order mark']],
    [{ newline: 'nel' }, ['CONFLICT newline: "nel" ends lines in EBCDIC only, and the charset is utf-8']],
  ]
  for (const [options, faults] of wrong) {
    it(`are checked: ${JSON.stringify(options)}`, () => {
      expect(faultsOf('csv', options)).to.deep.equal(faults)
    })
  }
})
