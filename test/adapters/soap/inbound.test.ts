import { createServer } from 'node:http'
import { gzipSync } from 'node:zlib'
import { expect } from 'chai'
import { GatewayError } from '../../../gateway/errors.ts'
import { envelope, NS, post, type SoapSource, startSoap, TYPES, tell, type Version, wsdl } from './soap-source.ts'

const VERSIONS: readonly Version[] = ['1.1', '1.2']
const DEBIT = '<a:Debit xmlns:a="http://accounts.example/"><a:account>00123</a:account><a:amount>1.00</a:amount></a:Debit>'
const WSA = 'http://www.w3.org/2005/08/addressing'
const WSA_2004 = 'http://schemas.xmlsoap.org/ws/2004/08/addressing'

const FILES = [
  'faults.wsdl',
  'document-wrapped.wsdl',
  'one-way.wsdl',
  'rpc-literal.wsdl',
  'rpc-encoded.wsdl',
  'mtom.wsdl',
  'mtom/xmlmime.xsd',
  'headers.wsdl',
  'imports-deep.wsdl',
]
const MAPPINGS = {
  'mappings/not-found.yaml': 'rules: { account: body.id }',
  'mappings/receipt-to-response.yaml': 'rules: { orderId: body.id, accepted: { is: true } }',
}

const ROUTES = `  debit:
    from: { soap: { path: /ws, replyTo: ['127.0.0.1'] }, wsdl: faults.wsdl, operation: Debit }
    to: target
    reply: { within: 5s }
    faults:
      - { when: 'status == 404', fault: AccountNotFound, text: no such account, map: not-found }
  place:
    from: { soap: /orders, wsdl: document-wrapped.wsdl, operation: PlaceOrder, receipt: receipt-to-response }
    to: target
  cancel:
    from: { soap: /orders, wsdl: document-wrapped.wsdl, operation: CancelOrder }
    to: target
  rpc:
    from: { soap: /rpc, wsdl: rpc-literal.wsdl }
    to: target
    reply: { within: 5s }
  files:
    from: { soap: /files, wsdl: mtom.wsdl }
    to: target
    reply: { within: 5s }
  any:
    from: { soap: { path: '/any/:tenant', many: [/Order/Line], understands: [Session] } }
    to: target
    reply: { within: 5s }
  raw:
    from: { soap: { path: /raw, raw: true } }
    to: target
`

function files(): Record<string, string> {
  return { ...Object.fromEntries(FILES.map(name => [name, wsdl(name)])), ...MAPPINGS }
}

