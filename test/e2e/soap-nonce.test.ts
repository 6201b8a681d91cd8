import { expect } from 'chai'
import { writeToken } from '../../adapters/soap/security.ts'
import { removeProjects, startProject, type TestGateway } from '../support/gateway.ts'
import { startTarget, type Target } from '../support/target.ts'

const project = (target: string) => `waybill: 1
name: nonces
systems:
  ledger: { rest: '${target}' }
routes:
  lines:
    from: { soap: { path: /ws, security: { usernameToken: { users: { ada: secret }, digest: true } } } }
    to: ledger
`

const ENVELOPE = 'http://schemas.xmlsoap.org/soap/envelope/'

describe('the nonce of a UsernameToken', () => {
  let gateway: TestGateway
  let ledger: Target
  before(async () => {
    ledger = await startTarget()
    gateway = await startProject({ files: { 'waybill.yaml': project(ledger.url) } })
  })
  after(async () => {
    await gateway?.end()
    await ledger.stop()
    removeProjects()
  })

  function request(): string {
    const token = writeToken('1.1', { username: 'ada', password: 'secret', digest: true, timestampMs: 60_000 }, Date.now())
    return `<e:Envelope xmlns:e="${ENVELOPE}"><e:Header>${token.replaceAll('soap:', 'e:')}</e:Header><e:Body><Line>1</Line></e:Body></e:Envelope>`
  }

  async function send(body: string): Promise<{ status: number; text: string }> {
    const answer = await fetch(`${gateway.http}/ws`, { method: 'POST', body, headers: { 'content-type': 'text/xml', soapaction: '""' } })
    return { status: answer.status, text: await answer.text() }
  }

  it('is good once, also after a kill -9', async () => {
    const body = request()
    expect(await send(body)).to.deep.equal({ status: 202, text: '' })
    await gateway.end('SIGKILL')
    gateway = await gateway.again()
    const again = await send(body)
    expect(again.status).to.equal(500)
    expect(again.text).to.include('FailedAuthentication').and.to.include('the nonce was used before')
    expect(await send(request())).to.deep.equal({ status: 202, text: '' })
  })

  it('is good once among many at the same time', async () => {
    const body = request()
    const statuses = (await Promise.all(Array.from({ length: 20 }, () => send(body)))).map(({ status }) => status)
    expect(statuses.filter(status => status === 202)).to.have.length(1)
  })
})
