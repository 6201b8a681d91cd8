import { expect } from 'chai'
import { GatewayError } from '../../../gateway/errors.ts'
import { type Format, RECORD_BYTES, type RecordFormat } from '../../../transformers/format.ts'
import { xml } from '../../../transformers/formats/xml.ts'
import { writeJsonText } from '../../../transformers/json/codec.ts'
import { codeOf } from '../code-of.ts'
import { projectOf } from '../project.ts'
import { createRandom, piecesOf, type Random, readAll, written } from '../records/pieces.ts'
import { temporaryFiles } from '../temporary-files.ts'

const NS = 'urn:shop:orders:v1'
const SCHEMA = `<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:o="${NS}" targetNamespace="${NS}" elementFormDefault="qualified">
  <xs:element name="Orders"><xs:complexType><xs:sequence>
    <xs:element name="Sender" type="xs:string" minOccurs="0"/>
    <xs:element name="List"><xs:complexType><xs:sequence>
      <xs:element name="Order" type="o:Order" minOccurs="0" maxOccurs="unbounded"/>
    </xs:sequence></xs:complexType></xs:element>
  </xs:sequence></xs:complexType></xs:element>
  <xs:element name="Sheet"><xs:complexType><xs:sequence><xs:element name="Row" maxOccurs="9"/></xs:sequence>
    <xs:attribute name="date" use="required"/></xs:complexType></xs:element>
  <xs:element name="Batch"><xs:complexType><xs:sequence><xs:element name="Head"/><xs:element name="Row" maxOccurs="9"/>
  </xs:sequence></xs:complexType></xs:element>
  <xs:complexType name="Order"><xs:sequence>
    <xs:element name="total" type="xs:decimal"/>
    <xs:element name="note" type="xs:string" minOccurs="0"/>
    <xs:element name="line" maxOccurs="unbounded" minOccurs="0" type="xs:string"/>
  </xs:sequence><xs:attribute name="id" type="xs:int" use="required"/></xs:complexType>
</xs:schema>`
const dir = temporaryFiles({ 'orders.xsd': SCHEMA })

function made(value: unknown): { readonly format: Format | undefined; readonly told: readonly string[] } {
  const { project, told } = projectOf({ dir })
  const formats = xml.create(value, { project, path: ['systems', 's', 'format', 'xml'] })
  return { format: formats?.request, told: told.map(({ code, message }) => `${code}: ${message}`) }
}

function recordsOf(value: unknown): RecordFormat {
  const { format, told } = made(value)
  if (!format?.records) throw new Error(told.join('\n'))
  return format.records
}

const plain = recordsOf({ records: '/Orders/Order', many: ['/Orders/Order/line'] })
const prefixed = recordsOf({ records: '/o:Orders/o:Order', prefixes: { o: NS } })
const typed = recordsOf({ schema: 'orders.xsd', records: '/Orders/List/Order' })

/** `number@line body`, or its error, of each; then what was thrown. */
function told(format: RecordFormat, text: string, most = 1_000_000): readonly string[] {
  const { records, error } = readAll(format.reader(), piecesOf(Buffer.from(text), createRandom(1), most))
  const all = records.map(({ number, line, body, error }) => `${number}@${line} ${error ? error.message : writeJsonText(body)}`)
  return error instanceof GatewayError ? [...all, error.message] : all
}

const texts = ['a', 'ä', '日本', '😀', '<', '&', ']]>', '"', "'", '>', '\n', '\r', '-->', '</Order>', '<Order>']

function randomText(random: Random): string {
  return `x${Array.from({ length: random(4) }, () => texts[random(texts.length)]).join('')}x`
}

function randomPlain(random: Random): unknown {
  const line = Array.from({ length: random(3) }, () => ({ '@n': randomText(random), sku: randomText(random) }))
  return { Order: { '@id': randomText(random), ...(random(2) && { note: randomText(random) }), ...(line.length > 0 && { line }) } }
}

function randomTyped(random: Random): unknown {
  const line = Array.from({ length: random(3) }, () => randomText(random))
  return { '@id': random(1_000), total: random(1_000), ...(random(2) && { note: randomText(random) }), ...(line.length > 0 && { line }) }
}

