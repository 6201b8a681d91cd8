import { expect } from 'chai'
import { asGatewayError, type GatewayError } from '../../../gateway/errors.ts'
import { libxml2, loadLibxml2 } from '../../../transformers/libxml2/library.ts'
import { createXsdValidator, validate } from '../../../transformers/validate.ts'
import { hostileXml } from '../hostile-xml.ts'
import { contentOf, projectOf } from '../project.ts'
import { orderXml, temporaryFiles } from '../temporary-files.ts'

const path = ['routes', 'x', 'transform', 0, 'validate']

/** How often the event loop came round meanwhile: never, while something holds it. */
async function ticking(run: () => Promise<GatewayError>): Promise<{ error: GatewayError; ticks: number }> {
  let ticks = 0
  const timer = setInterval(() => ticks++, 1)
  const error = await run()
  clearInterval(timer)
  return { error, ticks }
}

const xs = (inner: string, attributes = '') =>
  `<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" ${attributes}>\n${inner}\n</xs:schema>`
const target = 'targetNamespace="urn:shop:orders:v1" xmlns="urn:shop:orders:v1" elementFormDefault="qualified"'
const order = xs(
  `<xs:include schemaLocation="../common/country.xsd"/>
<xs:element name="Order"><xs:complexType><xs:sequence><xs:element name="Id" type="xs:string"/><xs:element name="Country" type="Country"/>
<xs:element name="Lines"><xs:complexType><xs:sequence><xs:element name="Line" maxOccurs="unbounded"><xs:complexType><xs:sequence>
<xs:element name="Sku" type="xs:string"/><xs:element name="Quantity" type="xs:positiveInteger"/><xs:element name="UnitPrice" type="xs:decimal"/>
</xs:sequence><xs:attribute name="number" type="xs:int" use="required"/></xs:complexType></xs:element></xs:sequence></xs:complexType></xs:element>
<xs:element name="Total" type="xs:decimal"/></xs:sequence></xs:complexType></xs:element>`,
  target,
)

