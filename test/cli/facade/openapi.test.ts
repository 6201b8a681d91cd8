import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { adapters } from '../../../adapters/registry.ts'
import type { Facade } from '../../../cli/facade/facade.ts'
import { facadeOfOpenapi } from '../../../cli/facade/openapi/facade.ts'
import { loadProject } from '../../../config/load.ts'
import type { Project } from '../../../config/project.ts'
import { fieldsOf } from '../../../config/value.ts'
import { sourceFormats } from '../../../routes/formats.ts'
import { formats } from '../../../transformers/formats/registry.ts'
import { transformers } from '../../../transformers/registry.ts'
import { removeProjects, runCli, startProject, type TestGateway } from '../../support/gateway.ts'
import { root } from '../../support/root.ts'
import { type SoapCall, type SoapResult, zeep } from '../../support/soap-clients.ts'

const folder = join(root, 'test/fixtures/openapi')
const documents = ['petstore.yaml', 'shipping.json', 'payments.yaml', 'org.yaml', 'tasks.yaml']

function filesOf({ files }: Facade): Record<string, string | Uint8Array> {
  const all = Object.fromEntries(files.map(({ path, text }) => [path, text]))
  return { ...all, 'waybill.yaml': String(all['waybill.yaml']).replaceAll(/127\.0\.0\.1:\d+/g, '127.0.0.1:0') }
}

/** A test of the facade's own as a call of zeep: what it sends, and what it expects. */
interface Sent {
  readonly name: string
  readonly call: Omit<SoapCall, 'wsdl' | 'version'>
  readonly status: number
  readonly body: unknown
}

function sentOf(dir: string): readonly Sent[] {
  const project = loadProject(dir, { adapters, transformers, formats })
  return project.tests.map(({ name, send, expect: expected }) => {
    const { status, body } = fieldsOf(fieldsOf(expected).answer)
    const route = project.routes[send.to]
    const operation = String(route?.from[0]?.keys.operation)
    return { name, call: { operation, body: bodyOf(project, send.to, send.body) }, status: Number(status), body }
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

function wrongIn({ name, status, body }: Sent, { fault, error, body: seen }: SoapResult): readonly string[] {
  if (error !== undefined) return [`${name}: ${error}`]
  if (status >= 300) return fault?.name === undefined ? [`${name}: ${JSON.stringify(fault ?? seen)}`] : []
  if (fault) return [`${name}: ${JSON.stringify(fault)}`]
  const [told, expected] = [JSON.stringify(shown(seen)), JSON.stringify(shown(body))]
  return told === expected ? [] : [`${name}: ${told} is not ${expected}`]
}

describe('a SOAP facade of an OpenAPI description', () => {
  after(removeProjects)

  for (const document of documents) {
    describe(`of ${document}`, () => {
      let gateway: TestGateway | undefined
      before(async () => {
        gateway = await startProject({ files: filesOf(await facadeOfOpenapi(join(folder, document))), args: ['--stand-ins'] })
      })
      after(() => gateway?.end())

      it('passes its own check and tests', async () => {
        const dir = gateway?.dir ?? ''
        const [check, test] = await Promise.all([runCli(dir, ['check']), runCli(dir, ['test'])])
        expect([check.code, test.code], check.stdout + test.stdout).to.deep.equal([0, 0])
        expect(check.stdout).to.match(/^No faults/)
      })

      it('is called by zeep, each operation in both versions, and answers or refuses as REST does', async function () {
        const call = zeep(this)
        const sent = sentOf(gateway?.dir ?? '')
        const label = Object.keys(loadProject(gateway?.dir ?? '', { adapters, transformers, formats }).systems)[0]
        const all = (['1.1', '1.2'] as const).flatMap(version => sent.map(one => ({ one, version })))
        const results = await call(all.map(({ one, version }) => ({ ...one.call, version, wsdl: `${gateway?.http}/soap/${label}?wsdl` })))
        expect(all.flatMap(({ one }, index) => wrongIn(one, results[index] ?? {}))).to.deep.equal([])
        expect(new Set(sent.map(one => one.call.operation)).size).to.equal(
          Object.keys(loadProject(gateway?.dir ?? '', { adapters, transformers, formats }).routes).length,
        )
      })
    })
  }
})