/** The first round in which what was read is not what was written; `reader`: another than the format's own. */
function firstDifference(
  format: RecordFormat,
  random: Random,
  body: (random: Random) => unknown,
  reader = format.reader,
): number | undefined {
  for (let round = 0; round < 150; round++) {
    const bodies = Array.from({ length: random(6) }, () => body(random))
    const { records, error } = readAll(reader(), piecesOf(written(format, bodies), random))
    const read = records.map(({ number, body }) => `${number} ${writeJsonText(body ?? null)}`)
    const expected = bodies.map((one, at) => `${at + 1} ${writeJsonText(one)}`)
    if (error || read.join('\n') !== expected.join('\n')) return round
  }
  return undefined
}

describe('records in XML', () => {
  const kinds = [
    ['plain', plain, randomPlain],
    ['typed', typed, randomTyped],
  ] as const
  for (const [name, format, body] of kinds) {
    it(`come back as they were written, however the bytes were cut: ${name}`, () => {
      expect(firstDifference(format, createRandom(5), body)).to.equal(undefined)
    })

    it(`would not, were bytes at a cut lost: ${name}`, () => {
      const losing = (): ReturnType<RecordFormat['reader']> => {
        const reader = format.reader()
        return { push: bytes => reader.push(bytes.subarray(0, Math.max(1, bytes.length - 1))), end: () => reader.end() }
      }
      expect(firstDifference(format, createRandom(5), body, losing)).to.be.a('number')
    })

    it(`cut off anywhere give the records before the cut, and say that it was cut: ${name}`, () => {
      const random = createRandom(9)
      const file = written(format, [body(random), body(random), body(random)])
      const whole = readAll(format.reader(), [file]).records.map(({ raw }) => raw)
      for (let end = 1; end < file.length - 1; end++) {
        const { records, error } = readAll(format.reader(), piecesOf(file.subarray(0, end), random, 20))
        expect(records.map(({ raw }) => raw)).to.deep.equal(whole.slice(0, records.length))
        expect(error instanceof GatewayError && error.code, `${end} bytes`).to.equal('NOT_READABLE')
      }
    })

    it(`refuse a record that is too large, without keeping it, and hand out those before it: ${name}`, () => {
      const random = createRandom(3)
      const file = written(format, [body(random), body(random)]).toString()
      const large = file.replace(/(<\/[^<]*Order>\s*<\/[^<]*>\s*)+(<.*>\s*)*$/, `<note>${'x'.repeat(RECORD_BYTES)}</note>$&`)
      for (const most of [10_000, large.length]) {
        const { records, error } = readAll(format.reader(), piecesOf(Buffer.from(large), random, most))
        expect(records.length).to.equal(1)
        expect(error)
          .to.have.property('message')
          .that.matches(/^TOO_LARGE: record 2 \(line \d\) has more than 1048576 bytes/)
      }
    })
  }

  it('are documents of their own in `raw`, with the namespaces around them declared', () => {
    const text = `<o:Orders xmlns:o="${NS}" xmlns:x="urn:x"  xmlns="urn:d"><!-- <o:Order> --><o:Order\n xmlns:x="urn:y"><a>1 &lt; 2</a><![CDATA[<]]></o:Order><o:Order/></o:Orders>`
    const format = recordsOf({ records: '/o:Orders/o:Order', prefixes: { o: NS }, lossy: ['mixed'] })
    const { records } = readAll(format.reader(), piecesOf(Buffer.from(text), createRandom(2)))
    expect(records.map(({ raw }) => Buffer.from(raw).toString())).to.deep.equal([
      `<o:Order xmlns:o="${NS}" xmlns="urn:d"\n xmlns:x="urn:y"><a>1 &lt; 2</a><![CDATA[<]]></o:Order>`,
      `<o:Order xmlns:o="${NS}" xmlns:x="urn:x" xmlns="urn:d"/>`,
    ])
  })

  it('are read from `raw` as from the file', () => {
    const { format } = made({ records: '/Orders/Order', many: ['/Orders/Order/line'] })
    const { records } = readAll(plain.reader(), [Buffer.from('<Orders><Order><line>1</line></Order></Orders>')])
    const raw = { body: records[0]?.raw ?? new Uint8Array(), contentType: 'application/xml', meta: {} }
    expect(records[0]?.body).to.deep.equal({ Order: { line: ['1'] } })
    expect(format?.read(raw)).to.deep.equal(records[0]?.body)
  })

  it('have what stands before them as their header, in texts', () => {
    const text = `<Orders xmlns="${NS}" date="2026"><Sender>shop</Sender><x><a b="1">c</a><a/></x><List><Order id="1"><total>1</total></Order></List><y/></Orders>`
    for (const most of [3, 1_000]) {
      expect(readAll(typed.reader(), piecesOf(Buffer.from(text), createRandom(1), most)).header).to.deep.equal({
        Orders: { '@date': '2026', Sender: 'shop', x: { a: [{ '@b': '1', $: 'c' }, ''] }, List: '' },
      })
    }
    expect(readAll(plain.reader(), [Buffer.from('<Orders> <Order/></Orders>')]).header).to.equal(undefined)
    expect(told(plain, `<Orders><a>${'x'.repeat(20_000)}</a><Order/></Orders>`).join()).to.match(
      /^TOO_LARGE: more than 16384 characters stand/,
    )
  })

  it('may come in another charset', () => {
    const text = '<Orders><Order>日本</Order></Orders>'
    const { records } = readAll(plain.reader(), piecesOf(Buffer.from(`\ufeff${text}`, 'utf16le'), createRandom(1)))
    expect(records[0]?.body).to.deep.equal({ Order: '日本' })
    expect(records[0]?.raw.toString()).to.equal(Buffer.from('<Order>日本</Order>').toString())
  })

  it('are no more than a document may have elements', () => {
    const { records, error } = readAll(plain.reader(), [Buffer.from(`<Orders>${'<Order/>'.repeat(1_100_000)}</Orders>`)])
    expect(String(error)).to.equal('undefined')
    expect(records.length).to.equal(1_100_000)
  }).timeout(20_000)
})

