import { createHash } from 'node:crypto'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { Validator } from '@seriousme/openapi-schema-validator'
import { expect } from 'chai'
import type { SourceBinding } from '../../../adapters/adapter.ts'
import { adapters } from '../../../adapters/registry.ts'
import { openApiOf } from '../../../adapters/rest/openapi/document.ts'
import { loadProject } from '../../../config/load.ts'
import { fieldsOf } from '../../../config/value.ts'
import { sourceFormats } from '../../../routes/formats.ts'
import { formats } from '../../../transformers/formats/registry.ts'
import { transformers } from '../../../transformers/registry.ts'
import { removeProjects, startProject, type TestGateway, writeProject } from '../../support/gateway.ts'
import { root } from '../../support/root.ts'

const hash = (key: string) => createHash('sha256').update(key).digest('hex')

const shop = {
  'waybill.yaml': `waybill: 1
name: shop
systems:
  warehouse: { rest: { url: 'http://inside.example:9/secret-path' }, auth: { bearer: very-secret } }
clients:
  till: { key: "sha256:${hash('till-key')}", scopes: [orders] }
  app: { key: "sha256:${hash('app-key')}", scopes: [stock, papers] }
mappings:
  level: { to: schemas/level.schema.json, rules: { free: body.free } }
  asked:
    rules:
      sku: meta.path.sku
      site: { value: meta.query.site, whenMissing: reject }
      most: number(meta.query.most)
routes:
  orders:
    description: Orders of the tills
    owner: desk@example.com
    from: { rest: 'PUT /orders/:id/lines/:line', schema: schemas/order.schema.json, client: till }
    to: warehouse
  stock:
    from: { rest: GET /stock/:sku, client: app }
    reply: { within: 5s, late: keep }
    to: { system: warehouse, transform: [{ map: asked }], answer: [{ map: level }] }
    faults:
      - { when: status == 404, status: 404, text: No such article }
  papers:
    from: { rest: POST /papers, client: app, format: [json, xml] }
    to: warehouse
`,
  'schemas/order.schema.json': JSON.stringify({
    $schema: 'http://json-schema.org/draft-07/schema#',
    title: 'An order',
    type: 'object',
    properties: {
      buyer: { $ref: 'parts/party.json#/definitions/Party' },
      lines: { type: 'array', items: { $ref: '#/definitions/Line' } },
      pair: { type: 'array', items: [{ type: 'string' }, { type: 'integer' }], additionalItems: false },
    },
    definitions: { Line: { type: 'object', properties: { parts: { type: 'array', items: { $ref: '#/definitions/Line' } } } } },
  }),
  'schemas/parts/party.json': JSON.stringify({
    definitions: { Party: { type: 'object', properties: { name: { type: 'string' } } } },
  }),
  'schemas/level.schema.json': JSON.stringify({ type: 'object', properties: { free: { type: 'integer' } } }),
}

function documentOf(dir: string): Record<string, unknown> {
  const project = loadProject(dir, { adapters, transformers, formats })
  const sources: SourceBinding[] = Object.values(project.routes).flatMap(route =>
    route.from.flatMap((source, index) => (source.adapter === 'rest' ? [{ route, index, source }] : [])),
  )
  return openApiOf(sources, { project, formats: ({ route, index }) => sourceFormats(project, route, index) })
}

async function faultsOf(document: Record<string, unknown>): Promise<unknown> {
  const { valid, errors } = await new Validator().validate(structuredClone(document))
  return valid ? [] : errors
}

/** What stands at a pointer of names. */
function at(document: unknown, ...names: readonly string[]): unknown {
  return names.reduce((value, name) => fieldsOf(value)[name], document)
}

function refsIn(node: unknown): readonly string[] {
  if (typeof node !== 'object' || node === null) return []
  return Object.entries(node).flatMap(([name, value]) => (name === '$ref' && typeof value === 'string' ? [value] : refsIn(value)))
}

