import { expect } from 'chai'
import type { ReadRecord } from '../../../../transformers/format.ts'
import { encode } from '../../../../transformers/formats/charset.ts'
import { ExactNumber } from '../../../../transformers/json/exact-number.ts'
import { codeOf } from '../../code-of.ts'
import { formatOf, recordsOf } from '../made.ts'
import { readAll, written } from '../round-trip.ts'

const ORDERS = {
  length: 30,
  tag: { length: 2 },
  header: {
    tag: 'HD',
    fields: [
      { name: 'sender', start: 3, length: 8, required: true },
      { name: 'date', length: 8, type: 'date', pattern: 'YYYYMMDD' },
    ],
  },
  records: {
    order: {
      tag: '10',
      fields: [
        { name: 'id', start: 3, length: 8, type: 'text', pad: '0', align: 'right', required: true },
        { name: 'amount', length: 9, type: 'number', decimals: 2, sign: 'trailing' },
      ],
    },
    line: {
      tag: '20',
      fields: [
        { name: 'sku', start: 3, length: 6 },
        { name: 'quantity', length: 4, type: 'number', pad: ' ' },
      ],
    },
  },
  trailer: {
    tag: 'TR',
    fields: [
      { name: 'records', start: 3, length: 6, type: 'number' },
      { name: 'orders', length: 6, type: 'number' },
      { name: 'total', length: 12, type: 'number', decimals: 2, sign: 'overpunch' },
    ],
    count: { records: 'records', orders: 'order' },
    sum: { total: 'order.amount' },
  },
}
const FILE = [
  'HDACME    20261128            ',
  '100000071100012050+           ',
  '20A-1      3                  ',
  '100000071200000105-           ',
  'TR00000300000200000001194E    ',
  '',
].join('\n')
const HEADER = { sender: 'ACME', date: '20261128' }
const BODIES = [
  { record: 'order', id: '711', amount: new ExactNumber('120.50') },
  { record: 'line', sku: 'A-1', quantity: 3 },
  { record: 'order', id: '712', amount: -1.05 },
]

const options = { layout: ORDERS }

function read(text: string, changed: unknown = options): ReadRecord[] {
  return readAll(recordsOf('fixed', changed), [Buffer.from(text)])
}

function seen(records: readonly ReadRecord[]): unknown[] {
  return records.map(({ line, body, error }) => [line, error ? `${error.code}: ${error.detail}` : body])
}

