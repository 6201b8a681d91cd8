import { createHash, randomBytes } from 'node:crypto'
import { gzipSync } from 'node:zlib'
import { expect } from 'chai'
import { GatewayError } from '../../../gateway/errors.ts'
import { openWire } from '../../support/rest-source.ts'
import { until } from '../../support/until.ts'
import { envelope, NS, post, type SoapSource, startSoap, type Told, TYPES, tell, type Version, wsdl } from './soap-source.ts'

const DEBIT = '<a:Debit xmlns:a="http://accounts.example/"><a:account>00123</a:account><a:amount>1.00</a:amount></a:Debit>'
const UPLOAD = '<d:Upload xmlns:d="http://documents.example/"><d:name>a</d:name><d:content>?</d:content></d:Upload>'
const WSA = 'http://www.w3.org/2005/08/addressing'
const WSSE = 'http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd'
const WSU = 'http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-utility-1.0.xsd'

const ROUTES = `  debit:
    from: { soap: { path: /ws, maxBody: 200KB, bodyTimeout: 400ms }, wsdl: faults.wsdl }
    to: target
    reply: { within: 5s }
  upload:
    from: { soap: /documents, wsdl: mtom.wsdl }
    to: target
    reply: { within: 5s }
  secured:
    from: { soap: { path: /secured, security: { usernameToken: { users: { ada: 'secret' }, maxAge: 1m } } }, wsdl: faults.wsdl }
    to: target
    reply: { within: 5s }
`

interface Sent {
  readonly body: string | Uint8Array
  readonly path?: string
  readonly headers?: Readonly<Record<string, string>>
}

interface Row {
  readonly name: string
  send(version: Version): Sent
  /** Client unless told. */
  readonly kind?: 'Client' | 'Server' | 'VersionMismatch' | 'MustUnderstand'
  /** waybill:problem's code in both versions; where `ofHeader`, in 1.2 only. */
  readonly code: string
  readonly ofHeader?: true
  readonly subcode?: { readonly ns: string; readonly local: string }
  readonly says: RegExp
  /** Of the answer, where it is not that of the request. */
  readonly version?: Version
}

function xml(text: (version: Version) => string): Row['send'] {
  return version => ({ body: text(version) })
}

function security(inner: string): string {
  return `<w:Security xmlns:w="${WSSE}" xmlns:u="${WSU}" S:mustUnderstand="1">${inner}</w:Security>`
}

function digest(nonce: string, created: string, password = 'secret'): string {
  const value = createHash('sha1').update(Buffer.from(nonce, 'base64')).update(created).update(password).digest('base64')
  const type = 'http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-username-token-profile-1.0#PasswordDigest'
  const token = `<w:Username>ada</w:Username><w:Password Type="${type}">${value}</w:Password><w:Nonce>${nonce}</w:Nonce><u:Created>${created}</u:Created>`
  return security(`<w:UsernameToken>${token}</w:UsernameToken>`)
}

function mime(version: Version, parts: readonly string[], end = '--b--\r\n'): Sent {
  const type = `multipart/related; type="application/xop+xml"; start="<r>"; start-info="${TYPES[version].split(';')[0]}"; boundary=b`
  return { path: '/documents', headers: { 'Content-Type': type }, body: parts.map(part => `--b\r\n${part}\r\n`).join('') + end }
}

function rootPart(version: Version, payload: string): string {
  const type = `application/xop+xml; charset=utf-8; type="${TYPES[version].split(';')[0]}"`
  return `Content-Type: ${type}\r\nContent-ID: <r>\r\n\r\n${envelope(version, payload)}`
}

const INCLUDE = '<x:Include xmlns:x="http://www.w3.org/2004/08/xop/include" href="cid:a"/>'

