import { expect } from 'chai'
import { removeProjects, startProject, type TestGateway } from '../support/gateway.ts'
import { startTarget, type Target } from '../support/target.ts'
import { until } from '../support/until.ts'
import { balanced, receiptWhen } from './sender.ts'

const project = (stock: string) => `waybill: 1
name: bodyless
systems:
  stock: { rest: '${stock}', operations: { find: { rest: GET /items/:sku, path: { sku: meta.path.sku }, query: { site: meta.query.?site, lot: body.?lots } } } }
  shelf: { rest: '${stock}', operations: { clear: { rest: { method: DELETE, path: '/shelf?all=1', body: none }, query: { lot: body.?lots, day: body.?day } } } }
routes:
  find: { from: { rest: GET /stock/:sku }, reply: { within: 5s }, to: { system: stock.find, answer: [{ map: reply }] } }
  touch: { from: { rest: GET /touch/:sku }, key: meta.path.sku, to: { system: stock, transform: [{ map: touched }] } }
  drop: { from: { rest: DELETE /stock/:sku }, when: body == null, to: stock }
  clear: { from: { rest: POST /clear }, to: shelf.clear }
  add: { from: { rest: POST /stock }, to: stock }
mappings:
  reply: { rules: { inStock: body.count > 0 } }
  touched: { rules: { item: meta.path.sku } }
`

describe('messages without a body', () => {
  let gateway: TestGateway
  let stock: Target

  before(async () => {
    stock = await startTarget()
    gateway = await startProject({ files: { 'waybill.yaml': project(stock.url) } })
  })
  beforeEach(() => stock.program({ headers: { 'content-type': 'application/json' }, body: '{"count":3}' }))
  after(async () => {
    await gateway?.end()
    await stock.stop()
    removeProjects()
  })

  async function delivered(path: string, method = 'GET') {
    const response = await fetch(`${gateway.http}${path}`, { method })
    expect(response.status).to.equal(202)
    const { id } = (await response.json()) as { id: string }
    const receipt = await receiptWhen(gateway, id, 'delivered')
    await balanced(gateway)
    return { receipt, sent: (await stock.received())[0] }
  }

  it('are asked and answered', async () => {
    const response = await fetch(`${gateway.http}/stock/A-1`)
    expect([response.status, await response.json()]).to.deep.equal([200, { inStock: true }])
    expect((await stock.received())[0]).to.include({ method: 'GET', url: '/items/A-1', body: '' })
  })

  it('are mapped from what else they bring', async () => {
    const { receipt, sent } = await delivered('/touch/A-2')
    expect(receipt.key).to.equal('A-2')
    expect(JSON.parse(sent?.body ?? '')).to.deep.equal({ item: 'A-2' })
    expect(sent?.headers['content-type']).to.equal('application/json')
  })

  it('go on as they are, with no type, where nothing maps them', async () => {
    const { sent } = await delivered('/stock/A-3', 'DELETE')
    expect(sent).to.include({ method: 'POST', body: '' })
    expect(sent?.headers).not.to.have.property('content-type')
  })

  it('carry what their operation has in its query, and leave out what is absent', async () => {
    await fetch(`${gateway.http}/stock/A-1?site=a%26b`)
    await fetch(`${gateway.http}/stock/A-1`)
    expect((await stock.received()).map(({ url }) => url)).to.deep.equal(['/items/A-1?site=a%26b', '/items/A-1'])
  })

  it('are sent where the operation says so, with all items of a list in the query', async () => {
    const body = JSON.stringify({ lots: ['L 1', 2], day: null })
    await fetch(`${gateway.http}/clear`, { method: 'POST', headers: { 'content-type': 'application/json' }, body })
    const [sent] = await until('the call of the shelf', async () => {
      const all = await stock.received()
      return all.length > 0 && all
    })
    expect(sent).to.include({ method: 'DELETE', url: '/shelf?all=1&lot=L+1&lot=2', body: '' })
    expect(sent?.headers).not.to.have.property('content-type')
  })

  it('are not readable where they say they are JSON', async () => {
    const response = await fetch(`${gateway.http}/stock`, { method: 'POST', headers: { 'content-type': 'application/json' } })
    expect([response.status, ((await response.json()) as { code: string }).code]).to.deep.equal([400, 'NOT_READABLE'])
  })
})