describe('records of fixed width', () => {
  it('are read by their tags, with header and trailer', () => {
    const reader = recordsOf('fixed', options).reader()
    const records = [...reader.push(Buffer.from(FILE)), ...reader.end()]
    expect(reader.header).to.deep.equal(HEADER)
    expect(records.map(({ body }) => body)).to.deep.equal(BODIES)
    expect(records.map(({ number, line }) => [number, line])).to.deep.equal([
      [1, 2],
      [2, 3],
      [3, 4],
    ])
    expect(Buffer.from(records[1]?.raw ?? []).toString()).to.equal('20A-1      3                  \n')
  })

  it('are written with the counts and sums in their trailer', () => {
    expect(written(recordsOf('fixed', options), BODIES, HEADER).toString()).to.equal(FILE)
  })

  it('as a whole body have header, records and trailer', () => {
    const format = formatOf('fixed', options)
    const body = format.read({ body: Buffer.from(FILE), contentType: 'text/plain', meta: {} })
    expect(body).to.deep.equal({ header: HEADER, records: BODIES, trailer: { records: 3, orders: 2, total: 119.45 } })
    expect(Buffer.from(format.write(body)).toString()).to.equal(FILE)
    const plain = formatOf('fixed', { layout: { fields: [{ name: 'a', length: 3 }] } })
    expect(plain.read({ body: Buffer.from('x  \ny  \n'), contentType: 'text/plain', meta: {} })).to.deep.equal([{ a: 'x' }, { a: 'y' }])
  })

  it('without line ends are cut by their length, in EBCDIC as well', () => {
    const changed = { layout: { ...ORDERS, separator: 'none' }, charset: 'cp037' }
    const records = recordsOf('fixed', changed)
    const bytes = encode('cp037', FILE.replaceAll('\n', ''))
    expect(written(records, BODIES, HEADER)).to.deep.equal(bytes)
    expect(readAll(records, [bytes]).map(({ body, line }) => [body, line])).to.deep.equal(BODIES.map(body => [body, undefined]))
    expect(readAll(records, [bytes, encode('cp037', '\r\n')])).to.have.length(3)
    expect(codeOf(() => readAll(records, [bytes, encode('cp037', 'TR')]))).to.match(
      /^NOT_READABLE: record 6 of 30 characters: a record stands behind/,
    )
  })

  it('that are wrong do not keep the next ones from being read', () => {
    const [header, order = '', , second = '', trailer] = FILE.split('\n')
    const wrong = [
      header,
      order.replace('12050+', '1205x+'),
      '20A-1',
      `${second} `,
      '30what'.padEnd(30),
      header,
      order,
      trailer?.replace('000003', '000006').replace('000002', '000003'),
      '',
    ]
    expect(seen(read(wrong.join('\n')))).to.deep.equal([
      [2, 'SCHEMA_INVALID: line 2: amount: "0001205x+" is no number with its sign behind it, without a decimal point'],
      [3, 'NOT_READABLE: line 3: 5 characters where the layout of "line" has 30'],
      [4, 'NOT_READABLE: line 4: 31 characters where the layout of "order" has 30'],
      [5, 'NOT_READABLE: line 5: no record has the tag "30"; did you mean "10"? (known: 10, 20)'],
      [6, 'NOT_READABLE: line 6: a second header record'],
      [7, BODIES[0]],
    ])
  })

  it('may be shorter and longer in blanks, where that is allowed', () => {
    const text = FILE.replace(/ +$/gm, '').replace('20A-1      3', `20A-1      3${' '.repeat(40)}`)
    expect(read(text, { ...options, ragged: 'allow' }).map(({ body }) => body)).to.deep.equal(BODIES)
    expect(read(FILE.replace('+      ', '+   x  x x x x x x'), { ...options, ragged: 'allow' })[0]?.error?.code).to.equal('NOT_READABLE')
  })

  const broken: readonly [name: string, text: string, fault: RegExp][] = [
    ['another count', FILE.replace('TR000003', 'TR000004'), /^SCHEMA_INVALID: line 5: the trailer says records: 4, and 3 came$/],
    [
      'another count of a type',
      FILE.replace('000002', '000001'),
      /^SCHEMA_INVALID: line 5: the trailer says orders: 1, and 2 of "order" came$/,
    ],
    [
      'another sum',
      FILE.replace('1194E', '1194F'),
      /^SCHEMA_INVALID: line 5: the trailer says total: 119.46, and the sum of amount is 119.45$/,
    ],
    ['no trailer', FILE.slice(0, FILE.indexOf('TR')), /^NOT_READABLE: the trailer record \(tag "TR"\) is missing at the end/],
    [
      'half a trailer',
      FILE.slice(0, FILE.indexOf('TR') + 12),
      /^NOT_READABLE: line 5: 12 characters where the layout of "trailer" has 30$/,
    ],
    [
      'a record behind its trailer',
      `${FILE}20A-1      3                  \n`,
      /^NOT_READABLE: line 6: a record stands behind the trailer of line 5$/,
    ],
    ['no header', FILE.slice(FILE.indexOf('10')), /^NOT_READABLE: line 1: the header record \(tag "HD"\) is missing$/],
    [
      'a wrong date in its header',
      FILE.replace('20261128', '20261328'),
      /^SCHEMA_INVALID: line 1: date: the date: "20261328" \(YYYYMMDD\) is a date that does not exist$/,
    ],
    ['nothing in it', '', /^NOT_READABLE: there is no header record: nothing came$/],
  ]
  for (const [name, text, fault] of broken) {
    it(`are refused as a whole where there is ${name}`, () => {
      expect(codeOf(() => read(text))).to.match(fault)
    })
  }

  it('with a record that cannot be read have their counts compared, and not their sums', () => {
    const text = FILE.replace('100000071100012050+', '100000071100012x50+')
    expect(read(text).map(({ error }) => error?.code)).to.deep.equal(['SCHEMA_INVALID', undefined, undefined])
    expect(codeOf(() => read(text.replace('TR000003', 'TR000009')))).to.match(/says records: 9/)
  })

  it('are told apart by characters, however many bytes these have, and one without a text is only a bad record', () => {
    const layout = {
      tag: { start: 4, length: 1 },
      records: { d: { tag: 'D', fields: [{ name: 'v', length: 3 }] } },
      trailer: { tag: 'T', fields: [{ name: 'n', length: 3, type: 'number' }], count: 'n' },
    }
    const bytes = Buffer.concat([Buffer.from('\u00fcaTD\n'), Buffer.from('\xfcabD\n', 'latin1'), Buffer.from('002T\n')])
    const records = readAll(recordsOf('fixed', { layout }), [bytes])
    expect(seen(records)).to.deep.equal([
      [1, { v: '\u00fcaT' }],
      [2, 'NOT_READABLE: line 2: 0xfc is no character of utf-8'],
    ])
  })

  it('tell the places of all fields that are wrong', () => {
    const [record] = read(FILE.replace('100000071100012050+', '10000000000001x050+'))
    expect(record?.error?.extras.errors).to.deep.equal([
      { pointer: '/id', line: 2, column: 3, message: 'it is required, and it is blank', rule: 'layout' },
      {
        pointer: '/amount',
        line: 2,
        column: 11,
        message: '"0001x050+" is no number with its sign behind it, without a decimal point',
        rule: 'layout',
      },
    ])
  })
})

