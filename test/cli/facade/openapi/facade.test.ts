import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import type { Facade } from '../../../../cli/facade/facade.ts'
import { facadeOfOpenapi } from '../../../../cli/facade/openapi/facade.ts'
import type { Project } from '../../../../config/project.ts'
import { fieldsOf } from '../../../../config/value.ts'
import { sourceFormats } from '../../../../routes/formats.ts'
import { removeProjects, startProject, type TestGateway, writeProject } from '../../../support/gateway.ts'
import { root } from '../../../support/root.ts'
import { type SoapCall, type SoapResult, zeep } from '../../../support/soap-clients.ts'
import { type Step, startTarget, type Target } from '../../../support/target.ts'
import { expectGood, projectIn } from './good.ts'

const folder = join(root, 'test/fixtures/openapi')
const documents = ['petstore.yaml', 'shipping.json', 'payments.yaml', 'org.yaml', 'tasks.yaml']

function filesOf({ files }: Facade): Record<string, string | Uint8Array> {
  const all = Object.fromEntries(files.map(({ path, text }) => [path, text]))
  return { ...all, 'waybill.yaml': String(all['waybill.yaml']).replaceAll(/127\.0\.0\.1:\d+/g, '127.0.0.1:0') }
}

/** A test of the facade's own as a call of zeep: what it sends, and what it expects. */
interface Sent {
  readonly name: string
  readonly fault: unknown
  readonly call: Omit<SoapCall, 'wsdl' | 'version'>
  readonly status: number
  readonly body: unknown
}

function sentOf(dir: string): readonly Sent[] {
  const project = projectIn(dir)
  return project.tests.map(({ name, send, expect: expected }) => {
    const { status, fault, body } = fieldsOf(fieldsOf(expected).answer)
    const route = project.routes[send.to]
    const operation = String(route?.from[0]?.keys.operation)
    return { name, fault, call: { operation, body: bodyOf(project, send.to, send.body) }, status: Number(status), body }
  })
}

function bodyOf(project: Project, name: string, body: unknown): unknown {
  const route = project.routes[name]
  if (typeof body !== 'string' || !route) return body
  const [format] = sourceFormats(project, route, 0)
  return format.request.read({ body: readFileSync(join(project.dir, body)), contentType: 'text/xml', meta: {} })
}

/** What a client shows: no numbers of a kind, and no members that are nil. */
function shown(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(shown)
  if (typeof value === 'object' && value !== null && !('text' in value && 'toNumber' in value)) {
    return Object.fromEntries(Object.entries(value).flatMap(([name, member]) => (member === null ? [] : [[name, shown(member)]])))
  }
  const text = String(value)
  return typeof value !== 'boolean' && text !== '' && Number.isFinite(Number(text)) ? Number(text) : value
}

/** What is wrong in what a client was told; undefined where nothing is. */
function wrongIn({ name, status, body, fault }: Sent, { fault: told, error, body: seen }: SoapResult): string | undefined {
  if (error !== undefined) return `${name}: ${error}`
  const wanted =
    fault === undefined ? { body: shown(body) } : { fault: `${String(fault)}Detail`, ...(body !== undefined && { body: shown(body) }) }
  const got = told ? { fault: told.name, ...(body !== undefined && { body: shown(told.detail) }) } : { body: shown(seen) }
  const isRight = status >= 300 === (told !== undefined) && JSON.stringify(got) === JSON.stringify(wanted)
  return isRight ? undefined : `${name}: ${JSON.stringify(told ?? got)} is not ${JSON.stringify(wanted)}`
}

describe('a SOAP facade of an OpenAPI description', () => {
  const gateways = new Map<string, TestGateway>()
  before(async () => {
    const start = async (name: string) => {
      const facade = await facadeOfOpenapi(join(folder, name))
      gateways.set(name, await startProject({ files: filesOf(facade), args: ['--stand-ins'] }))
    }
    await Promise.all(documents.map(start))
  })
  after(async () => {
    await Promise.all([...gateways.values()].map(gateway => gateway.end()))
    removeProjects()
  })

  const dirOf = (name: string) => gateways.get(name)?.dir ?? ''

  for (const name of documents) {
    it(`of ${name} is a project without faults whose own tests pass`, async () => {
      await expectGood(dirOf(name))
    })
  }

  it('is called by zeep, each operation in both versions, and answers or refuses as REST does', async function () {
    const call = zeep(this)
    const all = documents.flatMap(name => {
      const { routes, systems } = projectIn(dirOf(name))
      const sent = sentOf(dirOf(name))
      expect(new Set(sent.map(one => one.call.operation)).size).to.equal(Object.keys(routes).length)
      const wsdl = `${gateways.get(name)?.http}/soap/${Object.keys(systems)[0]}?wsdl`
      return (['1.1', '1.2'] as const).flatMap(version => sent.map(one => ({ one, call: { ...one.call, version, wsdl } })))
    })
    const results = await call(all.map(one => one.call))
    expect(all.flatMap(({ one }, index) => wrongIn(one, results[index] ?? {}) ?? [])).to.deep.equal([])
  })
})