const rows: readonly Row[] = [
  {
    name: 'ill-formed XML',
    send: xml(v => envelope(v, DEBIT.replace('</a:amount>', ''))),
    code: 'NOT_READABLE',
    says: /line 1, column \d+/,
  },
  { name: 'an undeclared prefix', send: xml(v => envelope(v, '<x:a/>')), code: 'NOT_READABLE', says: /prefix/ },
  { name: 'no XML', send: xml(() => 'hello'), code: 'NOT_READABLE', says: /line 1/ },
  { name: 'an empty body', send: xml(() => ''), code: 'NOT_READABLE', says: /./ },
  { name: 'another document', send: xml(() => '<order/>'), code: 'NOT_READABLE', says: /not a SOAP Envelope/ },
  {
    name: 'an envelope of another namespace',
    send: xml(v => envelope(v, DEBIT).replace(NS[v], 'urn:soap:9')),
    kind: 'VersionMismatch',
    ofHeader: true,
    code: 'UNSUPPORTED_TYPE',
    says: /urn:soap:9/,
  },
  { name: 'an envelope without a body', send: xml(v => `<S:Envelope xmlns:S="${NS[v]}"/>`), code: 'NOT_READABLE', says: /no Body/ },
  {
    name: 'two bodies',
    send: xml(v => `<S:Envelope xmlns:S="${NS[v]}"><S:Body>${DEBIT}</S:Body><S:Body/></S:Envelope>`),
    code: 'NOT_READABLE',
    says: /nothing after it/,
  },
  {
    name: 'a header after the body',
    send: xml(v => `<S:Envelope xmlns:S="${NS[v]}"><S:Body>${DEBIT}</S:Body><S:Header/></S:Envelope>`),
    code: 'NOT_READABLE',
    says: /nothing after it/,
  },
  { name: 'two elements in the body', send: xml(v => envelope(v, DEBIT + DEBIT)), code: 'NOT_READABLE', says: /second element/ },
  { name: 'text in the body', send: xml(v => envelope(v, 'hello')), code: 'NOT_READABLE', says: /text stands/ },
  { name: 'nothing in the body', send: xml(v => envelope(v, '')), code: 'BAD_REQUEST', says: /Body is empty/ },
  {
    name: 'an unknown operation',
    send: xml(v => envelope(v, '<Steal xmlns="urn:x"/>')),
    code: 'BAD_REQUEST',
    says: /no operation takes \{urn:x\}Steal; known: Debit/,
  },
  { name: 'the operation in no namespace', send: xml(v => envelope(v, '<Debit/>')), code: 'BAD_REQUEST', says: /no operation takes Debit/ },
  {
    name: 'a value that is none of its type',
    send: xml(v => envelope(v, DEBIT.replace('1.00', 'much'))),
    code: 'SCHEMA_INVALID',
    says: /<w:xpath>[^<]*amount[^<]*<\/w:xpath>|much/,
  },
  {
    name: 'an unknown header that must be understood',
    send: xml(v => envelope(v, DEBIT, '<t:Tx xmlns:t="urn:t" S:mustUnderstand="1"/>')),
    kind: 'MustUnderstand',
    ofHeader: true,
    code: 'BAD_REQUEST',
    says: /\{urn:t\}Tx/,
  },
  {
    name: 'WS-Addressing without an action',
    send: xml(v => envelope(v, DEBIT, `<a:MessageID xmlns:a="${WSA}">urn:1</a:MessageID>`)),
    ofHeader: true,
    code: 'BAD_REQUEST',
    subcode: { ns: WSA, local: 'MessageAddressingHeaderRequired' },
    says: /no wsa:Action/,
  },
  {
    name: 'a ReplyTo to a host that is not allowed',
    send: xml(v =>
      envelope(
        v,
        DEBIT,
        `<a:Action xmlns:a="${WSA}">x</a:Action><a:ReplyTo xmlns:a="${WSA}"><a:Address>http://169.254.169.254/</a:Address></a:ReplyTo>`,
      ),
    ),
    ofHeader: true,
    code: 'BAD_REQUEST',
    subcode: { ns: WSA, local: 'OnlyAnonymousAddressSupported' },
    says: /169\.254\.169\.254/,
  },
  {
    name: 'a DOCTYPE',
    send: xml(v => envelope(v, DEBIT).replace('?>', '?><!DOCTYPE a [<!ENTITY b "c">]>')),
    code: 'NOT_READABLE',
    says: /DOCTYPE/,
  },
  {
    name: 'deep nesting',
    send: xml(v => envelope(v, '<a>'.repeat(5_000) + '</a>'.repeat(5_000))),
    code: 'BAD_REQUEST',
    says: /no operation/,
  },
  {
    name: 'deep nesting in a header',
    send: xml(v => envelope(v, DEBIT, '<a>'.repeat(5_000) + '</a>'.repeat(5_000))),
    code: 'NOT_READABLE',
    says: /levels deep/,
  },
  {
    name: 'another content type',
    send: v => ({ body: envelope(v, DEBIT), headers: { 'Content-Type': 'application/json' } }),
    code: 'UNSUPPORTED_TYPE',
    says: /application\/json/,
    version: '1.1',
  },
  {
    name: "the other version's content type",
    send: v => ({ body: envelope(v, DEBIT), headers: { 'Content-Type': TYPES[v === '1.1' ? '1.2' : '1.1'] } }),
    code: 'UNSUPPORTED_TYPE',
    says: /but the envelope is of/,
  },
  {
    name: 'a charset that is not known',
    send: v => ({ body: envelope(v, DEBIT), headers: { 'Content-Type': `${TYPES[v].split(';')[0]}; charset=klingon` } }),
    code: 'NOT_READABLE',
    says: /klingon/,
  },
  {
    name: 'bytes that are not UTF-8',
    send: v => ({ body: Buffer.from(envelope(v, DEBIT.replace('00123', '\u00e9')), 'latin1') }),
    code: 'NOT_READABLE',
    says: /UTF-8/i,
  },
  {
    name: 'a body that says gzip and is none',
    send: v => ({ body: envelope(v, DEBIT), headers: { 'Content-Encoding': 'gzip' } }),
    code: 'NOT_READABLE',
    says: /not gzip/,
  },
  {
    name: 'gzip that inflates beyond the limit',
    send: () => ({ body: gzipSync(Buffer.alloc(2_000_000, 0x20)), headers: { 'Content-Encoding': 'gzip' } }),
    code: 'TOO_LARGE',
    says: /inflates/,
  },
  {
    name: 'a body of 200 MB',
    send: () => ({ body: '<', headers: { 'Content-Length': '209715200' } }),
    code: 'TOO_LARGE',
    says: /209715200/,
  },
  {
    name: 'a body that never comes',
    send: () => ({ body: '<', headers: { 'Content-Length': '100' } }),
    kind: 'Server',
    code: 'TIMEOUT',
    says: /in time/,
  },
  { name: 'bad base64', send: v => ({ path: '/documents', body: envelope(v, UPLOAD) }), code: 'SCHEMA_INVALID', says: /base64/ },
  {
    name: 'a package without a boundary',
    send: v => ({ ...mime(v, []), headers: { 'Content-Type': 'multipart/related' } }),
    code: 'NOT_READABLE',
    says: /boundary/,
    version: '1.1',
  },
  { name: 'a package whose boundary is not there', send: v => mime(v, [], 'hello'), code: 'NOT_READABLE', says: /not there/ },
  { name: 'a package that is cut', send: v => mime(v, [rootPart(v, UPLOAD)], ''), code: 'NOT_READABLE', says: /may be cut/ },
  {
    name: 'a package without its root',
    send: v => mime(v, [rootPart(v, UPLOAD).replace('<r>', '<q>')]),
    code: 'NOT_READABLE',
    says: /Content-ID &lt;r&gt;/,
  },
  {
    name: 'an include of a missing part',
    send: v => mime(v, [rootPart(v, UPLOAD.replace('?', INCLUDE))]),
    code: 'NOT_READABLE',
    says: /cid:a/,
  },
  {
    name: 'a part that nothing includes',
    send: v => mime(v, [rootPart(v, UPLOAD.replace('?', '')), 'Content-ID: <z>\r\n\r\nx']),
    code: 'NOT_READABLE',
    says: /&lt;z&gt;/,
  },
  {
    name: 'a part that says base64 and is none',
    send: v => mime(v, [rootPart(v, UPLOAD), 'Content-ID: <z>\r\nContent-Transfer-Encoding: base64\r\n\r\n*']),
    code: 'NOT_READABLE',
    says: /base64/,
  },
  {
    name: 'no token where one is needed',
    send: v => ({ path: '/secured', body: envelope(v, DEBIT) }),
    ofHeader: true,
    code: 'UNAUTHORIZED',
    subcode: { ns: WSSE, local: 'InvalidSecurity' },
    says: /UsernameToken/,
  },
  {
    name: 'a wrong password',
    send: v => ({ path: '/secured', body: envelope(v, DEBIT, digest(nonce(), now(), 'wrong')) }),
    ofHeader: true,
    code: 'UNAUTHORIZED',
    subcode: { ns: WSSE, local: 'FailedAuthentication' },
    says: /do not fit/,
  },
  {
    name: 'a digest of long ago',
    send: v => ({ path: '/secured', body: envelope(v, DEBIT, digest(nonce(), '2020-01-01T00:00:00Z')) }),
    ofHeader: true,
    code: 'UNAUTHORIZED',
    subcode: { ns: WSU, local: 'MessageExpired' },
    says: /2020-01-01/,
  },
]

