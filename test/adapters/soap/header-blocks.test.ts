import { expect } from 'chai'
import { createSoapOutbound } from '../../../adapters/soap/outbound.ts'
import { layOperation, soapSystemOptions } from '../../../adapters/soap/system-options.ts'
import { silent } from '../../../gateway/log.ts'
import { resolveOptions } from '../../../gateway/options.ts'
import type { Outbound } from '../../../gateway/ports.ts'
import { load } from '../../config/temporary-project.ts'
import { noBodies } from '../../support/bodies.ts'
import { deliveryOf } from '../../support/delivery.ts'
import { type SoapServer, startSoapServer } from './soap-server.ts'
import { envelope, NS, post, type SoapSource, startSoap, TYPES, tell, wsdl } from './soap-source.ts'

const BOOKING = 'http://booking.example/'
const RESERVE = `<b:Reserve xmlns:b="${BOOKING}"><b:room>12</b:room><b:from>2026-11-28T12:00:00Z</b:from></b:Reserve>`
const ROUTES = `  book:
    from: { soap: /book, wsdl: headers.wsdl, operation: Reserve }
    transform: [{ set: { headers: { x-token: 'json(headers.session).token', x-tenant: 'text(json(headers.session).tenant)', session: headers.session } } }]
    to:
      system: target
      answer: [{ set: { headers: { quota: 'toJson({"left": int(headers["x-left"])})' } } }]
    reply: { within: 5s }
`

function session(token: string, tenant: string, attributes = ''): string {
  return `<b:session xmlns:b="${BOOKING}"${attributes}><b:token>${token}</b:token><b:tenant>${tenant}</b:tenant></b:session>`
}

describe('header blocks of a WSDL, at a SOAP source', () => {
  let soap: SoapSource
  before(async () => {
    soap = await startSoap(ROUTES, { 'headers.wsdl': wsdl('headers.wsdl') })
    soap.answer = () => ({ headers: { 'x-left': '3' }, body: Buffer.from('{"number":"R-1"}') })
  })
  beforeEach(() => {
    soap.recorder.called.length = 0
    soap.headers.length = 0
  })
  after(() => soap.stop())

  for (const version of ['1.1', '1.2'] as const) {
    const send = (headers: string) =>
      tell(soap.port, post(envelope(version, RESERVE, headers), { 'Content-Type': TYPES[version] }, '/book'))

    it(`are JSON of their value where they have structure, and the answer bears those that it declares, in ${version}`, async () => {
      const told = await send(session('Ä&lt;1', '007', ' S:mustUnderstand="1"'))
      expect(told.status).to.equal(200)
      const [called] = soap.recorder.called
      expect(called?.headers.session).to.equal(String.raw`{"token":"\u00c4<1","tenant":7}`)
      expect(soap.headers[0]).to.include({ session: called?.headers.session, 'x-token': 'Ä<1', 'x-tenant': '7' })
      expect(told.body).to.match(/<soap:Header><(\w+:)?quota [^>]*><(\w+:)?left>3<\/(\w+:)?left><\/(\w+:)?quota><\/soap:Header>/)
    })

    it(`are refused where they do not fit their type, in ${version}`, async () => {
      const told = await send(session('abc', 'seven'))
      expect(told.status).to.equal(version === '1.1' ? 500 : 400)
      expect(told.body).to.include('header block {http://booking.example/}session: ').and.to.include('seven')
      expect(soap.recorder.called).to.deep.equal([])
    })
  }

  it('that are not declared and have structure are none of the headers', async () => {
    const other = '<t:trace xmlns:t="urn:t"><t:id>1</t:id></t:trace>'
    await tell(soap.port, post(envelope('1.1', RESERVE, session('a', '1') + other), { 'Content-Type': TYPES['1.1'] }, '/book'))
    expect(soap.recorder.called[0]?.headers).not.to.have.property('trace')
  })
})

describe('header blocks of a WSDL, at a SOAP system', () => {
  let server: SoapServer
  let outbound: Outbound
  before(async () => {
    server = await startSoapServer()
    load({ 'waybill.yaml': 'waybill: 1\nname: blocks\n', 'headers.wsdl': wsdl('headers.wsdl') }, {}, project => {
      const options = layOperation(resolveOptions(soapSystemOptions, { wsdl: 'headers.wsdl', url: server.url }), 'Reserve')
      const context = { project, clients: {}, log: silent, bodies: noBodies }
      outbound = createSoapOutbound({ name: 'booking', options, inFlight: 2 }, context)
    })
  })
  beforeEach(() => server.seen.splice(0))
  after(async () => {
    await outbound.close()
    await server.close()
  })

  const { signal } = new AbortController()
  const send = (headers: Record<string, string>) => outbound.send(deliveryOf({ body: Buffer.from(RESERVE), headers }), signal)

  it("are written from the delivery's headers, and are none of HTTP", async () => {
    server.answers = { body: answer('') }
    await send({ session: '{"token":"a<b","tenant":7}', 'x-shop': 'A' })
    const [seen] = server.seen
    expect(String(seen?.body)).to.match(/<soap:Header><(\w+:)?session [^>]*><(\w+:)?token>a&lt;b<\/(\w+:)?token><(\w+:)?tenant>7</)
    expect(seen?.headers).to.include({ 'x-shop': 'A' }).and.not.to.have.property('session')
  })

  it('are an error where the header is no JSON of them, and nothing is sent', async () => {
    const error = await send({ session: 'abc' }).catch((caught: unknown) => caught)
    expect(error).to.include({ code: 'MAPPING_FAILED' })
    expect(String(error)).to.include('header "session" is no JSON of the header block {http://booking.example/}session')
    expect(server.seen).to.deep.equal([])
  })

  const answers = [
    { name: 'are headers of the answer', block: `<q:quota xmlns:q="${BOOKING}"><q:left>05</q:left></q:quota>`, quota: '{"left":5}' },
    {
      name: 'are left out where they do not fit',
      block: `<q:quota xmlns:q="${BOOKING}"><q:left>five</q:left></q:quota>`,
      quota: undefined,
    },
    { name: 'may be missing', block: '', quota: undefined },
  ]
  for (const { name, block, quota } of answers)
    it(name, async () => {
      server.answers = { body: answer(block) }
      const told = await send({})
      expect(told?.headers.quota).to.equal(quota)
      expect(String(told?.body)).to.include('R-1')
    })
})

function answer(header: string): string {
  const payload = `<b:ReserveResponse xmlns:b="${BOOKING}"><b:number>R-1</b:number></b:ReserveResponse>`
  return `<S:Envelope xmlns:S="${NS['1.1']}"><S:Header>${header}</S:Header><S:Body>${payload}</S:Body></S:Envelope>`
}