describe('a SOAP facade before a real service', () => {
  let service: Target
  let gateway: TestGateway
  let samples: Readonly<Record<string, string | Uint8Array>>
  before(async () => {
    service = await startTarget()
    samples = filesOf(await facadeOfOpenapi(join(folder, 'petstore.yaml')))
    gateway = await startProject({ files: samples, environment: { PET_STORE_URL: `${service.url}/v1/`, PET_STORE_KEY: 'key-1' } })
  })
  after(async () => {
    await gateway?.end()
    await service?.stop()
    removeProjects()
  })

  async function call(operation: string, step: Step, change = (text: string) => text): Promise<string> {
    await service.program({ headers: { 'content-type': 'application/json' }, ...step })
    const body = change(String(samples[`samples/${operation}.soap.xml`]))
    const response = await fetch(`${gateway.http}/soap/pet-store`, { method: 'POST', headers: { 'content-type': 'text/xml' }, body })
    return response.text()
  }

  it('asks it with path, query, headers and credentials as they are described', async () => {
    await call('list-pets', { body: '[]' }, text =>
      text.replace('</tag>', '</tag><tag>b&amp;c</tag>').replace('</status>', '</status><status>sold</status>'),
    )
    const [asked] = await service.received()
    expect(asked?.url).to.equal('/v1/pets?limit=2&tag=sample&tag=b%26c&status=available%2Csold')
    expect(asked?.headers).to.include({ 'x-trace': 'sample', 'x-pet-key': 'key-1' })
    await call('list-pets', { body: '[]' }, text => text.replaceAll(/<(limit|tag|status|X-Trace)>.*<\/\1>/g, ''))
    const [bare] = await service.received()
    expect([bare?.url, bare?.headers['x-trace']]).to.deep.equal(['/v1/pets', undefined])
    await call('delete-pet', { status: 204 })
    expect((await service.received())[0]).to.include({ method: 'DELETE', url: '/v1/pets/1001', body: '' })
  })

  it('sends it JSON of the kinds that it has, and an empty list where there are no elements', async () => {
    await call('create-pet', { body: '{"id":1,"name":"x","photoUrls":[]}' }, text =>
      text
        .replace(/<photoUrls>.*<\/photoUrls>/, '')
        .replace(/<nickname>.*<\/nickname>/, '<nickname xmlns:i="http://www.w3.org/2001/XMLSchema-instance" i:nil="true"/>')
        .replace(/<price>.*<\/price>/, '<price>12345678901234567.10</price>'),
    )
    const [asked] = await service.received()
    expect(asked?.body).to.contain('"nickname":null').and.contain('"price":12345678901234567.10').and.contain('"photoUrls":[]')
  })

  it('takes what it does not describe, and what it leaves out', async () => {
    const answer = await call('get-pet', {
      body: '{"id":7,"name":"A & <B>","nickname":null,"extra":{"deep":[1]},"photoUrls":[],"tags":[]}',
    })
    expect(answer).to.match(/<(\w+):id>7<\/\1:id><\1:name>A &amp; &lt;B&gt;<\/\1:name><\1:nickname [^>]*nil="true"\/><\/\1:result>/)
  })

  it('gives a fault as declared where the refusal is no JSON', async () => {
    const answer = await call('get-pet', { status: 404, headers: { 'content-type': 'text/html' }, body: '<html>gone</html>' })
    expect(answer)
      .to.contain('faultstring>There is no such pet<')
      .and.match(/<detail><(\w+):NotFoundDetail [^>]*><\/\1:NotFoundDetail><\/detail>/)
  })

  it('tells a failure that is not declared as one of the server', async () => {
    expect(await call('get-pet', { status: 500, body: '{}' })).to.contain('<faultcode>soap:Server</faultcode>')
  })
})

describe('an OpenAPI description that cannot be used', () => {
  afterEach(removeProjects)

  const cases: readonly { what: string; text: string; says: RegExp }[] = [
    { what: 'of Swagger 2', text: 'swagger: "2.0"', says: /is no OpenAPI 3\.0 or 3\.1: it is Swagger 2\.0/ },
    { what: 'that is no YAML', text: 'openapi: 3.0.0\n  info: [', says: /api\.yaml:1:10 / },
    { what: 'without operations', text: 'openapi: 3.1.0\npaths: {}', says: /no operation that can be carried/ },
    {
      what: 'that refers to the network',
      text: 'openapi: 3.1.0\npaths: { /a: { $ref: "https://example.com/a.yaml" } }',
      says: /#\/paths\/~1a: \$ref "https:\/\/example\.com\/a\.yaml" leads to the network/,
    },
    {
      what: 'that refers to nothing',
      text: 'openapi: 3.1.0\npaths: { /a: { $ref: "#/no/where" } }',
      says: /"#\/no\/where" leads to nothing/,
    },
    { what: 'that refers in a circle', text: 'openapi: 3.1.0\npaths: { /a: { $ref: "#/paths/~1a" } }', says: /its \$ref leads to itself/ },
  ]
  for (const { what, text, says } of cases) {
    it(`is refused with the place: one ${what}`, async () => {
      const dir = writeProject({ 'api.yaml': text })
      const said = await facadeOfOpenapi(join(dir, 'api.yaml')).then(() => '', String)
      expect(said).to.match(says)
    })
  }

  it('has notes for what is not carried, each with its place', async () => {
    const { notes } = await facadeOfOpenapi(join(folder, 'org.yaml'))
    expect(notes.join('\n'))
      .to.match(/photo\/get: left out, since its answer is no JSON/)
      .and.match(/properties\/facets: members of any name are not carried/)
  })
})