function nonce(): string {
  return randomBytes(16).toString('base64')
}

function now(): string {
  return new Date().toISOString()
}

const CODES = { Client: 'Sender', Server: 'Receiver', VersionMismatch: 'VersionMismatch', MustUnderstand: 'MustUnderstand' } as const

function expectFault(told: Told, version: Version, row: Row): void {
  const { kind = 'Client', code, ofHeader, subcode, says } = row
  expect(told.head, 'content type').to.include(`\r\nContent-Type: ${TYPES[version]}`)
  expect(told.status, 'status').to.equal(version === '1.2' && kind === 'Client' ? 400 : 500)
  expect(told.body).to.include(`<soap:Envelope xmlns:soap="${NS[version]}">`)
  if (version === '1.1')
    expect(told.body).to.match(
      subcode
        ? new RegExp(`<faultcode xmlns:f="${subcode.ns}">f:${subcode.local}</`)
        : new RegExp(`<faultcode>soap:${kind}</faultcode><faultstring>`),
    )
  else {
    const sub = subcode ? `<soap:Subcode><soap:Value xmlns:f="${subcode.ns}">f:${subcode.local}</soap:Value></soap:Subcode>` : ''
    expect(told.body).to.include(
      `<soap:Fault><soap:Code><soap:Value>soap:${CODES[kind]}</soap:Value>${sub}</soap:Code><soap:Reason><soap:Text xml:lang="en">`,
    )
  }
  expect(told.body).to.match(says)
  if (ofHeader && version === '1.1') expect(told.body).not.to.match(/<detail/)
  else {
    const open = version === '1.1' ? '<detail>' : '<soap:Detail>'
    expect(told.body).to.include(`${open}<w:problem xmlns:w="urn:waybill:problem">`)
    expect(told.body).to.match(new RegExp(`<w:code>${code}</w:code><w:correlationId>[0-9a-f-]{36}</w:correlationId>`))
  }
}