describe('validation by XSD', () => {
  const dir = temporaryFiles({
    'schemas/order.xsd': order,
    'common/country.xsd': xs(
      '<xs:simpleType name="Country"><xs:restriction base="xs:string"><xs:pattern value="[A-Z]{2}"/></xs:restriction></xs:simpleType>',
    ),
    'schemas/language.xsd': xs(
      '<xs:import namespace="http://www.w3.org/XML/1998/namespace" schemaLocation="http://www.w3.org/2001/xml.xsd"/><xs:element name="a"><xs:complexType><xs:attribute ref="xml:lang"/></xs:complexType></xs:element>',
    ),
    'models/parcel.xsd': xs('<xs:element name="p"/>'),
    'schemas/mail.xsd': xs(
      '<xs:include schemaLocation="../common/mail.xsd"/><xs:element name="a"><xs:complexType><xs:sequence><xs:element name="v" type="Mail" maxOccurs="unbounded"/></xs:sequence></xs:complexType></xs:element>',
    ),
    'common/mail.xsd': xs(
      '<xs:simpleType name="Mail"><xs:restriction base="xs:string"><xs:pattern value=".*@.*\\..*"/></xs:restriction></xs:simpleType>',
    ),
    'schemas/network.xsd': xs('<xs:include schemaLocation="http://127.0.0.1:9/x.xsd"/>'),
    'schemas/outside.xsd': xs('<xs:include schemaLocation="../../x.xsd"/>'),
    'schemas/missing.xsd': xs('<xs:include schemaLocation="ordr.xsd"/>'),
    'schemas/type.xsd': xs('\n<xs:element name="a" type="Nope"/>'),
    'schemas/broken.xsd': '<xs:schema',
    'schemas/entities.xsd': `<!DOCTYPE xs:schema [<!ENTITY a SYSTEM "/etc/passwd">]>${xs('<xs:element name="a"/>')}`,
    'schemas/includes-entities.xsd': xs('<xs:include schemaLocation="entities.xsd"/>'),
  })
  before(loadLibxml2)

  const validatorOf = (file: string) => {
    const { project, told } = projectOf({ dir })
    const made = createXsdValidator(project, file, path)
    expect(told).to.deep.equal([])
    return (xml: string | Buffer, contentType?: string) => made?.(Buffer.from(xml), contentType)
  }
  const errorOf = async (run: () => unknown): Promise<GatewayError> => {
    try {
      await run()
    } catch (error) {
      return asGatewayError(error)
    }
    throw new Error('it was taken')
  }

  it('takes what fits, with what the schema includes', () => {
    expect(validatorOf('schemas/order.xsd')(orderXml(7))).to.equal(undefined)
  })

  it('knows the attributes of XML itself without the network', async () => {
    const check = validatorOf('schemas/language.xsd')
    check('<a xml:lang="de"/>')
    expect((await errorOf(() => check('<a xml:lang="1 2"/>'))).extras.errors?.[0]).to.deep.include({ xpath: '/a', rule: 'type' })
  })

  it('takes the charsets that the content type and the document tell', () => {
    const check = validatorOf('schemas/order.xsd')
    const latin = orderXml(1, { 'UTF-8': 'ISO-8859-1', 'SO-1': 'SÖ-1' })
    check(Buffer.from(latin, 'latin1'))
    check(Buffer.from(latin.replace(' encoding="ISO-8859-1"', ''), 'latin1'), 'text/xml; charset=iso-8859-1')
    check(Buffer.from(`\ufeff${latin.replace('ISO-8859-1', 'UTF-16')}`, 'utf16le'))
  })

  const wrong: [change: Record<string, string>, place: object][] = [
    [
      { 'US<': 'USA<' },
      {
        line: 4,
        column: 3,
        xpath: '/o:Order/o:Country',
        rule: 'pattern',
        message: "Country: the value 'USA' is not accepted by the pattern '[A-Z]{2}'",
      },
    ],
    [
      { 'Quantity>2<': 'Quantity>-2<' },
      {
        line: 7,
        column: 47,
        xpath: '/o:Order/o:Lines/o:Line[2]/o:Quantity',
        rule: 'type',
        message: 'Quantity: "-2" is no valid value of the atomic type xs:positiveInteger',
      },
    ],
    [
      { ' number="2"': '' },
      {
        line: 7,
        column: 5,
        xpath: '/o:Order/o:Lines/o:Line[2]',
        rule: 'required',
        message: 'Line: the attribute number is required and missing',
      },
    ],
    [
      { 'number="2"': 'number="2" x=""' },
      { xpath: '/o:Order/o:Lines/o:Line[2]', rule: 'attribute', message: '@x: the attribute x is not allowed' },
    ],
    [
      { '<o:Total>1142.35</o:Total>': '<o:Totl/>' },
      { line: 10, xpath: '/o:Order/o:Totl', rule: 'content', message: 'Totl is not expected here; expected: Total' },
    ],
    [
      { '<o:Total>': '<Total xmlns="urn:other">', '</o:Total>': '</Total>' },
      {
        xpath: '/o:Order/Total',
        message: 'Total is not expected here; expected: {urn:shop:orders:v1}Total, in that namespace (it has urn:other)',
      },
    ],
    [
      { '  <o:Total>1142.35</o:Total>\n': '' },
      { xpath: '/o:Order', rule: 'content', message: 'Order lacks a child element; expected: Total' },
    ],
    [
      { ':v1"': ':v2"' },
      { xpath: '/o:Order', rule: 'root', message: '{urn:shop:orders:v2}Order is no root element that the schema declares' },
    ],
    [{ '<o:Lines>': '<o:Lines>x' }, { xpath: '/o:Order/o:Lines', rule: 'text' }],
  ]
  for (const [changes, place] of wrong) {
    it(`tells the place and the rule of ${JSON.stringify(changes)}`, async () => {
      const error = await errorOf(() => validatorOf('schemas/order.xsd')(orderXml(3, changes)))
      expect(error.code).to.equal('SCHEMA_INVALID')
      expect(error.extras.errors?.[0]).to.deep.include(place)
    })
  }

  it('names elements of a default namespace, and those on one line, by their place', async () => {
    const xml = orderXml(3, { 'Quantity>3<': 'Quantity>x<' })
      .replaceAll('o:', '')
      .replace('xmlns:o=', 'xmlns=')
      .replace('xmlnurn', 'xmlns="urn')
    const [place] =
      (await errorOf(() => validatorOf('schemas/order.xsd')(xml.replaceAll('\n', ' ').replace('xmlns:', 'xmlns')))).extras.errors ?? []
    expect(place).to.deep.include({ line: 1, xpath: '/Order/Lines/Line[3]/Quantity' })
    expect(place?.column).to.be.above(200)
  })

  it('lists 50 of many errors and counts all, in time that grows with the document only', async () => {
    const xml = orderXml(20_000).replaceAll('<o:Quantity>', '<o:Quantity>x')
    const started = performance.now()
    const { errors, errorCount } = (await errorOf(() => validatorOf('schemas/order.xsd')(xml))).extras
    expect(errors).to.have.length(50)
    expect(errorCount).to.equal(20_000)
    expect(performance.now() - started).to.be.below(3_000)
  })

  it('keeps memory flat over thousands of documents, good and bad', async () => {
    const check = validatorOf('schemas/order.xsd')
    const good = orderXml(7)
    const bad = orderXml(7, { 'US<': 'USA<' })
    const run = async (times: number): Promise<number> => {
      for (let at = 0; at < times; at++) {
        check(good)
        if (at % 10 === 0) await errorOf(() => check(bad))
      }
      return libxml2().HEAPU8.length
    }
    const before = await run(1_000)
    expect(await run(10_000)).to.equal(before)
  })

  for (const { name, xml, code, says } of hostileXml) {
    it(`refuses ${name}`, async () => {
      const error = await errorOf(() => validatorOf('schemas/order.xsd')(xml))
      expect(error.code).to.equal(code)
      expect(error.detail).to.contain(says)
    })
  }

  const faults = [
    {
      file: 'schemas/network.xsd',
      code: 'SCHEMA',
      says: '"http://127.0.0.1:9/x.xsd" leads out of the project; nothing is read from the network',
    },
    { file: 'schemas/outside.xsd', code: 'SCHEMA', says: '"../x.xsd" is not in the project\'s folder' },
    {
      file: 'schemas/missing.xsd',
      code: 'SCHEMA',
      says: 'there is no file "schemas/ordr.xsd" that can be read; did you mean "schemas/order.xsd"?',
    },
    { file: 'schemas/type.xsd', code: 'SCHEMA', says: 'schemas/type.xsd line 3: ' },
    { file: 'schemas/broken.xsd', code: 'SCHEMA', says: 'schemas/broken.xsd: line 1, column 10' },
    { file: 'schemas/entities.xsd', code: 'SCHEMA', says: 'DOCTYPE' },
    { file: 'schemas/includes-entities.xsd', code: 'SCHEMA', says: 'schemas/entities.xsd has a DOCTYPE' },
    { file: 'schemas/nowhere.xsd', code: 'FILE', says: 'there is no file "schemas/nowhere.xsd"' },
    { file: '../order.xsd', code: 'FILE', says: "not in the project's folder" },
  ]
  for (const { file, code, says } of faults) {
    it(`tells what is wrong with ${file} when the config is loaded`, () => {
      const { project, told } = projectOf({ dir })
      expect(createXsdValidator(project, file, path)).to.equal(undefined)
      expect(told[0]).to.deep.include({ code, path })
      expect(told[0]?.message).to.contain(says)
    })
  }

  it('works on while a value takes long by a pattern, and tells what is wrong with it', async () => {
    const check = validatorOf('schemas/mail.xsd')
    const slow = `<v>${'@'.repeat(2_000)}</v>`
    const { error, ticks } = await ticking(() => errorOf(() => check(`<a>${slow.repeat(3)}<v>a@b.c</v></a>`)))
    expect(error.extras.errors?.map(({ xpath }) => xpath)).to.deep.equal(['/a/v', '/a/v[2]', '/a/v[3]'])
    expect(ticks).to.be.above(10)
    expect(check('<a><v>a@b.c</v></a>')).to.be.a('promise')
  })

  it('refuses what takes too long, and checks the next document', async () => {
    const check = validatorOf('schemas/mail.xsd')
    const slow = `<v>${'@'.repeat(4_000)}</v>`
    const { error, ticks } = await ticking(() => errorOf(() => check(`<a>${slow.repeat(200)}</a>`)))
    expect(error.code).to.equal('SCHEMA_INVALID')
    expect(error.detail).to.match(/^the body could not be checked by schemas\/mail\.xsd: it ran for more than \d+ ms$/)
    expect(ticks).to.be.above(10)
    await check('<a><v>a@b.c</v></a>')
    expect((await errorOf(() => check('<a><v>a</v></a>'))).extras.errorCount).to.equal(1)
  })

  it('checks a large document apart, with the same places and refusals', async () => {
    const check = validatorOf('schemas/order.xsd')
    const large = (changes?: Record<string, string>) => orderXml(3_000, changes)
    expect(check(large())).to.be.a('promise')
    await check(large())
    const { error, ticks } = await ticking(() => errorOf(() => check(large({ 'Quantity>2<': 'Quantity>-2<' }))))
    expect(error.extras.errors?.[0]).to.deep.include({ line: 7, column: 47, xpath: '/o:Order/o:Lines/o:Line[2]/o:Quantity' })
    expect(ticks).to.be.above(0)
    expect((await errorOf(() => check(large({ '</o:Lines>': '' })))).code).to.equal('NOT_READABLE')
  })

  it('checks large documents while another schema is made slow', async () => {
    const slow = errorOf(() => validatorOf('schemas/mail.xsd')(`<a>${`<v>${'@'.repeat(4_000)}</v>`.repeat(200)}</a>`))
    const ended: string[] = []
    await Promise.all([
      slow.then(() => ended.push('slow')),
      Promise.resolve(validatorOf('schemas/order.xsd')(orderXml(3_000))).then(() => ended.push('large')),
    ])
    expect(ended).to.deep.equal(['large', 'slow'])
  })

  describe('as a step', () => {
    const made = () => validate.create({ schema: 'schemas/order.xsd' }, { project: projectOf({ dir }).project, path })
    const bytes = Buffer.from(orderXml(2))

    it('lets bytes through as they are', () => {
      const content = contentOf(bytes)
      expect(made()?.transform(content)).to.equal(content)
      expect(() => made()?.transform(contentOf(Buffer.from('<a/>')))).to.throw('SCHEMA_INVALID')
    })

    it('finds a model by its name', () => {
      const named = validate.create('parcel', { project: projectOf({ dir }).project, path })
      const content = contentOf(Buffer.from('<p/>'))
      expect(named?.transform(content)).to.equal(content)
      expect(() => named?.transform(contentOf(Buffer.from('<a/>')))).to.throw('SCHEMA_INVALID: the body does not fit models/parcel.xsd')
    })

    it("checks the message's own bytes while the body is what was read from them", () => {
      const body = { Id: 'SO-1' }
      const { message, ...rest } = contentOf(body)
      const content = { ...rest, message: { ...message, body: bytes }, original: body }
      expect(made()?.transform(content)).to.equal(content)
    })

    it('says what to do where the body is an object that a step has made', () => {
      expect(() => made()?.transform(contentOf({ Id: 'SO-1' }))).to.throw('MAPPING_FAILED: validate: schemas/order.xsd works on XML')
    })
  })
})
