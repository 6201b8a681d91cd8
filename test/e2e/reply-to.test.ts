import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { removeProjects, startProject, type TestGateway } from '../support/gateway.ts'
import { lastingPort } from '../support/port.ts'
import { root } from '../support/root.ts'
import { startTarget, type Target } from '../support/target.ts'
import { balanced } from './sender.ts'

// Async over sync: callers by SOAP who want their answer elsewhere, of a target that answers at once.

const WSA = 'http://www.w3.org/2005/08/addressing'
const NS = 'http://accounts.example/'

const project = (target: string, desk: number, closed: number) => `waybill: 1
name: desk
systems:
  books: { rest: { url: '${target}', timeout: 5s } }
routes:
  debit:
    from: { soap: { path: /ws, replyTo: ['127.0.0.1:${desk}', '127.0.0.1:${closed}'] }, wsdl: accounts.wsdl, operation: Debit }
    reply: { within: 400ms }
    to: books
    faults: [{ when: status == 404, fault: AccountNotFound, text: no such account, map: missing }]
mappings:
  missing: { rules: { account: body.id } }
`

describe('a SOAP caller that names another place for its answer', () => {
  let gateway: TestGateway
  let books: Target
  let desk: Target
  let closed = 0
  let asked = 0

  before(async () => {
    ;[books, desk, closed] = await Promise.all([startTarget(), startTarget(), lastingPort()])
    const wsdl = readFileSync(join(root, 'test/fixtures/wsdl/faults.wsdl'))
    gateway = await startProject({ files: { 'waybill.yaml': project(books.url, desk.port, closed), 'accounts.wsdl': wsdl } })
  })
  after(async () => {
    await balanced(gateway)
    await gateway.end()
    await Promise.all([books.stop(), desk.stop()])
    removeProjects()
  })

  async function ask(places: Readonly<Record<string, string>>, messageId = `urn:asked:${asked}`) {
    asked += 1
    const blocks = Object.entries({ MessageID: messageId, Action: `${NS}Debit` }).map(([name, text]) => `<w:${name}>${text}</w:${name}>`)
    const references = Object.entries(places).map(([name, url]) => `<w:${name}><w:Address>${url}</w:Address></w:${name}>`)
    const payload = `<a:Debit xmlns:a="${NS}"><a:account>00123</a:account><a:amount>1.50</a:amount></a:Debit>`
    const header = `<S:Header xmlns:w="${WSA}">${[...blocks, ...references].join('')}</S:Header>`
    const body = `<S:Envelope xmlns:S="http://www.w3.org/2003/05/soap-envelope">${header}<S:Body>${payload}</S:Body></S:Envelope>`
    const headers = { 'content-type': 'application/soap+xml; charset=utf-8' }
    const response = await fetch(`${gateway.http}/ws`, { method: 'POST', headers, body })
    return { messageId, status: response.status, text: await response.text() }
  }

  const json = { 'content-type': 'application/json' }
  const told = [
    { name: 'the answer', does: { headers: json, body: '{"balance":7.25}' }, says: /<(\w+:)?balance[^>]*>7\.25</, at: '/reply' },
    {
      name: 'a declared fault',
      does: { status: 404, headers: json, body: '{"id":"00123"}' },
      says: /Sender<.*account[^>]*>00123</s,
      at: '/fault',
    },
    { name: 'that the deadline passed', does: { does: 'hang' }, says: /Receiver<.*<w:code>IN_DOUBT</s, at: '/fault' },
  ] as const
  for (const { name, does, says, at } of told)
    it(`is told ${name} there, and 202 on its connection once that is done`, async () => {
      await books.program(does)
      await desk.program({ status: 202 })
      const { status, text, messageId } = await ask({ ReplyTo: `${desk.url}/reply`, FaultTo: `${desk.url}/fault` })
      expect([status, text]).to.deep.equal([202, ''])
      const [envelope, ...others] = await desk.received()
      expect(others).to.deep.equal([])
      expect([envelope?.method, envelope?.url]).to.deep.equal(['POST', at])
      expect(envelope?.headers['content-type']).to.match(/^application\/soap\+xml/)
      expect(envelope?.body).to.match(says).and.include(`${messageId}</wsa:RelatesTo>`)
    })

  it('hears on its connection that the place cannot be reached, and gets the kept answer there when it asks again', async () => {
    await books.program({ headers: json, body: '{"balance":8.25}' })
    const failed = await ask({ ReplyTo: `http://127.0.0.1:${closed}/reply` }, 'urn:again')
    expect(failed.status).to.equal(500)
    expect(failed.text).to.match(/Receiver<.*<w:code>TARGET_UNAVAILABLE</s)
    const opened = await startTarget({ port: closed })
    const again = await ask({ ReplyTo: `http://127.0.0.1:${closed}/reply` }, 'urn:again')
    const [envelope] = await opened.received()
    await opened.stop()
    expect([again.status, envelope?.body.includes('8.25')]).to.deep.equal([202, true])
    expect(await books.received()).to.have.length(1)
  })

  it('is refused where the source does not allow the place, and nothing is called', async () => {
    await books.program({})
    const { status, text } = await ask({ ReplyTo: 'http://169.254.169.254/' })
    expect(status).to.equal(400)
    expect(text).to.include(':OnlyAnonymousAddressSupported<')
    expect(await books.received()).to.deep.equal([])
  })
})
