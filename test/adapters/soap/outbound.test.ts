import { gunzipSync, gzipSync } from 'node:zlib'
import { expect } from 'chai'
import { createSoapOutbound } from '../../../adapters/soap/outbound.ts'
import { soapAuthOptions, soapSystemOptions } from '../../../adapters/soap/system-options.ts'
import { GatewayError } from '../../../gateway/errors.ts'
import { silent } from '../../../gateway/log.ts'
import type { Answer } from '../../../gateway/message.ts'
import { resolveOptions } from '../../../gateway/options.ts'
import type { Delivery, Outbound } from '../../../gateway/ports.ts'
import { type Manner, outboundConformance } from '../../conformance/outbound.ts'
import { noBodies } from '../../support/bodies.ts'
import { deliveryOf } from '../../support/delivery.ts'
import { type Step, startTarget } from '../../support/target.ts'
import { projectOf } from '../../transformers/project.ts'
import { type Canned, envelope, fault11, fault12, type SoapServer, startSoapServer } from './soap-server.ts'

const { signal } = new AbortController()

function outboundTo(options: object, auth?: object): Outbound {
  const { project } = projectOf({ dir: '/' })
  const resolved = { options: resolveOptions(soapSystemOptions, options), auth: auth && resolveOptions(soapAuthOptions, auth) }
  return createSoapOutbound({ name: 'warehouse', ...resolved, inFlight: 8 }, { project, clients: {}, log: silent, bodies: noBodies })
}

const MANNERS: Readonly<Record<Manner, Step>> = {
  yes: { status: 200, body: envelope('<ok/>') },
  refused: { status: 500, body: fault11('S:Client') },
  unavailable: { status: 500, body: fault11('S:Server') },
  silence: { does: 'hang' },
}
const PAYLOAD = '<o:Order xmlns:o="urn:o">\r\n <id>é\u2028</id></o:Order>'

outboundConformance(
  'soap',
  async () => {
    const target = await startTarget()
    const outbound = outboundTo({ url: `${target.url}/ws`, timeout: '500ms' })
    return {
      outbound,
      behave: manner => target.program(MANNERS[manner]),
      received: async () =>
        (await target.received()).map(({ body, headers }) => ({
          body: /<soap:Body>(.*)<\/soap:Body>/s.exec(body)?.[1] ?? '',
          id: headers['idempotency-key'] ?? '',
        })),
      vanish: () => target.stop(),
      async close() {
        await outbound.close()
        await target.stop()
      },
    }
  },
  PAYLOAD,
)

