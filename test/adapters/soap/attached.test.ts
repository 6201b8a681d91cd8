import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { expect } from 'chai'
import { readPackage } from '../../../adapters/soap/attachments.ts'
import { createSoapOutbound } from '../../../adapters/soap/outbound.ts'
import { soapSystem } from '../../../adapters/soap/system.ts'
import { layOperation, soapSystemOptions } from '../../../adapters/soap/system-options.ts'
import { runRouteTests, type TestResult } from '../../../config/route-tests.ts'
import { silent } from '../../../gateway/log.ts'
import { resolveOptions } from '../../../gateway/options.ts'
import type { Outbound } from '../../../gateway/ports.ts'
import { compileProject } from '../../../routes/compile.ts'
import type { Formats } from '../../../transformers/format.ts'
import { load } from '../../config/temporary-project.ts'
import { noBodies } from '../../support/bodies.ts'
import { deliveryOf } from '../../support/delivery.ts'
import { type SoapServer, startSoapServer } from './soap-server.ts'
import { envelope, type SoapSource, startSoap, wsdl } from './soap-source.ts'

/** The fixture's, with a preview and a text beside the answer as well. */
const SCANS = wsdl('attachments.wsdl')
  .replace(
    /(<wsdl:message name="ScanOutput">)/,
    '$1<wsdl:part name="preview" type="xs:base64Binary"/><wsdl:part name="note" type="xs:string"/>',
  )
  .replace(
    '<wsdl:output><soap:body use="literal"/></wsdl:output>',
    `<wsdl:output><mime:multipartRelated>
      <mime:part><soap:body use="literal" parts="parameters"/></mime:part>
      <mime:part><mime:content part="preview" type="image/png"/><mime:content part="preview" type="image/gif"/></mime:part>
      <mime:part><mime:content part="note" type="text/*"/></mime:part>
    </mime:multipartRelated></wsdl:output>`,
  )
const FILES = { 'scans.wsdl': SCANS }
const SCAN = '<s:Scan xmlns:s="http://scans.example/"><s:folder>in</s:folder><s:pages>1</s:pages></s:Scan>'
const SCANNED = '<s:ScanResponse xmlns:s="http://scans.example/"><s:id>0001</s:id></s:ScanResponse>'
const ROUTES = `  scan:
    from: { soap: /scans, wsdl: scans.wsdl, operation: Scan }
    to: target
    reply: { within: 5s }
`

function multipart(parts: readonly (readonly [id: string, type: string, content: string])[]): Buffer {
  const all = parts.map(([id, type, content]) => `--cut\r\nContent-Type: ${type}\r\nContent-ID: <${id}>\r\n\r\n${content}\r\n`)
  return Buffer.from(`${all.join('')}--cut--\r\n`, 'latin1')
}

const TYPE = 'multipart/related; type="text/xml"; start="<envelope>"; boundary=cut'

/** Posts by curl; resolves with the answer's content type and bytes. */
async function curl(url: string, body: Buffer): Promise<{ type: string; bytes: Buffer }> {
  const options = ['-sS', '-m', '20', '-H', `Content-Type: ${TYPE}`, '-H', 'SOAPAction: "http://scans.example/Scan"', '--data-binary', '@-']
  const running = promisify(execFile)('curl', [...options, '-w', '\n%{content_type}', url], { encoding: 'latin1' })
  running.child.stdin?.end(body)
  const { stdout } = await running
  const end = stdout.lastIndexOf('\n')
  return { type: stdout.slice(end + 1), bytes: Buffer.from(stdout.slice(0, end), 'latin1') }
}