describe('plain XML by a path', () => {
  const cases: readonly [what: string, text: string, told: readonly string[]][] = [
    [
      'finds records on their lines',
      '<Orders>\n<Order>a</Order>\n\n<Order\n>b</Order></Orders>',
      ['1@2 {"Order":"a"}', '2@4 {"Order":"b"}'],
    ],
    [
      'passes over what stands beside them',
      '<Orders><Head><Order>no</Order></Head>x<Order>a</Order><Tail/></Orders>',
      ['1@1 {"Order":"a"}'],
    ],
    ['finds none in an empty document', '<Orders/>', []],
    [
      'has what would be lost as the error of one record',
      '<Orders>\n<Order>\n<x>1</x><x>2</x></Order><Order>b</Order></Orders>',
      [
        '1@2 NOT_READABLE: line 3, column 9: a second x; what may repeat is listed: `many: [/Order/x]` (one name in several namespaces: see `prefixes`)',
        '2@3 {"Order":"b"}',
      ],
    ],
    [
      'stops where the document is broken, behind the records before',
      '<Orders><Order>a</Order><Order>b</Ordre></Orders>',
      ['1@1 {"Order":"a"}', 'NOT_READABLE: line 1, column 40: unexpected close tag'],
    ],
    [
      'hands out no record that another end tag ends',
      '<Orders><Order>a</Order><Order>b</Orders>',
      ['1@1 {"Order":"a"}', 'NOT_READABLE: line 1, column 41: unexpected close tag'],
    ],
    [
      'refuses another root',
      '<Order>a</Order>',
      ['NOT_READABLE: line 1, column 1: the element is Order; expected Orders of /Orders/Order'],
    ],
    [
      'refuses what is nearly a record',
      '<Orders><order>a</order></Orders>',
      ['NOT_READABLE: line 1, column 9: the element is order; expected Order of /Orders/Order'],
    ],
    [
      'refuses a DOCTYPE',
      '<!DOCTYPE Orders><Orders><Order/></Orders>',
      [
        'NOT_READABLE: line 1, column 17: a DOCTYPE is not taken, since it could define entities and defaults; send the document without it',
      ],
    ],
  ]
  for (const [what, text, expected] of cases) {
    it(what, () => {
      expect(told(plain, text).map(line => line.replace(/(close tag).*/, '$1'))).to.deep.equal(expected)
      expect(told(plain, text, 1).map(line => line.replace(/(close tag).*/, '$1'))).to.deep.equal(expected)
    })
  }

  it('refuses depth without end, and text without end between records', () => {
    expect(told(plain, `<Orders><Order>${'<a>'.repeat(1_000)}`).join()).to.match(/nested more than 100 levels/)
    expect(told(plain, `<Orders><Order/>${'x'.repeat(3 * RECORD_BYTES)}`, 50_000).join()).to.match(
      /^1@1 .*,NOT_READABLE: .*more than 1048576/,
    )
  })

  it('writes records in the elements around them', () => {
    expect(written(plain, [{ Order: 'a' }]).toString()).to.equal(
      '<?xml version="1.0" encoding="UTF-8"?>\n<Orders>\n<Order>a</Order>\n</Orders>\n',
    )
    expect(written(prefixed, [{ 'o:Order': 'a' }]).toString()).to.equal(
      `<?xml version="1.0" encoding="UTF-8"?>\n<o:Orders xmlns:o="${NS}">\n<o:Order xmlns:o="${NS}">a</o:Order>\n</o:Orders>\n`,
    )
    expect(codeOf(() => plain.writer().record({ Ordre: 'a' }))).to.equal('MAPPING_FAILED: the record is the element Ordre; expected Order')
    expect(codeOf(() => plain.writer().open({ a: 1 }))).to.match(/^MAPPING_FAILED: XML has no place for a header/)
  })

  it('is a fault of the config with a prefix that is not listed', () => {
    expect(made({ records: '/o:Orders/o:Order' }).told.join()).to.match(/^UNKNOWN_NAME: .*has a prefix that `prefixes` does not list/)
  })

  it('makes the records a list where the body is read whole', () => {
    const { format } = made({ records: '/Orders/Order' })
    const body = Buffer.from('<Orders><Order>a</Order><Order>b</Order></Orders>')
    expect(format?.read({ body, contentType: 'application/xml', meta: {} })).to.deep.equal({ Orders: { Order: ['a', 'b'] } })
  })
})