describe('hostile envelopes', () => {
  let soap: SoapSource
  before(async () => {
    soap = await startSoap(ROUTES, {
      'faults.wsdl': wsdl('faults.wsdl'),
      'mtom.wsdl': wsdl('mtom.wsdl'),
      'mtom/xmlmime.xsd': wsdl('mtom/xmlmime.xsd'),
    })
    soap.answer = () => ({ body: Buffer.from('{"balance":1}') })
  })
  beforeEach(() => {
    soap.recorder.called.length = 0
  })
  after(() => soap.stop())

  for (const version of ['1.1', '1.2'] as const) {
    for (const row of rows)
      it(`answers ${row.name} with the fault of ${version}`, async () => {
        const { body, headers, path } = row.send(version)
        const told = await tell(soap.port, post(body, { 'Content-Type': TYPES[version], SOAPAction: '""', ...headers }, path))
        expectFault(told, row.version ?? version, row)
        if (row.kind !== undefined || row.says.test('BAD')) expect(soap.recorder.called).to.deep.equal([])
      })

    it(`answers an envelope of ${version} that is cut at any byte with a fault, and takes nothing`, async () => {
      const whole = Buffer.from(envelope(version, DEBIT))
      const cuts = Array.from({ length: whole.length }, (_, length) => whole.subarray(0, length))
      for (let at = 0; at < cuts.length; at += 50) {
        const told = await Promise.all(cuts.slice(at, at + 50).map(cut => tell(soap.port, post(cut, { 'Content-Type': TYPES[version] }))))
        for (const [index, { body }] of told.entries()) expect(body, `cut at ${at + index}`).to.include('<w:code>NOT_READABLE</w:code>')
      }
      expect(soap.recorder.called).to.deep.equal([])
    })

    it(`takes a token once, in ${version}`, async () => {
      const bytes = post(envelope(version, DEBIT, digest(nonce(), now())), { 'Content-Type': TYPES[version] }, '/secured')
      expect((await tell(soap.port, bytes)).status).to.equal(200)
      expect(soap.recorder.called.map(({ client }) => client)).to.deep.equal(['ada'])
      const told = await tell(soap.port, bytes)
      expectFault(told, version, {
        name: '',
        send: xml(() => ''),
        ofHeader: true,
        code: 'UNAUTHORIZED',
        subcode: { ns: WSSE, local: 'FailedAuthentication' },
        says: /used before/,
      })
    })

    it(`says with a Server fault and Retry-After that there is no room, in ${version}`, async () => {
      const { onCall } = soap.recorder
      soap.recorder.onCall = async () => {
        throw new GatewayError('OVERLOADED', 'the queue is full', { retryAfterMs: 7_000 })
      }
      const told = await tell(soap.port, post(envelope(version, DEBIT), { 'Content-Type': TYPES[version] }))
      soap.recorder.onCall = onCall
      expect(told.status).to.equal(500)
      expect(told.head).to.include('\r\nRetry-After: 7')
      expect(told.body).to.include(version === '1.1' ? '<faultcode>soap:Server</faultcode>' : '<soap:Value>soap:Receiver</soap:Value>')
    })
  }

  it('names in 1.2 the header that is not understood, and the versions that are', async () => {
    const not = await tell(
      soap.port,
      post(envelope('1.2', DEBIT, '<t:Tx xmlns:t="urn:t" S:mustUnderstand="true"/>'), { 'Content-Type': TYPES['1.2'] }),
    )
    expect(not.body).to.include(`<soap:Header><e:NotUnderstood xmlns:e="${NS['1.2']}" qname="h:Tx" xmlns:h="urn:t"/></soap:Header>`)
    const other = await tell(soap.port, post(envelope('1.2', DEBIT).replace(NS['1.2'], 'urn:x'), { 'Content-Type': TYPES['1.2'] }))
    expect(other.body).to.include(
      `<soap:Header><e:Upgrade xmlns:e="${NS['1.2']}"><e:SupportedEnvelope qname="v0:Envelope" xmlns:v0="${NS['1.2']}"/>`,
    )
  })

  it('leaves headers for others alone', async () => {
    const header = '<t:Tx xmlns:t="urn:t" S:mustUnderstand="1" S:actor="urn:somebody"/>'
    expect((await tell(soap.port, post(envelope('1.1', DEBIT, header), { 'Content-Type': TYPES['1.1'] }))).status).to.equal(200)
  })

  it('lives on: after all that a good envelope is answered', async () => {
    expect((await tell(soap.port, post(envelope('1.1', DEBIT), { 'Content-Type': TYPES['1.1'] }))).status).to.equal(200)
  })
})

