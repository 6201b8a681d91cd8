import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { type OperationDescription, writeWsdl } from '../../../../adapters/soap/wsdl/write.ts'
import { createFolder, type Folder } from './written.ts'

const EMPTY = '<xs:complexType/>'
const NUMBER = sequence('<xs:element name="number" type="xs:string"/>')

/** What a schema may well have, and a config takes for something else. */
const cases: readonly { readonly name: string; readonly type: string; readonly operation?: string; readonly path: string }[] = [
  { name: 'a payload without content', type: EMPTY, operation: 'GetVersion', path: 'GET /version' },
  {
    name: 'words of expressions and of YAML',
    type: texts('in', 'for', 'true', 'null', 'yes', 'y', 'size', 'has', 'body', 'meta'),
    path: 'POST /ask',
  },
  { name: 'what every object inherits', type: texts('constructor', 'toString', '__proto__'), path: 'POST /ask' },
  { name: 'dots and dashes', type: texts('a.b', 'a-b', '_c'), path: 'POST /ask' },
  { name: 'letters of others', type: texts('Größe', 'имя'), path: 'POST /ask' },
  {
    name: 'an attribute named as an element',
    type: `<xs:complexType><xs:sequence><xs:element name="n"/></xs:sequence><xs:attribute name="n"/></xs:complexType>`,
    path: 'POST /ask',
  },
  { name: 'any type', type: '', path: 'POST /ask' },
  { name: 'an abstract type', type: 'type="tns:Base"', path: 'POST /ask' },
  {
    name: 'an enumeration that YAML could misread',
    type: `<xs:simpleType><xs:restriction base="xs:string"><xs:enumeration value="a: 'b' #c"/></xs:restriction></xs:simpleType>`,
    path: 'POST /ask',
  },
  { name: 'a number alone', type: 'type="xs:long"', path: 'POST /ask' },
  { name: 'more fields than anybody reviews', type: texts(...Array.from({ length: 300 }, (_, index) => `f${index}`)), path: 'POST /ask' },
]

describe('a facade of what is odd', () => {
  let place: Folder

  beforeEach(() => {
    place = createFolder()
  })
  afterEach(() => place.remove())

  async function made(schema: string, operations: readonly OperationDescription[], address = 'http://odd.example/'): Promise<string> {
    const head =
      '<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:tns="urn:odd" targetNamespace="urn:odd" elementFormDefault="qualified">'
    const text = writeWsdl({ name: 'Odd', namespace: 'urn:odd', address, schema: `${head}${schema}${BASES}</xs:schema>`, operations })
    writeFileSync(join(place.dir, 'odd.wsdl'), text)
    const { code, out, err } = await place.waybill('facade', 'odd.wsdl', '--to', 'odd')
    expect([code, err]).to.deep.equal([0, ''])
    return out
  }

  async function isWhole(): Promise<void> {
    const checked = await place.waybill('check', 'odd', '--stand-ins')
    expect(checked.code, checked.out).to.equal(0)
    const tested = await place.waybill('test', 'odd')
    expect(tested.code, tested.out).to.equal(0)
    expect(tested.out).to.match(/\d+ tests? passed/)
  }

  for (const { name, type, operation = 'Ask', path } of cases) {
    it(`has no faults, and its tests pass: ${name}`, async () => {
      const element = type.startsWith('<') ? `<xs:element name="Q">${type}</xs:element>` : `<xs:element name="Q" ${type}/>`
      await made(`${element}<xs:element name="A">${NUMBER}</xs:element>`, [{ name: operation, input: 'Q', output: 'A' }])
      await isWhole()
      expect(place.read('odd/README.md')).to.include(`| \`${path}\` |`)
    })
  }

  it('makes a sample that people can read of a schema without end', async () => {
    const wide = Array.from({ length: 12 }, (_, depth) => {
      const next = Array.from(
        { length: 12 },
        (_, at) => `<xs:element name="e${at}" type="${depth < 11 ? `tns:T${depth + 1}` : 'xs:string'}" minOccurs="0"/>`,
      )
      return `<xs:complexType name="T${depth}"><xs:sequence>${next.join('')}</xs:sequence></xs:complexType>`
    })
    await made(`<xs:element name="Q" type="tns:T0"/>${wide.join('')}`, [{ name: 'Ask', input: 'Q', output: 'Q' }])
    await isWhole()
    expect(place.read('odd/samples/ask-answer.xml').split('\n')).to.have.length.below(1_000)
  })

  it('leaves the types of a large model to the WSDL', async () => {
    const types = Array.from(
      { length: 100 },
      (_, at) =>
        `<xs:complexType name="T${at}"><xs:sequence><xs:element name="id" type="xs:string"/><xs:element name="next" type="tns:T${(at + 1) % 100}" minOccurs="0"/></xs:sequence></xs:complexType>`,
    )
    await made(
      `<xs:element name="Q">${sequence('<xs:element name="n" type="xs:string"/><xs:element name="t" type="tns:T0"/>')}</xs:element>${types.join('')}`,
      [{ name: 'Ask', input: 'Q', output: 'Q' }],
    )
    await isWhole()
    expect(place.read('odd/schemas/ask-request.schema.json'))
      .to.match(/"description": "T\d+ as the WSDL has it"/)
      .and.have.length.below(3_000)
  })

  it('gives operations that differ little names and paths of their own', async () => {
    const names = ['PlaceOrder', 'Place_Order', 'placeOrder', 'CreateOrder', 'AddOrder']
    const elements = names.map((_, index) => `<xs:element name="Q${index}">${NUMBER}</xs:element>`).join('')
    await made(
      elements,
      names.map((name, index) => ({ name, input: `Q${index}`, output: `Q${index}` })),
    )
    await isWhole()
    const paths = [...place.read('odd/README.md').matchAll(/^\| `(POST \S+)` \|/gm)].map(([, path]) => path)
    expect(new Set(paths).size).to.equal(names.length)
  })

  it('tells what it cannot make up or call', async () => {
    const strict = '<xs:any namespace="##targetNamespace" processContents="strict"/>'
    const elements = `<xs:element name="Q">${sequence('<xs:element name="n"><xs:simpleType><xs:restriction base="xs:string"><xs:pattern value="[a-z-[aeiou]]{3}"/></xs:restriction></xs:simpleType></xs:element>')}</xs:element>`
    const out = await made(
      `${elements}<xs:element name="A">${sequence(strict)}</xs:element>`,
      [{ name: 'Ask', input: 'Q', output: 'A' }],
      'jms:queue',
    )
    expect(out)
      .to.match(/note: "jms:queue" is no address that can be called by HTTP; set ODD_URL/)
      .and.match(/note: no request and answer of Ask could be made up from the schema/)
    const checked = await place.waybill('check', 'odd')
    expect(checked.code, checked.out).to.equal(0)
  })
})

const BASES = `<xs:complexType name="Base" abstract="true"><xs:sequence><xs:element name="b"/></xs:sequence></xs:complexType>
<xs:complexType name="Derived"><xs:complexContent><xs:extension base="tns:Base"/></xs:complexContent></xs:complexType>`

function sequence(...elements: readonly string[]): string {
  return `<xs:complexType><xs:sequence>${elements.join('')}</xs:sequence></xs:complexType>`
}

function texts(...names: readonly string[]): string {
  return sequence(...names.map(name => `<xs:element name="${name}" type="xs:string"/>`))
}
