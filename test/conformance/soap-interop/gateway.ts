import { readdirSync, readFileSync } from 'node:fs'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { parseJson, writeJson } from '../../../transformers/json/codec.ts'
import { enterprise, enterpriseWsdl } from '../../fixtures/wsdl/enterprise.ts'
import { folder, type WsdlFixture } from '../../fixtures/wsdl/fixtures.ts'
import { removeProjects, startProject, type TestGateway } from '../../support/gateway.ts'
import { type Case, suite } from './cases.ts'

/** A gateway that serves WSDLs of the suite, and the REST target behind all of them. */
export interface Served {
  /** The address of a fixture's WSDL. */
  wsdl(fixture: WsdlFixture): string
  /** The next calls of an operation are answered with the outputs or faults of these, in their order. */
  expect(cases: readonly Case[]): void
  /** What the target got for each of them, by its body; undefined where nothing came. */
  received(): ReadonlyMap<Case, unknown>
  log(): string
  stop(): Promise<void>
}

/** Statuses of the target's refusals, one for each declared fault. */
const FIRST_REFUSAL = 470

interface Target {
  waiting: Case[]
  readonly received: Map<Case, unknown>
}

/** Starts both. */
export async function serveFixtures(): Promise<Served> {
  const target: Target = { waiting: [], received: new Map() }
  const server = createServer((request, response) => void answer(request, response, target))
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const gateway = await startProject({ files: { ...schemaFiles(), 'waybill.yaml': projectOf(port) } })
  return {
    wsdl: fixture => `${gateway.http}/ws/${suite.indexOf(fixture)}?wsdl`,
    expect(cases) {
      target.waiting = [...cases]
      target.received.clear()
    },
    received: () => target.received,
    log: gateway.log,
    stop: () => stop(gateway, server),
  }
}

async function stop(gateway: TestGateway, server: Server): Promise<void> {
  await gateway.end()
  await new Promise(resolve => {
    server.close(resolve)
    server.closeAllConnections()
  })
  removeProjects()
}

async function answer(request: IncomingMessage, response: ServerResponse, target: Target): Promise<void> {
  const chunks: Uint8Array[] = []
  for await (const chunk of request) chunks.push(chunk)
  const [, place, operation] = (request.url ?? '').split('/')
  const at = target.waiting.findIndex(one => one.operation.name === operation && suite.indexOf(one.fixture) === Number(place))
  const [found] = at < 0 ? [] : target.waiting.splice(at, 1)
  if (!found) return void response.writeHead(599).end()
  const bytes = Buffer.concat(chunks)
  target.received.set(found, bytes.length === 0 ? undefined : parseJson(bytes).value)
  const { output, faults = {} } = found.operation
  const status = found.fault === undefined ? 200 : FIRST_REFUSAL + Object.keys(faults).indexOf(found.fault)
  const body = found.fault === undefined ? output : faults[found.fault]
  response.writeHead(status, { 'content-type': 'application/json' }).end(body === undefined ? '{}' : writeJson(body))
}

function projectOf(port: number): string {
  const systems = suite.map(
    (_, index) =>
      `  s${index}: { rest: { url: 'http://127.0.0.1:${port}' }, operations: { any: { rest: 'POST /${index}/:operation', path: { operation: meta.operation } } } }`,
  )
  const routes = suite.map(routeOf)
  const mappings = suite.flatMap(mappingsOf)
  const parts = [
    'waybill: 1',
    'name: interop',
    'systems:',
    ...systems,
    'routes:',
    ...routes,
    ...(mappings.length > 0 ? ['mappings:', ...mappings] : []),
    '',
  ]
  return parts.join('\n')
}

/** Each takes the members of a detail over as they are. */
function mappingsOf({ operations }: WsdlFixture, index: number): readonly string[] {
  return operations.flatMap(({ faults = {} }) =>
    Object.entries(faults).map(([name, detail]) => {
      const rules = Object.keys(Object(detail)).map(member => `'${member}': 'body["${member}"]'`)
      return `  m${index}-${name}: { rules: { ${rules.join(', ')} } }`
    }),
  )
}

function routeOf({ file, operations }: WsdlFixture, index: number): string {
  const oneWay = operations.every(({ output }) => output === undefined)
  const faults = operations.flatMap(operation =>
    Object.keys(operation.faults ?? {}).map(
      (name, at) => `{ when: status == ${FIRST_REFUSAL + at}, fault: ${name}, map: m${index}-${name} }`,
    ),
  )
  const parts = [
    `from: { soap: /ws/${index}, wsdl: ${file} }`,
    `to: s${index}.any`,
    ...(oneWay ? [] : ['reply: { within: 20s }']),
    ...(faults.length > 0 ? [`faults: [${faults.join(', ')}]`] : []),
  ]
  return `  f${index}: { ${parts.join(', ')} }`
}

/** As bytes: one of them is in ISO-8859-1. */
function schemaFiles(): Record<string, Uint8Array> {
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter(name => /\.(?:wsdl|xsd)$/.test(name))
  const files = names.map(name => [name, readFileSync(join(folder, name))] as const)
  return { ...Object.fromEntries(files), [enterprise.file]: Buffer.from(enterpriseWsdl()) }
}
