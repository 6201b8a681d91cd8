import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect } from 'chai'
import { facadeOfWsdl } from '../../../../cli/facade/wsdl/facade.ts'
import { folder } from '../../../fixtures/wsdl/fixtures.ts'
import { removeProjects, startProject, type TestGateway } from '../../../support/gateway.ts'

const run = promisify(execFile)

describe('a facade that runs', () => {
  let gateway: TestGateway

  before(async () => {
    const all = ['document-wrapped.wsdl', 'document-bare.wsdl', 'faults.wsdl', 'one-way.wsdl']
    const made = await Promise.all(all.map(file => facadeOfWsdl(join(folder, file), { fetch: false })))
    const files = Object.fromEntries(made.flatMap(facade => facade.files.map(({ path, text }) => [path, text])))
    const project = 'waybill: 1\nname: all\nstore: { path: data }\n'
    gateway = await startProject({ files: { ...files, 'waybill.yaml': project }, args: ['--stand-ins'] })
  })
  after(async () => {
    await gateway?.end()
    removeProjects()
  })

  async function asked(path: string, init: RequestInit = {}): Promise<readonly [number, unknown]> {
    const response = await fetch(`${gateway.http}${path}`, init)
    return [response.status, await response.json()]
  }

  function posted(body: unknown): RequestInit {
    return { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }
  }

  it('answers a POST with what the service says', async () => {
    const sample = JSON.parse(readFileSync(join(gateway.dir, 'samples/place-order-request.json'), 'utf8'))
    expect(await asked('/order', posted(sample))).to.deep.equal([200, { orderId: 'A-1001', accepted: true }])
  })

  it('takes the values of a GET from path and query', async () => {
    expect(await asked('/stock/A-1?site=north')).to.deep.equal([200, { stockLevel: 2 }])
    expect(await asked('/warehouse/007')).to.deep.equal([200, { code: 'A-1', city: 'Leeds', docks: 2 }])
    expect(await asked('/ping')).to.deep.equal([200, { health: 'health' }])
  })

  it('tells a declared fault by its status, with its detail', async () => {
    expect(await asked('/debit', posted({ account: 'AccountNotFound', amount: 1 }))).to.deep.equal([
      404,
      { title: 'Account not found', status: 404, code: 'AccountNotFound', fault: { account: 'account' } },
    ])
  })

  it('tells what is missing before the service hears of it', async () => {
    const [status, problem] = await asked('/debit', posted({}))
    expect(status).to.equal(422)
    expect(problem).to.include({ code: 'SCHEMA_INVALID' })
  })

  it('accepts what nobody waits for', async () => {
    const sample = JSON.parse(readFileSync(join(gateway.dir, 'samples/raise-request.json'), 'utf8'))
    const [status, receipt] = await asked('/raise', posted(sample))
    expect(status).to.equal(202)
    expect(receipt).to.include({ state: 'accepted' })
  })

  it('takes the call that its README shows', async () => {
    const readme = readFileSync(join(gateway.dir, 'README.md'), 'utf8')
    const [, line = ''] = /^ {4}(curl .*)$/m.exec(readme) ?? []
    const { stdout } = await run('sh', ['-c', line.replace('http://127.0.0.1:8080', gateway.http)], { cwd: gateway.dir })
    expect(stdout).to.match(/^HTTP\/1\.1 20[02] /)
  })
})
