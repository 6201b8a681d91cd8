import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { removeProjects, startProject, type TestGateway } from '../support/gateway.ts'
import { startTarget, type Target } from '../support/target.ts'
import { balanced, post, targetWhen } from './sender.ts'

const project = (target: string) => `waybill: 1
name: large-replay
systems:
  shelf: { rest: '${target}' }
routes:
  orders:
    from: { rest: { path: /orders, maxBody: 5MB } }
    transform: { map: order }
    to: shelf
`
const mapping = (kind: string) => `rules: { text: body.text, kind: { is: ${kind} } }\n`

describe('dead letters with large bodies', function () {
  this.timeout(30_000)
  let target: Target
  let gateway: TestGateway
  const text = 'x'.repeat(2_000_000)

  before(async () => {
    target = await startTarget()
    gateway = await startProject({ files: { 'waybill.yaml': project(target.url), 'mappings/order.yaml': mapping('old') } })
  })
  after(async () => {
    await gateway?.end()
    await target?.stop()
    removeProjects()
  })

  const storedIn = async (id: string) => {
    const story = await gateway.api('GET', `/api/messages/${id}?body=true`)
    expect(story)
      .to.have.nested.property('message.body.stored')
      .that.matches(/^[0-9a-f]{64}$/)
    expect(story)
      .to.have.nested.property('deliveries[0].body.stored')
      .that.matches(/^[0-9a-f]{64}$/)
    return (story as { deliveries: { body: { stored: string } }[] }).deliveries[0]?.body.stored
  }
  async function replay(id: string) {
    expect((await gateway.run('dead', 'replay', id, '--mapping', 'current')).code).to.equal(0)
  }

  it('are sent the same body by the same key where the mapping makes it again', async () => {
    await target.program({ status: 400 })
    const { status, body } = await post(gateway, '/orders', { text })
    expect(status).to.equal(202)
    const id = String(body.id)
    await targetWhen(gateway, id, 'dead')
    const before = await storedIn(id)

    await target.program({})
    await replay(id)
    await targetWhen(gateway, id, 'delivered')
    expect(await storedIn(id)).to.equal(before)
    expect((await target.received())[0]?.headers['idempotency-key']).to.equal(id)
  })

  it('are mapped anew, and the new body lies in the body store as well', async () => {
    await target.program({ status: 400 })
    const id = String((await post(gateway, '/orders', { text })).body.id)
    await targetWhen(gateway, id, 'dead')
    const before = await storedIn(id)
    writeFileSync(join(gateway.dir, 'mappings', 'order.yaml'), mapping('new'))
    await gateway.end()
    gateway = await gateway.again()
    await target.program({})
    await replay(id)
    await targetWhen(gateway, id, 'delivered')
    expect(await storedIn(id)).to.not.equal(before)
    const [received] = await target.received()
    expect(received?.headers['idempotency-key']).to.equal(`${id}:r1`)
    expect(JSON.parse(received?.body ?? '')).to.deep.equal({ text, kind: 'new' })
    await balanced(gateway)
  })
})
