import { expect } from 'chai'
import { envelope, post, type SoapSource, startSoap, TYPES, tell, wsdl } from './soap-source.ts'

const ENCODING = 'http://schemas.xmlsoap.org/soap/encoding/'
const DECLARES = `xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:xsd="http://www.w3.org/2001/XMLSchema" xmlns:e="${ENCODING}" xmlns:t="urn:customer-directory"`
const CUSTOMER = { number: '00124', name: 'Zoë', credit: 0, address: { street: 'Am Markt 2', city: 'Köln' } }
const STRUCT = '<number xsi:type="xsd:string">00124</number><name xsi:type="xsd:string">Zoë</name><credit xsi:type="xsd:decimal">0</credit>'
const ADDRESS = '<street xsi:type="xsd:string">Am Markt 2</street><city xsi:type="xsd:string">Köln</city>'

function store(content: string): string {
  return `<t:storeCustomer ${DECLARES} S:encodingStyle="${ENCODING}">${content}</t:storeCustomer>`
}

describe('rpc/encoded requests', () => {
  let soap: SoapSource
  before(async () => {
    soap = await startSoap(
      `  customers:
    from: { soap: /customers, wsdl: rpc-encoded.wsdl }
    to: target
    reply: { within: 5s }
  articles:
    from: { soap: /articles, wsdl: rpc-encoded-arrays.wsdl }
    to: target
    reply: { within: 5s }
`,
      { 'rpc-encoded.wsdl': wsdl('rpc-encoded.wsdl'), 'rpc-encoded-arrays.wsdl': wsdl('rpc-encoded-arrays.wsdl') },
    )
  })
  beforeEach(() => {
    soap.bodies.length = 0
  })
  after(() => soap.stop())

  const send = (payload: string, path = '/customers') =>
    tell(soap.port, post(envelope('1.1', payload), { 'Content-Type': TYPES['1.1'] }, path))

  const good = [
    {
      name: 'values in place',
      payload: store(
        `<customer xsi:type="t:Customer">${STRUCT}<address xsi:type="t:Address">${ADDRESS}</address></customer><overwrite xsi:type="xsd:boolean">false</overwrite>`,
      ),
    },
    {
      name: 'references to other elements of the body, as Axis 1 writes them',
      payload: `${store('<customer href="#id0"/><overwrite href="#id2"/>')}<multiRef ${DECLARES} id="id0" e:root="0" xsi:type="t:Customer">${STRUCT}<address href="#id1"/></multiRef><multiRef ${DECLARES} id="id1" e:root="0" xsi:type="t:Address">${ADDRESS}</multiRef><multiRef ${DECLARES} id="id2" e:root="0" xsi:type="xsd:boolean">0</multiRef>`,
    },
  ]
  for (const { name, payload } of good)
    it(`takes ${name}`, async () => {
      soap.answer = () => ({ body: Buffer.from('{"return":1}') })
      const told = await send(payload)
      expect(told.status, told.body).to.equal(200)
      expect(soap.bodies).to.deep.equal([{ customer: CUSTOMER, overwrite: false }])
      expect(told.body)
        .to.match(/storeCustomerResponse[^>]*encodingStyle/)
        .and.match(/<return[^>]* xsi:type="t:int"[^>]*>1<\/return>/)
    })

  it('takes arrays, whatever their members are called', async () => {
    soap.answer = () => ({ body: Buffer.from('{"articles":{"item":[]}}') })
    const ns = /targetNamespace="([^"]*)"/.exec(wsdl('rpc-encoded-arrays.wsdl'))?.[1] ?? ''
    const find = (name: string) =>
      `<a:findArticles xmlns:a="${ns}" ${DECLARES}><skus xsi:type="e:Array" e:arrayType="xsd:string[2]"><${name}>A-1</${name}><${name}>0099</${name}></skus></a:findArticles>`
    for (const name of ['item', 'string', 'e:string']) expect((await send(find(name), '/articles')).status).to.equal(200)
    expect(soap.bodies).to.deep.equal(Array(3).fill({ skus: { item: ['A-1', '0099'] } }))
  })

  const bomb = Array.from(
    { length: 30 },
    (_, at) => `<m id="i${at}" e:root="0" xmlns:e="${ENCODING}"><a href="#i${at + 1}"/><a href="#i${at + 1}"/></m>`,
  ).join('')
  const bad = [
    { name: 'a reference to nothing', payload: store('<customer href="#id0"/>'), says: /refers to nothing/ },
    {
      name: 'a reference that leads to itself',
      payload: `${store('<customer href="#a"/>')}<m id="a" e:root="0" xmlns:e="${ENCODING}"><address href="#a"/></m>`,
      says: /back to itself|may not stand/,
    },
    {
      name: 'references that grow without end',
      payload: `${store('<customer href="#i0"/>')}${bomb}<m id="i30" e:root="0" xmlns:e="${ENCODING}"/>`,
      says: /1,000,000|may not stand|not allowed|is no/,
    },
    { name: 'a part that the operation has not', payload: store('<price>1</price>'), says: /price is no part/ },
  ]
  for (const { name, payload, says } of bad)
    it(`refuses ${name}`, async () => {
      const told = await send(payload)
      expect(told.status).to.equal(500)
      expect(told.body).to.include('<faultcode>soap:Client</faultcode>').and.match(says)
    })
})