describe('a SOAP system', () => {
  let server: SoapServer
  const opened: Outbound[] = []
  before(async () => {
    server = await startSoapServer()
  })
  beforeEach(() => {
    server.seen.splice(0)
  })
  afterEach(() => Promise.all(opened.splice(0).map(outbound => outbound.close())))
  after(() => server.close())

  function open(options: object = {}, auth?: object): Outbound {
    const outbound = outboundTo({ url: server.url, timeout: '2s', ...options }, auth)
    opened.push(outbound)
    return outbound
  }

  const deliver = (outbound: Outbound, delivery: Partial<Delivery> = {}) =>
    outbound.send(deliveryOf({ body: Buffer.from(PAYLOAD), contentType: 'application/xml', ...delivery }), signal)

  async function answered(answers: Canned, options?: object): Promise<Answer> {
    server.answers = answers
    return (await deliver(open(options))) ?? expect.fail('there was no answer')
  }

  async function failed(answers: Canned, options?: object): Promise<GatewayError> {
    const error = await answered(answers, options).catch((caught: unknown) => caught)
    return error instanceof GatewayError ? error : expect.fail(`it did not fail: ${JSON.stringify(error)}`)
  }

  const text = (body: Uint8Array | undefined) => Buffer.from(body ?? []).toString()

  const ENV = 'http://schemas.xmlsoap.org/soap/envelope/'
  const bodies: readonly { name: string; body: string | Buffer; type?: string; payload: string }[] = [
    { name: 'as it is', body: envelope('<r xmlns="urn:r"><a>1</a></r>'), payload: '<r xmlns="urn:r"><a>1</a></r>' },
    { name: 'without the white space around it', body: envelope('\n  <r/>\n '), payload: '<r/>' },
    { name: 'empty', body: envelope('  '), payload: '' },
    { name: 'empty, in one tag', body: `<Envelope xmlns="${ENV}"><Body/></Envelope>`, payload: '' },
    {
      name: 'with the prefixes that the envelope declares',
      body: `<S:Envelope xmlns:S="${ENV}" xmlns:x="urn:x" xmlns:unused="urn:u" xmlns:xsi="urn:xsi"><S:Body xmlns:y="urn:y"><x:r xsi:type="y:T"/></S:Body></S:Envelope>`,
      payload: '<x:r xmlns:x="urn:x" xmlns:xsi="urn:xsi" xmlns:y="urn:y" xsi:type="y:T"/>',
    },
    {
      name: 'with the default namespace of the envelope',
      body: `<Envelope xmlns="${ENV}"><Body><r><a/></r></Body></Envelope>`,
      payload: `<r xmlns="${ENV}"><a/></r>`,
    },
    {
      name: 'behind header blocks, comments and instructions',
      body: `<?xml version="1.0"?><!-- </S:Body> --><?pi ?>${envelope('<!-- > --><r/>', '1.1', '<S:Header><h a="</S:Header>"><![CDATA[</S:Header>]]><S:Header/></h></S:Header>').slice(22)}`,
      payload: '<r/>',
    },
    { name: 'of the other version', body: envelope('<r/>', '1.2'), payload: '<r/>' },
    {
      name: 'in UTF-16',
      body: Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(envelope('<r>é€</r>'), 'utf16le')]),
      payload: '<r>é€</r>',
    },
    {
      name: 'in the charset of its content type',
      body: Buffer.from(envelope('<r>é</r>'), 'latin1'),
      type: 'text/xml; charset="ISO-8859-1"',
      payload: '<r>é</r>',
    },
  ]
  for (const { name, body, type = 'text/xml; charset=utf-8', payload } of bodies)
    it(`brings the payload of an answer: ${name}`, async () => {
      const answer = await answered({ headers: type.includes('8859') || typeof body === 'string' ? { 'content-type': type } : {}, body })
      expect(text(answer.body)).to.equal(payload)
      expect(answer.contentType).to.equal(payload === '' ? '' : 'application/xml')
    })

  const HTML = { 'content-type': 'text/html' }
  const XML = { 'content-type': 'text/xml' }
  const settlements: readonly { name: string; answers: Canned; code?: string; fault?: object; retryAfterMs?: number }[] = [
    { name: '202 without a body', answers: { status: 202 } },
    { name: '200 without a body', answers: { status: 200 } },
    { name: '500 without a body', answers: { status: 500 }, code: 'TARGET_UNAVAILABLE' },
    { name: 'HTML with 500', answers: { status: 500, headers: HTML, body: '<html><p>no' }, code: 'TARGET_UNAVAILABLE' },
    { name: 'HTML with 404', answers: { status: 404, headers: HTML, body: '<html><p>no' }, code: 'TARGET_REFUSED' },
    { name: 'HTML with 200', answers: { status: 200, headers: HTML, body: '<html><p>log in' }, code: 'BAD_REPLY' },
    {
      name: 'HTML with 503 and Retry-After',
      answers: { status: 503, headers: { ...HTML, 'retry-after': '7' }, body: 'no' },
      code: 'TARGET_UNAVAILABLE',
      retryAfterMs: 7_000,
    },
    { name: 'an envelope of no known version', answers: { body: '<e:Envelope xmlns:e="urn:e"><e:Body/></e:Envelope>' }, code: 'BAD_REPLY' },
    { name: 'an envelope that ends too early', answers: { body: envelope('<r/>').slice(0, -4) }, code: 'BAD_REPLY' },
    {
      name: 'an envelope with a DOCTYPE',
      answers: { body: `<!DOCTYPE a [<!ENTITY b "c">]>${envelope('<r/>').slice(22)}` },
      code: 'BAD_REPLY',
    },
    { name: 'bytes that are not in their charset', answers: { body: Buffer.from(envelope('<r>é</r>'), 'latin1') }, code: 'BAD_REPLY' },
    {
      name: 'an unknown encoding',
      answers: { headers: { ...XML, 'content-encoding': 'zstd' }, body: envelope('<r/>') },
      code: 'BAD_REPLY',
    },
    {
      name: 'what says gzip and is not',
      answers: { headers: { ...XML, 'content-encoding': 'gzip' }, body: envelope('<r/>') },
      code: 'BAD_REPLY',
    },
    { name: 'an envelope with 403', answers: { status: 403, body: envelope('<r/>') }, code: 'TARGET_REFUSED' },
    {
      name: 'a Client fault',
      answers: { status: 500, body: fault11('S:Client') },
      code: 'TARGET_REFUSED',
      fault: { code: 'Client', name: '', text: 'so it is' },
    },
    {
      name: 'a Client fault with 200',
      answers: { status: 200, body: fault11('S:Client') },
      code: 'TARGET_REFUSED',
      fault: { code: 'Client', name: '', text: 'so it is' },
    },
    {
      name: 'a dotted Client fault',
      answers: { status: 500, body: fault11('S:Client.Authentication') },
      code: 'TARGET_REFUSED',
      fault: { code: 'Client.Authentication', name: '', text: 'so it is' },
    },
    {
      name: 'a Server fault',
      answers: { status: 500, body: fault11('S:Server') },
      code: 'TARGET_UNAVAILABLE',
      fault: { code: 'Server', name: '', text: 'so it is' },
    },
    {
      name: 'a dotted Server fault with 400',
      answers: { status: 400, body: fault11('S:Server.Busy') },
      code: 'TARGET_UNAVAILABLE',
      fault: { code: 'Server.Busy', name: '', text: 'so it is' },
    },
    {
      name: 'a Server fault with Retry-After',
      answers: { status: 503, headers: { ...XML, 'retry-after': '9' }, body: fault11('S:Server') },
      code: 'TARGET_UNAVAILABLE',
      fault: { code: 'Server', name: '', text: 'so it is' },
      retryAfterMs: 9_000,
    },
    {
      name: 'a VersionMismatch',
      answers: { status: 500, body: fault11('S:VersionMismatch') },
      code: 'TARGET_REFUSED',
      fault: { code: 'VersionMismatch', name: '', text: 'so it is' },
    },
    {
      name: 'a MustUnderstand',
      answers: { status: 500, body: fault11('S:MustUnderstand') },
      code: 'TARGET_REFUSED',
      fault: { code: 'MustUnderstand', name: '', text: 'so it is' },
    },
    {
      name: "a code of the target's own with 500",
      answers: { status: 500, body: fault11('E-17') },
      code: 'TARGET_UNAVAILABLE',
      fault: { code: 'E-17', name: '', text: 'so it is' },
    },
    {
      name: "a code of the target's own with 422",
      answers: { status: 422, body: fault11('E-17') },
      code: 'TARGET_REFUSED',
      fault: { code: 'E-17', name: '', text: 'so it is' },
    },
    {
      name: 'a Sender fault',
      answers: { status: 400, body: fault12('S:Sender') },
      code: 'TARGET_REFUSED',
      fault: { code: 'Client', name: '', text: 'so it is' },
    },
    {
      name: 'a Receiver fault',
      answers: { status: 500, body: fault12('S:Receiver') },
      code: 'TARGET_UNAVAILABLE',
      fault: { code: 'Server', name: '', text: 'so it is' },
    },
    {
      name: 'a fault that cannot be read',
      answers: { status: 500, body: envelope('<S:Fault><faultcode>S:Client</wrong></S:Fault>') },
      code: 'TARGET_UNAVAILABLE',
    },
  ]
  for (const { name, answers, code, fault, retryAfterMs } of settlements)
    it(`takes ${name} as ${code ?? 'delivered'}, with the answer`, async () => {
      if (!code) return void expect(await answered(answers)).to.include({ status: answers.status })
      const error = await failed(answers)
      expect(error).to.include({ code, permanent: code === 'TARGET_REFUSED' })
      expect(error.extras.answer?.status).to.equal(answers.status ?? 200)
      expect(error.extras.answer?.fault).to.deep.equal(fault)
      expect(error.extras.retryAfterMs).to.equal(retryAfterMs)
    })

  const details = [
    { version: '1.1', body: fault11('S:Client', '<detail><t:Taken xmlns:t="urn:t"><sku>1</sku></t:Taken></detail>') },
    { version: '1.2', body: fault12('S:Sender', '<S:Detail><t:Taken xmlns:t="urn:t"><sku>1</sku></t:Taken></S:Detail>') },
  ]
  for (const { version, body } of details)
    it(`brings the detail of a fault of ${version}, and its element's name`, async () => {
      const { answer } = (await failed({ status: 500, body })).extras
      expect(answer).to.include({ contentType: 'application/xml' })
      expect(text(answer?.body)).to.equal('<t:Taken xmlns:t="urn:t"><sku>1</sku></t:Taken>')
      expect(answer?.fault?.name).to.equal('Taken')
    })

  it('reads answers that come compressed, up to the bound', async () => {
    const headers = { ...XML, 'content-encoding': 'gzip' }
    const body = gzipSync(envelope(`<r>${'x'.repeat(100_000)}</r>`))
    expect((await answered({ headers, body })).body).to.have.length(100_007)
    const error = await failed({ headers, body }, { maxReply: '64KB' })
    expect(error.code).to.equal('BAD_REPLY')
  })

  it('counts a larger answer by its beginning, and cuts it', async () => {
    const body = envelope(`<r>${'é'.repeat(100_000)}</r>`)
    const answer = await answered({ body }, { maxReply: '64KB' })
    expect(text(answer.body).slice(0, 5)).to.equal('<r>éé')
    expect(answer.body.length).to.be.within(65_000, 65_536)
    expect(await failed({ body, status: 500 }, { maxReply: '64KB' })).to.include({ code: 'TARGET_UNAVAILABLE' })
  })

  it('says what contracts.md promises, in the terms of 1.1', async () => {
    server.answers = {}
    const outbound = open(
      { action: 'urn:place', headers: { 'X-Fixed': '1', 'Content-Type': 'no' } },
      { basic: { username: 'a', password: 'b' } },
    )
    const delivery = deliveryOf({ body: Buffer.from(PAYLOAD), headers: { 'x-shop': 'A', soapaction: 'theirs' }, attempts: 1 })
    await outbound.send(delivery, signal)
    const [seen] = server.seen
    expect(seen?.headers).to.include({
      'content-type': 'text/xml; charset=utf-8',
      soapaction: '"urn:place"',
      'x-fixed': '1',
      'x-shop': 'A',
      authorization: `Basic ${Buffer.from('a:b').toString('base64')}`,
      'waybill-message-id': delivery.messageId,
      'waybill-attempt': '2',
      'x-correlation-id': 'correlation-1',
      'idempotency-key': delivery.messageId,
    })
    expect(text(seen?.body)).to.equal(
      `<?xml version="1.0" encoding="UTF-8"?><soap:Envelope xmlns:soap="${ENV}"><soap:Body>${PAYLOAD}</soap:Body></soap:Envelope>`,
    )
  })

  it('says it in the terms of 1.2', async () => {
    server.answers = {}
    await deliver(open({ action: 'urn:place', version: '1.2' }, { bearer: 'token-1' }))
    const [seen] = server.seen
    expect(seen?.headers).to.include({
      'content-type': 'application/soap+xml; charset=utf-8; action="urn:place"',
      authorization: 'Bearer token-1',
    })
    expect(seen?.headers).not.to.have.property('soapaction')
    expect(text(seen?.body)).to.include('xmlns:soap="http://www.w3.org/2003/05/soap-envelope"')
  })

  it('compresses where it is told', async () => {
    server.answers = {}
    await deliver(open({ gzip: true }))
    expect(server.seen[0]?.headers['content-encoding']).to.equal('gzip')
    expect(text(gunzipSync(server.seen[0]?.body ?? Buffer.alloc(0)))).to.include(PAYLOAD)
  })

  it('puts configured blocks, WS-Addressing and a token into the header', async () => {
    server.answers = {}
    const outbound = open(
      { action: 'urn:place', addressing: true, blocks: ['<s:Session xmlns:s="urn:s">1</s:Session>'] },
      { usernameToken: { username: 'ann', password: 'p&w', digest: true } },
    )
    const delivery = deliveryOf({ body: Buffer.from(PAYLOAD), entry: 'second' })
    await outbound.send(delivery, signal)
    await outbound.send(delivery, signal)
    const [first = '', again = ''] = server.seen.map(({ body }) => text(body))
    for (const part of [
      `>urn:uuid:${delivery.messageId}:second</wsa:MessageID>`,
      '>urn:place</wsa:Action>',
      `>${server.url}</wsa:To>`,
      'addressing/anonymous</wsa:Address>',
      '<s:Session xmlns:s="urn:s">1</s:Session></soap:Header>',
      '<wsu:Timestamp>',
      '#PasswordDigest',
    ])
      expect(first).to.include(part)
    expect(first).not.to.include('p&amp;w')
    const nonce = /<wsse:Nonce[^>]*>([^<]*)/
    expect(nonce.exec(first)?.[1]).not.to.equal(nonce.exec(again)?.[1])
  })

  const payloads: readonly { name: string; body: string | Buffer; sent: string }[] = [
    { name: 'with a prolog', body: '<?xml version="1.0"?><!-- a --><a/>', sent: '<a/>' },
    { name: 'in UTF-16', body: Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from('<a>é</a>', 'utf16le')]), sent: '<a>é</a>' },
    { name: 'that speaks of our end tag', body: '<a><![CDATA[</soap:Body>]]></a>', sent: '<a><![CDATA[</soap:Body>]]></a>' },
  ]
  for (const { name, body, sent } of payloads)
    it(`sends a payload ${name}`, async () => {
      server.answers = {}
      await deliver(open(), { body: Buffer.from(body) })
      expect(text(server.seen[0]?.body)).to.include(`<soap:Body>${sent}</soap:Body>`)
    })

  const impossible = ['{"id":1}', 'plain', '<a/></soap:Body><soap:Body><b/>', '<!DOCTYPE a><a/>', '<a/><?xml version="1.0"?></soap:Body>']
  for (const body of impossible)
    it(`refuses ${body} as a payload for good, and sends nothing`, async () => {
      server.answers = {}
      const error = await deliver(open(), { body: Buffer.from(body) }).catch((caught: unknown) => caught)
      expect(error).to.be.instanceOf(GatewayError).and.include({ code: 'TARGET_REFUSED' })
      expect(server.seen).to.deep.equal([])
    })

  it('sends large base64 as MTOM parts, and reads answers that come so', async () => {
    const data = Buffer.from(Array.from({ length: 3_000 }, (_, at) => (at * 7) % 256))
    const base64 = data.toString('base64')
    const body = Buffer.from(`<a><d>${base64}</d><e>QUJD</e></a>`)
    const outbound = open({ mtom: true, version: '1.2', action: 'urn:x' })
    server.answers = {}
    await deliver(outbound, { body })
    const [seen] = server.seen
    const type = String(seen?.headers['content-type'])
    expect(type).to.match(/^multipart\/related;.*type="application\/xop\+xml".*start-info="application\/soap\+xml".*action="urn:x"/)
    expect(seen?.body.includes(data)).to.equal(true)
    expect(text(seen?.body)).to.include('<d><xop:Include').and.include('<e>QUJD</e>')
    expect(text(seen?.body)).not.to.include(base64)
    server.answers = { headers: { 'content-type': type }, body: seen?.body ?? '' }
    const answer = await deliver(outbound, { body })
    expect(text(answer?.body)).to.equal(body.toString())
  })
})
