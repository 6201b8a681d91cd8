import { execFile } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect } from 'chai'
import { root } from '../support/root.ts'
import { java, php, type SoapCall, type SoapCaller, type SoapResult, zeep } from '../support/soap-clients.ts'
import { type Case, type Client, casesFor, casesOf, clients, limitOf, suite } from './soap-interop/cases.ts'
import { isReceived, isSeen } from './soap-interop/compare.ts'
import { type Served, serveFixtures } from './soap-interop/gateway.ts'
import { interopPage } from './soap-interop/table.ts'

const programs: Readonly<Record<Client, (suite: Mocha.Context) => SoapCaller>> = { zeep, php, java }
const page = join(root, 'docs/reference/soap-interop.md')

describe('SOAP clients of others', () => {
  const outcomes: Partial<Record<Client, ReadonlyMap<Case, string | undefined>>> = {}
  let served: Served
  before(async () => {
    served = await serveFixtures()
  })
  after(() => served?.stop())

  for (const client of clients) {
    it(`${client} calls every operation that it can express, in both versions, and gets every answer and fault`, async function () {
      this.timeout(300_000)
      const call = programs[client](this)
      const cases = casesFor(client)
      served.expect(cases)
      const results = await call(cases.map(one => callOf(client, one, served)))
      const found = new Map(cases.map((one, index) => [one, faultIn(client, one, results[index] ?? {}, served)]))
      outcomes[client] = found
      expect([...found].flatMap(([one, fault]) => (fault === undefined ? [] : [`${nameOf(one)}: ${fault}`]))).to.deep.equal([])
    })
  }

  it('curl sends a part beside the envelope', async () => {
    const scan = suite.flatMap(casesOf).find(({ operation }) => operation.attachments)
    if (!scan) throw new Error('the suite has none')
    served.expect([scan])
    const answer = await curlParts(served.wsdl(scan.fixture).replace('?wsdl', ''))
    expect(answer).to.match(/<(\w+:)?id[^>]*>0001<\/(\w+:)?id>/)
    expect(isReceived(scan, served.received().get(scan)), JSON.stringify(served.received().get(scan))).to.equal(true)
  })

  it('are told in docs/reference/soap-interop.md as they were found', function () {
    const { zeep, php, java } = outcomes
    if (!zeep || !php || !java) return this.skip()
    const text = interopPage({ zeep, php, java })
    if (process.env.WAYBILL_WRITE_INTEROP === '1') writeFileSync(page, text)
    expect(readFileSync(page, 'utf8'), 'stale: WAYBILL_WRITE_INTEROP=1 writes it').to.equal(text)
  })
})

const ENVELOPE =
  '<e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/"><e:Body><s:Scan xmlns:s="http://scans.example/"><s:folder>in</s:folder><s:pages>1</s:pages></s:Scan></e:Body></e:Envelope>'

/** What curl gets for a SOAP with Attachments package. */
async function curlParts(url: string): Promise<string> {
  const parts = [
    `Content-Type: text/xml; charset=utf-8\r\nContent-ID: <envelope>\r\n\r\n${ENVELOPE}`,
    'Content-Type: image/tiff\r\nContent-Transfer-Encoding: base64\r\nContent-ID: <image>\r\n\r\nSUkqAA==',
  ]
  const body = `${parts.map(part => `--cut\r\n${part}\r\n`).join('')}--cut--\r\n`
  const type = 'Content-Type: multipart/related; type="text/xml"; start="<envelope>"; boundary=cut'
  const { stdout } = await promisify(execFile)('curl', [
    '-sS',
    '-m',
    '20',
    '-H',
    type,
    '-H',
    'SOAPAction: "http://scans.example/Scan"',
    '--data-binary',
    body,
    url,
  ])
  return stdout
}

function nameOf({ fixture, version, operation, fault }: Case): string {
  return `${fixture.name}, ${version}, ${operation.name}${fault === undefined ? '' : ` (${fault})`}`
}

function callOf(client: Client, { fixture, version, operation }: Case, served: Served): SoapCall {
  const { raw } = limitOf(client, operation.name) ?? {}
  return {
    wsdl: served.wsdl(fixture),
    version,
    operation: operation.name,
    body: operation.input,
    ...(operation.headers && { headers: operation.headers }),
    ...(operation.attachments && { attachments: operation.attachments }),
    ...(raw !== undefined && { raw }),
  }
}

/** What is wrong with a call, in words; undefined where all is well. */
function faultIn(client: Client, one: Case, result: SoapResult, served: Served): string | undefined {
  if (result.error !== undefined) return result.error
  const got = served.received().get(one)
  if (!isReceived(one, got)) return `the target got ${JSON.stringify(got)}; the client has ${JSON.stringify(result)}`
  const { fault } = one
  if (limitOf(client, one.operation.name)?.unseen) return undefined
  if (fault === undefined)
    return isSeen(client, one.operation.output, result.body, one) ? undefined : `the client has ${JSON.stringify(result)}`
  const code = one.version === '1.1' ? 'Client' : 'Sender'
  const seen = result.fault
  const same = seen?.code.endsWith(code) && isSeen(client, one.operation.faults?.[fault], seen.detail, one)
  return same ? undefined : `the client has ${JSON.stringify(result)}`
}