describe('a SOAP source that stops', () => {
  it('tells what still comes on a kept connection that it is draining, as a fault', async () => {
    const soap = await startSoap(ROUTES, {
      'faults.wsdl': wsdl('faults.wsdl'),
      'mtom.wsdl': wsdl('mtom.wsdl'),
      'mtom/xmlmime.xsd': wsdl('mtom/xmlmime.xsd'),
    })
    let release = (): void => {}
    soap.recorder.onCall = () =>
      new Promise(resolve => {
        release = () => resolve({ status: 200, headers: {}, contentType: 'text/xml', body: new Uint8Array() })
      })
    const running = await openWire(soap.port, post(envelope('1.1', DEBIT), { 'Content-Type': TYPES['1.1'] }))
    await until('the call', () => soap.recorder.called.length === 1)
    const late = await openWire(soap.port)
    const stopped = soap.stop()
    late.socket.write(post(envelope('1.2', DEBIT), { 'Content-Type': TYPES['1.2'] }))
    await until('the refusal', () => late.text().includes('</soap:Envelope>'))
    release()
    await stopped
    expect(late.text())
      .to.match(/^HTTP\/1\.1 500 /)
      .and.include('soap:Receiver')
      .and.include('<w:code>DRAINING</w:code>')
      .and.include('Retry-After')
    expect(running.text()).to.match(/^HTTP\/1\.1 200 /)
  })
})
