import { expect } from 'chai'
import { envelope, NS, post, type SoapSource, startSoap, TYPES, tell, type Version, wsdl } from './soap-source.ts'

const VERSIONS: readonly Version[] = ['1.1', '1.2']
const DEBIT = '<a:Debit xmlns:a="http://accounts.example/"><a:account>00123</a:account><a:amount>1.00</a:amount></a:Debit>'

describe('a SOAP source with a WSDL', () => {
  let soap: SoapSource
  before(async () => {
    soap = await startSoap(
      `  debit:
    from: { soap: /ws, wsdl: faults.wsdl, operation: Debit }
    to: { system: target, answer: [{ set: { body: { balance: body.left } } }] }
    reply: { within: 5s }
`.replace('{ system: target, answer: [{ set: { body: { balance: body.left } } }] }', 'target'),
      { 'faults.wsdl': wsdl('faults.wsdl') },
    )
    soap.answer = () => ({ body: Buffer.from('{"balance":12345678901234567890.10}') })
  })
  beforeEach(() => {
    soap.bodies.length = 0
  })
  after(() => soap.stop())

  for (const version of VERSIONS)
    it(`answers ${version} in ${version}, typed by the WSDL`, async () => {
      const told = await tell(
        soap.port,
        post(envelope(version, DEBIT), { 'Content-Type': TYPES[version], SOAPAction: '"http://accounts.example/Debit"' }),
      )
      expect(told.status).to.equal(200)
      expect(told.head).to.include(`Content-Type: ${TYPES[version]}`)
      expect(told.body).to.match(
        new RegExp(`^<\\?xml version="1.0" encoding="UTF-8"\\?><soap:Envelope xmlns:soap="${NS[version]}"><soap:Body>`),
      )
      expect(told.body).to.match(/<(\w+:)?balance[^>]*>12345678901234567890\.10<\/(\w+:)?balance>/)
      expect(soap.bodies).to.deep.equal([{ account: '00123', amount: 1 }])
    })
})