describe('typed XML by a path', () => {
  const file = (orders: string): string => `<Orders xmlns="${NS}"><Sender>shop</Sender><List>${orders}</List></Orders>`

  it('has records of their type', () => {
    expect(told(typed, file('<Order id="7"><total>12.50</total><line>a</line></Order>'))).to.deep.equal([
      '1@1 {"@id":7,"total":12.50,"line":["a"]}',
    ])
    expect(typed.schema).to.have.nested.property('$ref')
  })

  it('has what does not fit as the error of one record, with its place in the file', () => {
    const orders =
      '<Order id="1"><total>1</total></Order>\n<Order id="2">\n<total>many</total></Order><Order id="3"><total>3</total></Order>'
    for (const most of [1, 1_000]) {
      const [first, second, third] = told(typed, file(orders), most)
      expect(first).to.equal('1@1 {"@id":1,"total":1}')
      expect(second).to.match(/^2@2 SCHEMA_INVALID: .*many/)
      expect(third).to.equal('3@3 {"@id":3,"total":3}')
    }
    const { records } = readAll(typed.reader(), [Buffer.from(file(orders))])
    expect(records[1]?.error?.extras.errors?.[0]).to.include({ line: 3 })
  })

  it('refuses records of another namespace', () => {
    expect(told(typed, '<Orders><List/></Orders>').join()).to.match(/^NOT_READABLE: .*the element is Orders; expected Orders of/)
  })

  it('writes documents that it reads, and whole ones that have the type of the root', () => {
    const { format } = made({ schema: 'orders.xsd', records: '/Orders/List/Order' })
    const body = written(typed, [{ '@id': 1, total: 2 }])
    expect(format?.read({ body, contentType: 'application/xml', meta: {} })).to.deep.equal({ List: { Order: [{ '@id': 1, total: 2 }] } })
  })

  const faults: readonly [value: object, told: RegExp][] = [
    [{ records: '/Order/Line' }, /^UNKNOWN_NAME: no element "Order" is declared globally/],
    [{ records: '/Orders/Order' }, /^UNKNOWN_NAME: no element "Order" stands in \/Orders/],
    [{ records: '/Sheet/Row' }, /^CONFLICT: the schema requires the attribute date of Sheet, which is not written around/],
    [{ records: '/Batch/Row' }, /^CONFLICT: the schema requires Head in Batch, which is not written around/],
    [{ records: '/Orders/List/Order', element: 'Batch' }, /^CONFLICT: "element" names another root/],
    [{ records: '/Orders/Lst/Order' }, /^UNKNOWN_NAME: no element "Lst" stands in \/Orders; did you mean "List"/],
  ]
  for (const [value, expected] of faults) {
    it(`is a fault of the config: ${JSON.stringify(value)}`, () => {
      expect(made({ schema: 'orders.xsd', ...value }).told.join()).to.match(expected)
    })
  }
})