describe('fields of fixed width', () => {
  const field = (given: Record<string, unknown>) => recordsOf('fixed', { layout: { fields: [{ name: 'v', length: 6, ...given }] } })
  const forms: readonly [given: Record<string, unknown>, value: unknown, text: string][] = [
    [{}, 'ab', 'ab    '],
    [{ align: 'right', pad: '*' }, 'ab', '****ab'],
    [{ type: 'number' }, 12, '000012'],
    [{ type: 'number' }, new ExactNumber('1.50'), '001.50'],
    [{ type: 'number' }, undefined, '      '],
    [{ type: 'number', pad: ' ' }, 12, '    12'],
    [{ type: 'number', pad: ' ', align: 'left' }, 12, '12    '],
    [{ type: 'number', decimals: 2 }, 0.07, '000007'],
    [{ type: 'number', decimals: 2 }, new ExactNumber('12.50'), '001250'],
    [{ type: 'number', decimals: 0 }, 7, '000007'],
    [{ type: 'number', sign: 'leading' }, -7, '-00007'],
    [{ type: 'number', sign: 'leading' }, 7, '+00007'],
    [{ type: 'number', sign: 'leading', pad: ' ', plus: ' ' }, -7, '    -7'],
    [{ type: 'number', sign: 'leading', plus: ' ' }, 7, ' 00007'],
    [{ type: 'number', sign: 'trailing', decimals: 1 }, -0.5, '00005-'],
    [{ type: 'number', sign: 'overpunch' }, 120, '00012{'],
    [{ type: 'number', sign: 'overpunch' }, -120, '00012}'],
    [{ type: 'number', sign: 'overpunch', decimals: 2 }, -1.23, '00012L'],
    [{ type: 'number', sign: 'overpunch' }, 19, '00001I'],
    [{ type: 'number', sign: 'overpunch' }, -19, '00001R'],
    [{ type: 'date', pattern: 'DDMMYY' }, '281126', '281126'],
    [{ type: 'date', pattern: 'DDMMYY', pad: '0' }, undefined, '000000'],
  ]
  for (const [given, value, text] of forms) {
    it(`${JSON.stringify(given)} hold ${String(value)} as "${text}"`, () => {
      expect(written(field(given), [{ v: value }]).toString()).to.equal(`${text}\n`)
      const [record] = readAll(field(given), [Buffer.from(text)])
      expect(record?.error).to.equal(undefined)
      expect(record?.body).to.deep.equal(value === undefined ? {} : { v: value })
    })
  }

  it('read an overpunched number whose last digit bears no sign', () => {
    expect(readAll(field({ type: 'number', sign: 'overpunch' }), [Buffer.from('000123')])[0]?.body).to.deep.equal({ v: 123 })
  })

  const unfit: readonly [given: Record<string, unknown>, value: unknown, fault: RegExp][] = [
    [{}, 'abcdefg', /"abcdefg" has 7 characters, and there are 6/],
    [{}, 12, /it is a text, and this is number 12/],
    [{}, 'a\nb', /the record holds the end of a line/],
    [{ required: true }, undefined, /it is required, and there is none/],
    [{ align: 'right', pad: '0' }, '012', /"012" has padding \("0"\) of its own/],
    [{ type: 'number' }, -1, /-1 is negative, and the field has no sign/],
    [{ type: 'number' }, '12', /it is a number, and this is the text "12"/],
    [{ type: 'number', decimals: 2 }, 1.234, /1.234 has more than 2 decimals/],
    [{ type: 'number', decimals: 2 }, 12345.67, /"1234567" has 7 characters/],
    [{ type: 'number', sign: 'leading' }, 123456, /"\+123456" has 7 characters/],
    [{ type: 'date', pattern: 'YYMMDD' }, '260231', /a date that does not exist/],
  ]
  for (const [given, value, fault] of unfit) {
    it(`${JSON.stringify(given)} do not hold ${JSON.stringify(value)}`, () => {
      expect(codeOf(() => written(field(given), [{ v: value }])))
        .to.match(/^MAPPING_FAILED: record: /)
        .and.match(fault)
    })
  }

  const unread: readonly [given: Record<string, unknown>, text: string, fault: RegExp][] = [
    [{ type: 'number' }, '12a   ', /"12a" is no number without a sign/],
    [{ type: 'number', decimals: 2 }, '001.50', /without a decimal point/],
    [{ type: 'number' }, '-00012', /without a sign/],
    [{ required: true }, '      ', /it is required, and it is blank/],
    [{}, 'a\0b   ', /it holds a NUL character/],
    [{ type: 'date', pattern: 'YYMMDD' }, '2611AB', /has not the form YYMMDD/],
  ]
  for (const [given, text, fault] of unread) {
    it(`${JSON.stringify(given)} do not take ${JSON.stringify(text)}`, () => {
      expect(readAll(field(given), [Buffer.from(text)])[0]?.error?.detail)
        .to.match(/^line 1: v: /)
        .and.match(fault)
    })
  }

  it('padded with NUL are read and written', () => {
    const records = field({ pad: '\0' })
    expect(written(records, [{ v: 'ab' }]).toString()).to.equal('ab\0\0\0\0\n')
    expect(readAll(records, [Buffer.from('ab\0\0\0\0\n')])[0]?.body).to.deep.equal({ v: 'ab' })
  })
})
