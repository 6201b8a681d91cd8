import { expect } from 'chai'
import { removeProjects, startProject, type TestGateway } from '../support/gateway.ts'
import { startTarget, type Target } from '../support/target.ts'

const XS = 'xmlns:xs="http://www.w3.org/2001/XMLSchema"'
const schema = `<xs:schema ${XS} targetNamespace="urn:shop" xmlns="urn:shop" elementFormDefault="qualified">
<xs:element name="Order"><xs:complexType><xs:sequence>
  <xs:element name="sku" type="xs:string"/><xs:element name="price" type="xs:decimal"/><xs:element name="line" type="xs:int" minOccurs="0" maxOccurs="unbounded"/>
</xs:sequence></xs:complexType></xs:element>
<xs:element name="Placed"><xs:complexType><xs:sequence><xs:element name="confirmation" type="xs:string"/></xs:sequence></xs:complexType></xs:element>
</xs:schema>`

const project = (url: string) => `waybill: 1
name: formats
systems:
  books: { rest: { url: '${url}' } }
  legacy: { rest: { url: '${url}' }, format: { xml: { schema: shop.xsd, element: Order, reply: Placed } } }
routes:
  both:
    from: { rest: POST /both, schema: shop.xsd, format: [{ xml: { element: Order, reply: Placed } }, json] }
    reply: { within: 5s }
    to: { system: books, transform: [{ map: same }] }
    faults:
      - { when: 'status == 404', status: 410, text: no such order, map: gone }
      - { when: 'error.code == "TARGET_UNAVAILABLE"', status: 500, text: the books are closed }
  back:
    from: { rest: POST /back }
    reply: { within: 5s }
    to: legacy
mappings:
  same: { rules: { sku: body.sku, price: body.price, lines: body.line } }
  gone: { rules: { asked: body.id } }
`

const order = '<o:Order xmlns:o="urn:shop"><o:sku>00123</o:sku><o:price>1.00</o:price><o:line>7</o:line></o:Order>'

describe('formats of sources and targets', () => {
  let gateway: TestGateway
  let target: Target
  before(async () => {
    target = await startTarget()
    gateway = await startProject({ files: { 'waybill.yaml': project(target.url), 'shop.xsd': schema } })
  })
  after(async () => {
    await gateway?.end()
    await target.stop()
    removeProjects()
  })

  async function send(path: string, body: string, headers: Record<string, string>) {
    const response = await fetch(gateway.http + path, { method: 'POST', body, headers })
    return { status: response.status, type: response.headers.get('content-type'), text: await response.text() }
  }
  const json = { 'content-type': 'application/json' }
  const xml = { 'content-type': 'application/xml' }
  const says = (body: string, status = 200) => target.program({ status, headers: json, body })

  it('reads XML with its exact values, and answers in XML', async () => {
    await says('{"confirmation":"C-1"}')
    const answer = await send('/both', order, xml)
    expect([answer.status, answer.type]).to.deep.equal([200, 'application/xml'])
    expect(answer.text).to.match(/<\w+:Placed xmlns:\w+="urn:shop"><\w+:confirmation>C-1</)
    expect((await target.received())[0]?.body).to.equal('{"sku":"00123","price":1.00,"lines":[7]}')
  })

  it('reads JSON at the same source, and answers in what Accept likes best', async () => {
    await says('{"confirmation":"C-2"}')
    const body = '{"sku":"A","price":2,"line":[]}'
    expect((await send('/both', body, json)).text).to.equal('{"confirmation":"C-2"}')
    expect((await send('/both', body, { ...json, accept: 'application/json;q=0.4, application/xml' })).type).to.equal('application/xml')
    expect((await send('/both', order, { ...xml, accept: 'text/xml;q=0.1, application/json' })).text).to.equal('{"confirmation":"C-2"}')
  })

  const refusals = [
    { name: 'what Accept rules out', body: order, headers: { ...xml, accept: 'text/csv' }, status: 406, says: 'NOT_ACCEPTABLE' },
    { name: 'another content type', body: 'a;b', headers: { 'content-type': 'text/csv' }, status: 415, says: 'UNSUPPORTED_TYPE' },
    { name: 'what does not fit the type', body: order.replace('1.00', 'dear'), headers: xml, status: 422, says: 'SCHEMA_INVALID' },
    { name: 'what is not well-formed', body: order.slice(0, -3), headers: xml, status: 400, says: 'NOT_READABLE' },
  ]
  for (const { name, body, headers, status, says: code } of refusals)
    it(`refuses ${name} with ${status}`, async () => {
      const answer = await send('/both', body, headers)
      expect([answer.status, JSON.parse(answer.text).code]).to.deep.equal([status, code])
    })

  it("tells what the route's faults say of a target's refusal", async () => {
    await says('{"id":"SO-9"}', 404)
    const answer = await send('/both', order, xml)
    expect([answer.status, answer.text]).to.deep.equal([410, '{"asked":"SO-9"}'])
  })

  it('tells it in words where no mapping makes a detail', async () => {
    await says('', 503)
    const answer = await send('/both', order, xml)
    expect([answer.status, JSON.parse(answer.text).detail]).to.deep.equal([500, 'the books are closed'])
  })

  it('writes XML to a target, and reads its answer', async () => {
    await target.program({ headers: xml, body: '<Placed xmlns="urn:shop"><confirmation>0042</confirmation></Placed>' })
    const answer = await send('/back', '{"sku":"A<B","price":3.50}', json)
    expect([answer.status, answer.text]).to.deep.equal([200, '{"confirmation":"0042"}'])
    const [sent] = await target.received()
    expect([sent?.headers['content-type'], sent?.body]).to.satisfy(
      ([type, body]: [string, string]) => type === 'application/xml' && />A&lt;B<.*>3\.50?</.test(body),
    )
  })

  it('tells the sender what has no place in the XML of a target', async () => {
    const answer = await send('/back', '{"sku":"A","price":"dear"}', json)
    expect([answer.status, JSON.parse(answer.text).code]).to.deep.equal([422, 'MAPPING_FAILED'])
  })
})
