import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { removeProjects, startProject, type TestGateway } from '../support/gateway.ts'
import { startTarget, type Target } from '../support/target.ts'
import { balanced, post, receiptWhen } from './sender.ts'

const project = (crm: string) => `waybill: 1
name: known
systems:
  crm: { rest: '${crm}' }
routes:
  orders: { from: { rest: POST /orders }, to: { system: crm, transform: [{ map: order }] } }
mappings:
  order: { rules: { number: body.id } }
`

describe('a message that is known', () => {
  let gateway: TestGateway
  let crm: Target
  let first = ''

  before(async () => {
    crm = await startTarget()
    gateway = await startProject({ files: { 'waybill.yaml': project(crm.url) } })
    const { body } = await post(gateway, '/orders', { id: 'SO-1' }, { 'idempotency-key': '"k-1"' })
    first = String(body.id)
    await receiptWhen(gateway, first, 'delivered')
    await gateway.end()
    const file = join(gateway.dir, 'waybill.yaml')
    writeFileSync(file, readFileSync(file, 'utf8').replace('number: body.id', 'number: int(body.id)'))
    gateway = await gateway.again()
  })
  after(async () => {
    await gateway?.end()
    await crm.stop()
    removeProjects()
  })

  it("gets its first receipt again, though today's mapping refuses its body", async () => {
    const { status, headers, body } = await post(gateway, '/orders', { id: 'SO-1' }, { 'idempotency-key': '"k-1"' })
    expect([status, body.id]).to.deep.equal([202, first])
    expect(headers.get('idempotent-replayed')).to.equal('true')
    await balanced(gateway)
  })

  const refused = [
    { name: 'another key', key: '"k-2"', id: 'SO-1' },
    { name: 'the same key with another content', key: '"k-1"', id: 'SO-2' },
  ]
  for (const { name, key, id } of refused)
    it(`is none with ${name}: that is refused as ever`, async () => {
      const { status } = await post(gateway, '/orders', { id }, { 'idempotency-key': key })
      expect(status).to.equal(422)
    })
})
