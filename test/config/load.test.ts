import { createHash } from 'node:crypto'
import { expect } from 'chai'
import { load, START } from './temporary-project.ts'

const ROUTE = 'routes:\n  orders:\n    from: { rest: POST /orders }\n    to: warehouse\n'

describe('loadProject', () => {
  it('reads one file, and fills the defaults', () => {
    const project = load({ 'waybill.yaml': START + ROUTE })
    expect(project.faults.list()).to.deep.equal([])
    expect(project.listen).to.deep.equal({ http: '127.0.0.1:8080', admin: '127.0.0.1:8081' })
    expect(project.queue).to.deep.equal({ kind: 'embedded' })
    expect(project.systems.warehouse?.limits).to.deep.equal({ inFlight: 8 })
    expect(project.defaults.retry).to.deep.equal({
      delaysMs: [5_000, 30_000, 120_000, 600_000, 3_600_000, 21_600_000],
      giveUpAfterMs: 259_200_000,
      jitter: 0.2,
    })
  })

  it('takes the names of files for names, and mixes both forms', () => {
    const project = load({
      'waybill.yaml': START + ROUTE,
      'routes/emea/returns.yaml': 'from: { rest: POST /returns }\nto: books\n',
      'systems/books.yml': 'rest: http://127.0.0.1:9002\n',
      'mappings/to-books.yaml': 'rules: { id: body.id }\n',
      'tables/countries.csv': 'code,country\n"USA",US\n',
      'tables/units.yaml': '001: piece\n',
      'clients.yaml': `shop: { key: 'sha256:${'AB'.repeat(32)}', scopes: ['*'] }\n`,
      'tests/orders.yaml': '- test: it goes\n  send: { to: orders, body: {} }\n  expect: { only: true }\n',
    })
    expect(project.faults.list()).to.deep.equal([])
    expect(Object.keys(project.routes)).to.have.members(['orders', 'returns'])
    expect(Object.keys(project.systems)).to.have.members(['warehouse', 'books'])
    expect(project.tables).to.deep.equal({ countries: { USA: 'US' }, units: { '001': 'piece' } })
    expect(project.clients.shop?.keyHashes).to.deep.equal(['ab'.repeat(32)])
    expect(project.mappings['to-books']?.path).to.deep.equal(['mappings', 'to-books'])
    expect(project.tests[0]).to.deep.include({ name: 'it goes', path: ['tests', 'orders', 0] })
  })

  it('lays retry policies over one another: defaults, route, entry', () => {
    const { routes } = load({
      'waybill.yaml': `${START}defaults: { retry: { jitter: 0 } }\nroutes:\n  orders:\n    from: { rest: POST /orders }\n    retry: { delays: [1s] }\n    to: { system: warehouse, retry: { giveUpAfter: 1m } }\n`,
    })
    expect(routes.orders?.to)
      .to.have.nested.property('entry.retry')
      .that.deep.equals({ delaysMs: [1_000], giveUpAfterMs: 60_000, jitter: 0 })
  })

  it('lays the options of an operation over those of its system', () => {
    const { systems, faults } = load({
      'systems/crm.yaml':
        'rest: { url: http://crm.example, timeout: 20s }\noperations:\n  upsert: { rest: PATCH /contacts/:id, path: { id: body.id } }\n',
      'waybill.yaml': START,
    })
    expect(faults.list()).to.deep.equal([])
    expect(systems.crm?.operations.upsert?.options).to.include({
      url: 'http://crm.example',
      timeoutMs: 20_000,
      method: 'PATCH',
      path: '/contacts/:id',
    })
  })

  it('reads lists, routers, names and none where a target may stand', () => {
    const { routes, faults } = load({
      'waybill.yaml': `${START}routes:\n  orders:\n    from: { rest: POST /orders }\n    to:\n      - { system: warehouse, as: first-copy, transform: { set: { headers: { a: body.b } } } }\n      - first:\n          - { when: body.test, to: none, because: tests stay here }\n          - otherwise: [warehouse]\n`,
    })
    expect(faults.list()).to.deep.equal([])
    const to = routes.orders?.to
    expect(to).to.have.nested.property('targets[0].entry.name', 'first-copy')
    expect(to)
      .to.have.nested.property('targets[0].entry.transform[0].path')
      .that.deep.equals(['routes', 'orders', 'to', 0, 'transform', 'set'])
    expect(to).to.have.nested.property('targets[1].branches[0].to').that.includes({ kind: 'none', because: 'tests stay here' })
    expect(to).to.have.nested.property('targets[1].branches[1].to.targets[0].entry.target', 'warehouse')
  })

  it('keeps only the hash of a key that a reference gives', () => {
    const project = load(
      { 'waybill.yaml': START, 'clients.yaml': 'shop: { key: "$' + '{env:KEY}", scopes: ["*"] }\n' },
      { KEY: 'correct-horse-battery' },
    )
    expect(project.clients.shop?.keyHashes).to.deep.equal([createHash('sha256').update('correct-horse-battery').digest('hex')])
    expect(JSON.stringify(project)).not.to.contain('correct-horse')
  })

  it('never throws, and tells all faults at once in order of their places', () => {
    const project = load({ 'waybill.yaml': 'waybill: 1\nname: 5\nsystems: []\nroutes:\n  a: 5\n  b: { from: [], to: { first: [{}] } }\n' })
    const places = project.faults.list().map(({ line, column }) => `${line}:${column}`)
    expect(places).to.deep.equal(['2:7', '3:10', '5:6', '6:14', '6:32'])
  })

  const broken = [
    { name: 'no folder', files: undefined, message: 'there is no' },
    { name: 'an empty file', files: { 'waybill.yaml': '' }, message: 'the file is empty' },
    { name: 'a list', files: { 'waybill.yaml': '- a\n' }, message: 'expected keys and values' },
    { name: 'a bomb of aliases', files: { 'waybill.yaml': bomb() }, message: 'unfolds to more than' },
    { name: 'an alias in its own anchor', files: { 'waybill.yaml': 'a: &a [*a]\n' }, message: 'inside its own anchor' },
    { name: 'an alias without an anchor', files: { 'waybill.yaml': 'a: *b\n' }, message: 'without its anchor' },
    { name: 'the key __proto__', files: { 'waybill.yaml': `${START}__proto__: { x: 1 }\n` }, message: '"__proto__" is not allowed' },
  ]
  for (const { name, files = {}, message } of broken) {
    it(`tells ${name}`, () => {
      const [fault] = load(files).faults.list()
      expect(fault?.message).to.contain(message)
    })
  }

  it('changes its version with the config and its schemas, and not with tests', () => {
    const files = { 'waybill.yaml': START + ROUTE, 'schemas/a.schema.json': '{}' }
    const { version } = load(files)
    expect(load({ ...files, 'tests/a.yaml': '[]\n' }).version).to.equal(version)
    expect(load({ ...files, 'schemas/a.schema.json': '{ }' }).version).not.to.equal(version)
    expect(load({ ...files, 'waybill.yaml': `${START}store: { path: other }\n${ROUTE}` }).version).not.to.equal(version)
  })

  it('reads a schema by its path or by the name of its model, and tells where neither is there', () => {
    const files = {
      'waybill.yaml': `${START}models: { invoice: { type: object } }\n`,
      'models/order.schema.json': '{ "type": "array" }',
      'a.json': '{',
    }
    load(files, {}, project => {
      const at = ['systems', 'warehouse', 'rest']
      expect(project.schema('order', at)).to.deep.equal({ type: 'array' })
      expect(project.schema('models/order.schema.json', at)).to.deep.equal({ type: 'array' })
      expect(project.schema('invoice', at)).to.deep.equal({ type: 'object' })
      expect(project.schema('a.json', at)).to.equal(undefined)
      expect(project.schema('models/ordr.schema.json', ['name'])).to.equal(undefined)
      const [first, second] = project.faults.list()
      expect(first).to.include({ code: 'FILE', line: 2, column: 7 })
      expect(second).to.include({ code: 'SCHEMA', line: 5, column: 11 })
    })
  })
})

function bomb(): string {
  const levels = 'abcdefgh'
    .split('')
    .map((name, index) => `${name}: &${name} [${`*${'abcdefgh'[index - 1]}, `.repeat(index === 0 ? 0 : 9)}1]`)
  return `${levels.join('\n')}\n`
}