describe('parts of a MIME binding, at a SOAP source', () => {
  let soap: SoapSource
  before(async () => {
    soap = await startSoap(ROUTES, FILES)
  })
  beforeEach(() => {
    soap.bodies.length = 0
    soap.answer = () => ({ body: Buffer.from('{"id":"0001","preview":{"$":"iVBORw=="},"note":{"@contentType":"text/plain","$":"b2s="}}') })
  })
  after(() => soap.stop())

  const names = [
    { name: 'by the beginning of their Content-ID', id: 'image=5f3c@client.example' },
    { name: 'by their whole Content-ID', id: 'image' },
    { name: 'in their order, where no Content-ID names them', id: 'part-1' },
  ]
  for (const { name, id } of names)
    it(`are members of the body ${name}`, async () => {
      const root = ['envelope', 'text/xml; charset=utf-8', envelope('1.1', SCAN)] as const
      await curl(`${soap.url}/scans`, multipart([root, [id, 'image/tiff', 'II*\0']]))
      expect(soap.bodies).to.deep.equal([{ folder: 'in', pages: 1, image: { '@contentType': 'image/tiff', $: 'SUkqAA==' } }])
    })

  it('are refused where there are more than are declared', async () => {
    const root = ['envelope', 'text/xml; charset=utf-8', envelope('1.1', SCAN)] as const
    const more = ['image', 'other'].map(id => [id, 'image/tiff', 'II*'] as const)
    expect(String((await curl(`${soap.url}/scans`, multipart([root, ...more]))).bytes))
      .to.include('NOT_READABLE')
      .and.to.include('other')
    expect(soap.bodies).to.deep.equal([])
  })

  it('of the answer stand beside its envelope, with their types and names', async () => {
    const root = ['envelope', 'text/xml; charset=utf-8', envelope('1.1', SCAN)] as const
    const { type, bytes } = await curl(`${soap.url}/scans`, multipart([root, ['image', 'image/tiff', 'II*']]))
    const { root: first, attachments } = readPackage(type, bytes)
    expect(type).to.match(/^multipart\/related; type="text\/xml"/)
    expect(String(first.body)).to.match(
      /<soap:Body><(\w+:)?ScanResponse [^>]*><(\w+:)?id>0001<\/(\w+:)?id><\/(\w+:)?ScanResponse><\/soap:Body>/,
    )
    expect(attachments.map(part => [part.id.replace(/=.*@/, '=@'), part.contentType, String(part.body)])).to.deep.equal([
      ['preview=@waybill', 'image/png', Buffer.from('iVBORw==', 'base64').toString()],
      ['note=@waybill', 'text/plain', 'ok'],
    ])
  })

  it('may be given by a route test', async () => {
    const routes = ROUTES.replace('    reply', '    key: body.image["$"]\n    reply')
    const project = `waybill: 1\nname: scans\nsystems: { target: { rest: http://127.0.0.1:9, standIn: [{ answer: { id: '1' } }] } }\nroutes:\n${routes}`
    const send = "send: { to: scan, body: { folder: in, pages: 1, image: { '@contentType': image/tiff, $: SUkqAA== } } }"
    const expected = "expect: { to: { target: { body: { image: { '@contentType': image/tiff, $: SUkqAA== } } } } }"
    let ran: Promise<readonly TestResult[]> | undefined
    load({ 'waybill.yaml': project, ...FILES, 'tests/scan.yaml': `- test: a scan\n  ${send}\n  ${expected}\n` }, {}, loaded => {
      const compiled = compileProject(loaded)
      expect(loaded.faults.list()).to.deep.equal([])
      ran = runRouteTests(loaded, compiled)
    })
    expect((await ran)?.flatMap(({ differences }) => differences)).to.deep.equal([])
  })

  it('of the answer that are no base64 are told, and nothing is made of them', async () => {
    soap.answer = () => ({ body: Buffer.from('{"id":"0001","preview":{"$":"?"}}') })
    const root = ['envelope', 'text/xml; charset=utf-8', envelope('1.1', SCAN)] as const
    const { bytes } = await curl(`${soap.url}/scans`, multipart([root, ['image', 'image/tiff', 'II*']]))
    expect(String(bytes)).to.include('the part preview travels as an attachment')
  })
})

describe('parts of a MIME binding, at a SOAP system', () => {
  let server: SoapServer
  let outbound: Outbound
  let formats: Formats | undefined
  before(async () => {
    server = await startSoapServer()
    load({ 'waybill.yaml': 'waybill: 1\nname: scans\n', ...FILES }, {}, project => {
      const options = layOperation(resolveOptions(soapSystemOptions, { wsdl: 'scans.wsdl', url: server.url }), 'Scan')
      const context = { project, clients: {}, log: silent, bodies: noBodies }
      formats = soapSystem.formats?.(options, { project, path: ['systems', 'scans'] })
      outbound = createSoapOutbound({ name: 'scans', options, inFlight: 2 }, context)
    })
  })
  after(async () => {
    await outbound.close()
    await server.close()
  })

  const { signal } = new AbortController()
  const input = { folder: 'a<b', pages: 1, image: { '@contentType': 'image/tiff', $: 'SUkqAA==' } }

  it('go and come beside the envelope, and are members of the bodies', async () => {
    const answer = multipart([
      ['envelope', 'text/xml; charset=utf-8', envelope('1.1', SCANNED)],
      ['note=1@x', 'text/plain', 'ok'],
      ['preview=2@x', 'image/png', 'PNG'],
    ])
    server.answers = { headers: { 'content-type': TYPE }, body: answer }
    const body = formats?.request.write(input) ?? new Uint8Array()
    const told = await outbound.send(deliveryOf({ body, contentType: 'application/xml' }), signal)
    const [seen] = server.seen
    const { root, attachments } = readPackage(String(seen?.headers['content-type']), seen?.body ?? body)
    expect(String(root.body)).to.include('folder>a&lt;b</').and.not.to.include('urn:waybill:attachment')
    expect(attachments.map(({ id, contentType, body: bytes }) => [id.split('=')[0], contentType, String(bytes)])).to.deep.equal([
      ['image', 'image/tiff', 'II*\0'],
    ])
    expect(told && formats?.reply.read({ ...told, meta: {} })).to.deep.equal({
      ...{ id: '0001', note: { '@contentType': 'text/plain', $: 'b2s=' } },
      preview: { '@contentType': 'image/png', $: 'UE5H' },
    })
  })

  it('are read again as they were written, as stand-ins and tests do', () => {
    const body = formats?.request.write(input) ?? new Uint8Array()
    const read: unknown = formats?.request.read({ body, contentType: 'application/xml', meta: {} })
    expect(JSON.stringify(read)).to.equal(JSON.stringify(input))
  })
})