describe('the OpenAPI document of a project', () => {
  after(removeProjects)

  const examples = readdirSync(join(root, 'examples')).map(name => join(root, 'examples', name))
  for (const dir of examples) {
    it(`is valid for ${dir.slice(root.length + 1)}`, async () => {
      expect(await faultsOf(documentOf(dir))).to.deep.equal([])
    })
  }

  it('has paths, parameters, bodies, answers and who may call', async () => {
    const document = documentOf(writeProject(shop))
    expect(await faultsOf(document)).to.deep.equal([])
    const order = at(document, 'paths', '/orders/{id}/lines/{line}', 'put')
    expect(order).to.deep.include({ operationId: 'orders', description: 'Orders of the tills', 'x-owner': 'desk@example.com' })
    expect(at(order, 'requestBody', 'content', 'application/json', 'schema')).to.deep.equal({ $ref: '#/components/schemas/order' })
    expect(at(order, 'responses', '202', 'content', 'application/json', 'schema', '$ref')).to.equal('#/components/schemas/Accepted')
    expect(at(order, 'security')).to.deep.equal([{ bearer: [] }, { apiKey: [] }])
    const stock = at(document, 'paths', '/stock/{sku}', 'get')
    expect(at(stock, 'responses', '2XX', 'content', 'application/json', 'schema', '$ref')).to.equal('#/components/schemas/level')
    expect(at(stock, 'responses', '404', 'description')).to.equal('No such article')
    expect(at(stock, 'requestBody')).to.equal(undefined)
    expect(at(stock, 'parameters'))
      .to.be.an('array')
      .that.deep.includes({ name: 'site', in: 'query', required: true, schema: { type: 'string' } })
      .and.deep.includes({ name: 'most', in: 'query', schema: { type: 'number' } })
    const papers = at(document, 'paths', '/papers', 'post', 'requestBody', 'content')
    expect(Object.keys(fieldsOf(papers))).to.deep.equal(['application/json', 'application/xml'])
  })

  it('brings schemas together under their own names, in the words of 2020-12', () => {
    const document = documentOf(writeProject(shop))
    const schemas = fieldsOf(at(document, 'components', 'schemas'))
    expect(schemas).to.include.keys('order', 'Party', 'Line', 'level')
    expect(at(schemas, 'order', 'properties', 'buyer')).to.deep.equal({ $ref: '#/components/schemas/Party' })
    expect(at(schemas, 'Line', 'properties', 'parts', 'items')).to.deep.equal({ $ref: '#/components/schemas/Line' })
    expect(at(schemas, 'order', 'properties', 'pair')).to.deep.include({
      items: false,
      prefixItems: [{ type: 'string' }, { type: 'integer' }],
    })
    for (const ref of refsIn(document)) expect(at(document, ...ref.slice(2).split('/')), ref).to.not.equal(undefined)
  })

  it('has the rejects of receipts where something is split', async () => {
    const routes = 'routes: { rows: { from: { rest: POST /rows, format: csv, unpack: gzip }, split: { each: record }, to: back } }'
    const file = `waybill: 1\nname: rows\nsystems: { back: { rest: 'http://127.0.0.1:1' } }\n${routes}\n`
    const document = documentOf(writeProject({ 'waybill.yaml': file }))
    expect(await faultsOf(document)).to.deep.equal([])
    expect(Object.keys(fieldsOf(at(document, 'paths')))).to.deep.equal(['/rows', '/receipts/{id}', '/receipts/{id}/rejects'])
    const content = at(document, 'paths', '/rows', 'post', 'requestBody', 'content')
    expect(content).to.deep.equal({ 'application/gzip': {} })
    for (const ref of refsIn(document)) expect(at(document, ...ref.slice(2).split('/')), ref).to.not.equal(undefined)
  })

  it('says nothing of systems, keys or files', () => {
    expect(JSON.stringify(documentOf(writeProject(shop)))).not.to.match(/inside\.example|secret|schemas\/parts|warehouse|[0-9a-f]{64}/)
  })
})

describe('GET /openapi.json', () => {
  let gateway: TestGateway | undefined
  before(async () => {
    gateway = await startProject({ files: shop })
  })
  after(async () => {
    await gateway?.end()
    removeProjects()
  })

  const ask = (key?: string) => fetch(`${gateway?.http}/openapi.json`, key === undefined ? {} : { headers: { 'x-api-key': key } })

  it('shows a client the routes that it may use', async () => {
    const document: unknown = await (await ask('till-key')).json()
    expect(Object.keys(fieldsOf(at(document, 'paths')))).to.deep.equal(['/orders/{id}/lines/{line}', '/receipts/{id}'])
    expect(at(document, 'info', 'title')).to.equal('shop')
  })

  it('is refused to who may use none of them', async () => {
    expect((await ask()).status).to.equal(401)
    expect((await ask('nobody')).status).to.equal(401)
  })

  it('leaves its path to a route that has it', async () => {
    const files = {
      'waybill.yaml':
        'waybill: 1\nname: own\nsystems: { back: { rest: "http://127.0.0.1:1" } }\nroutes: { own: { from: { rest: GET /:file }, to: { first: [{ otherwise: none, because: a test }] } } }\n',
    }
    const own = await startProject({ files })
    try {
      expect((await fetch(`${own.http}/openapi.json`)).status).to.equal(202)
    } finally {
      await own.end()
    }
  })
})