describe('a SOAP source', () => {
  let soap: SoapSource
  before(async () => {
    soap = await startSoap(ROUTES, files())
  })
  beforeEach(() => {
    soap.bodies.length = 0
    soap.recorder.called.length = 0
    soap.recorder.accepted.length = 0
    soap.answer = () => ({ body: Buffer.from('{"balance":12345678901234567890.10}') })
  })
  after(() => soap.stop())

  function send(version: Version, payload: string, { path = '/ws', headers = '', more = {} } = {}) {
    return tell(soap.port, post(envelope(version, payload, headers), { 'Content-Type': TYPES[version], ...more }, path))
  }

  for (const version of VERSIONS) {
    it(`answers ${version} in ${version}, typed by the WSDL`, async () => {
      const told = await send(version, DEBIT, { more: { SOAPAction: '"http://accounts.example/Debit"' } })
      expect(told.status).to.equal(200)
      expect(told.head).to.include(`Content-Type: ${TYPES[version]}`)
      expect(told.body).to.match(
        new RegExp(`^<\\?xml version="1.0" encoding="UTF-8"\\?><soap:Envelope xmlns:soap="${NS[version]}"><soap:Body>`),
      )
      expect(told.body).to.match(/<(\w+:)?balance[^>]*>12345678901234567890\.10<\/(\w+:)?balance>/)
      expect(soap.bodies).to.deep.equal([{ account: '00123', amount: 1 }])
      expect(soap.recorder.called[0]?.meta.operation).to.equal('Debit')
    })

    it(`tells a fault that the WSDL declares with its detail, in ${version}`, async () => {
      const { onCall } = soap.recorder
      soap.recorder.onCall = async message => {
        const answer = { status: 404, headers: {}, contentType: 'application/json', body: Buffer.from('{"id":"00123"}') }
        const told = await soap.faultOf(message, new GatewayError('TARGET_REFUSED', 'said 404', { answer }))
        if (told) return told
        throw new Error('no row of faults holds')
      }
      const told = await send(version, DEBIT)
      soap.recorder.onCall = onCall
      expect(told.status).to.equal(version === '1.1' ? 500 : 400)
      expect(told.body).to.include('no such account')
      expect(told.body).to.match(/<(soap:D|d)etail><(\w+:)?AccountNotFound [^>]*>\s*<(\w+:)?account[^>]*>00123</)
    })

    it(`answers WS-Addressing with its own, in ${version}, and knows a message by its id`, async () => {
      for (const ns of [WSA, WSA_2004]) {
        const headers = `<w:MessageID xmlns:w="${ns}">urn:uuid:1</w:MessageID><w:Action xmlns:w="${ns}" S:mustUnderstand="1">http://accounts.example/Debit</w:Action><w:ReplyTo xmlns:w="${ns}"><w:Address>${ns === WSA ? `${ns}/anonymous` : `${ns}/role/anonymous`}</w:Address><w:ReferenceParameters><k:Key xmlns:k="urn:k" a="&amp;">7</k:Key></w:ReferenceParameters></w:ReplyTo>`
        const told = await send(version, DEBIT, { headers })
        expect(told.status).to.equal(200)
        expect(told.body).to.include(`<wsa:RelatesTo xmlns:wsa="${ns}">urn:uuid:1</wsa:RelatesTo>`)
        expect(told.body).to.match(new RegExp(`<wsa:Action xmlns:wsa="${ns}">[^<]+</wsa:Action>`))
        expect(told.body).to.match(/<k:Key xmlns:k="urn:k" a="&amp;"[^>]*>7<\/k:Key>/)
      }
      expect(soap.recorder.called.map(({ identity }) => identity)).to.deep.equal(Array(2).fill('soap:-:debit:urn:uuid:1'))
    })
  }

  it('posts the answer to a ReplyTo that the config allows, and says 202 when it is there', async () => {
    const got: string[] = []
    const server = createServer((req, res) => {
      let text = `${req.headers.soapaction} `
      req.on('data', chunk => {
        text += chunk
      })
      req.on('end', () => {
        got.push(text)
        res.writeHead(202).end()
      })
    })
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
    const bound = server.address()
    const port = typeof bound === 'object' ? bound?.port : 0
    const headers = `<w:MessageID xmlns:w="${WSA}">urn:2</w:MessageID><w:Action xmlns:w="${WSA}">http://accounts.example/Debit</w:Action><w:ReplyTo xmlns:w="${WSA}"><w:Address>http://127.0.0.1:${port}/back</w:Address></w:ReplyTo>`
    const told = await send('1.1', DEBIT, { headers })
    server.close()
    server.closeAllConnections()
    expect(told.status).to.equal(202)
    expect(told.body).to.equal('')
    expect(got[0])
      .to.match(/^".*Debit.*" <\?xml/)
      .and.include('urn:2</wsa:RelatesTo>')
      .and.include('balance')
  })

  it('lets several routes share a path, one an operation, and makes the response of the receipt', async () => {
    const ns = /targetNamespace="([^"]*)"/.exec(wsdl('document-wrapped.wsdl'))?.[1] ?? ''
    const whole = `<o:PlaceOrder xmlns:o="${ns}"><o:customer>00123</o:customer><o:orderDate>2026-07-26</o:orderDate><o:lines><o:line><o:sku>A</o:sku><o:quantity>2</o:quantity><o:gift>1</o:gift></o:line></o:lines></o:PlaceOrder>`
    const placed = await send('1.1', whole, { path: '/orders' })
    expect(placed.status, placed.body).to.equal(200)
    expect(placed.body).to.match(/<(\w+:)?orderId[^>]*>[0-9a-f-]{36}<\/(\w+:)?orderId>.*true/)
    const cancelled = await send('1.1', `<o:CancelOrder xmlns:o="${ns}"><o:orderId>1</o:orderId></o:CancelOrder>`, { path: '/orders' })
    expect(cancelled.status, cancelled.body).to.equal(202)
    expect(soap.recorder.accepted.map(({ route }) => route)).to.deep.equal(['place', 'cancel'])
    expect(soap.bodies[0]).to.have.nested.property('lines.line[0].gift', true)
  })

  it('takes any envelope where there is no WSDL, with the path, simple headers, and lists where they are declared', async () => {
    soap.answer = () => ({ body: Buffer.from('{"Done":{"id":"1"}}') })
    const headers = '<t:Session xmlns:t="urn:t" S:mustUnderstand="1">abc</t:Session>'
    const told = await send('1.2', '<Order id="007"><Line>00</Line></Order>', { path: '/any/north', headers })
    expect(told.status, told.body).to.equal(200)
    expect(told.body).to.include('<soap:Body><Done><id>1</id></Done></soap:Body>')
    expect(soap.bodies).to.deep.equal([{ Order: { '@id': '007', Line: ['00'] } }])
    const [called] = soap.recorder.called
    expect(called?.meta).to.deep.equal({ operation: 'Order', path: { tenant: 'north' } })
    expect(called?.headers.Session).to.equal('abc')
  })

  it('hands a raw message on as it came, headers and parts included', async () => {
    const bytes = envelope('1.1', '<any/>', '<t:Tx xmlns:t="urn:t" S:mustUnderstand="1"/>')
    const told = await tell(soap.port, post(bytes, { 'Content-Type': TYPES['1.1'] }, '/raw'))
    expect(told.status, told.body).to.equal(202)
    expect(Buffer.from(soap.recorder.accepted[0]?.body ?? []).toString()).to.equal(bytes)
    expect(Buffer.from(soap.bodies[0] as Uint8Array).toString()).to.equal(bytes)
  })

  it('reads a compressed envelope', async () => {
    const told = await tell(soap.port, post(gzipSync(envelope('1.1', DEBIT)), { 'Content-Type': TYPES['1.1'], 'Content-Encoding': 'gzip' }))
    expect(told.status).to.equal(200)
  })

  it('puts included parts in their places, and answers with parts', async () => {
    const big = Buffer.alloc(3_000, 7)
    soap.answer = () => ({ body: Buffer.from(JSON.stringify({ content: { '@contentType': 'a/b', $: big.toString('base64') } })) })
    const type = 'multipart/related; type="application/xop+xml"; start="<r>"; start-info="text/xml"; boundary="b b"'
    const include = '<x:Include xmlns:x="http://www.w3.org/2004/08/xop/include" href="cid:a%40b"/>'
    const root = (payload: string) =>
      `Content-Type: application/xop+xml; type="text/xml"\r\nContent-ID: <r>\r\n\r\n${envelope('1.1', payload)}`
    const upload = `<d:Upload xmlns:d="http://documents.example/"><d:name>a</d:name><d:content>${include}</d:content></d:Upload>`
    const body = Buffer.concat([
      Buffer.from(`--b b\r\n${root(upload)}\r\n--b b\r\nContent-ID: <a@b>\r\n\r\n`),
      big,
      Buffer.from('\r\n--b b--'),
    ])
    soap.answer = () => ({ body: Buffer.from('{"size":3000}') })
    const up = await tell(soap.port, post(body, { 'Content-Type': type }, '/files'))
    expect(up.status, up.body).to.equal(200)
    expect(soap.bodies).to.deep.equal([{ name: 'a', content: big.toString('base64') }])
    soap.answer = () => ({ body: Buffer.from(JSON.stringify({ content: { '@contentType': 'a/b', $: big.toString('base64') } })) })
    const download = '<d:Download xmlns:d="http://documents.example/"><d:name>a</d:name></d:Download>'
    const down = await tell(soap.port, post(`--b b\r\n${root(download)}\r\n--b b--`, { 'Content-Type': type }, '/files'))
    expect(down.head).to.match(/Content-Type: multipart\/related; type="application\/xop\+xml"/)
    expect(down.body).to.include('<xop:Include ').and.include(big.toString('latin1'))
  })

  it('serves the WSDL with the address that the caller used, and what it imports', async () => {
    const get = (query: string, more = '') =>
      tell(soap.port, Buffer.from(`GET /files${query} HTTP/1.1\r\nHost: here.example:81\r\n${more}\r\n`))
    const served = await get('?wsdl', 'X-Forwarded-Host: evil.example\r\n')
    expect(served.status).to.equal(200)
    expect(served.head).to.include('Content-Type: text/xml')
    expect(served.body)
      .to.include('location="http://here.example:81/files"')
      .and.include('schemaLocation="http://here.example:81/files?xsd=1"')
    expect((await get('?xsd=1')).body).to.include('xmlmime')
    expect((await get('?xsd=9')).status).to.equal(404)
    const bare = await get('')
    expect(bare.status).to.equal(405)
    expect(bare.head).to.include('Allow: POST, GET').and.include('text/plain')
  })
})
