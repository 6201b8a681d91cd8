import { expect } from 'chai'
import { longForms } from '../chaos/forms.ts'
import { removeProjects, startProject, type TestGateway } from '../support/gateway.ts'
import { openWire, type Wire } from '../support/rest-source.ts'
import { startTarget, type Target } from '../support/target.ts'
import { until } from '../support/until.ts'
import { hostileBodies, hostileFrames } from './hostile-cases.ts'
import { balanced, order, post, receiptWhen } from './sender.ts'

const IDLE = longForms ? 10_000 : 1_000

const project = (warehouse: string) => `waybill: 1
name: hostile
systems:
  warehouse: { rest: '${warehouse}' }
routes:
  orders:
    from: { rest: { path: /orders, bodyTimeout: 400ms } }
    key: body.id
    to: { system: warehouse, transform: [{ map: order }] }
mappings:
  order: { rules: { id: body.id, n: { value: body.n, whenMissing: omit } } }
`

describe('hostile senders, over bare sockets', function () {
  this.timeout(60_000)
  let gateway: TestGateway
  let warehouse: Target
  const wires: Wire[] = []
  const port = () => Number(new URL(gateway.http).port)

  before(async () => {
    warehouse = await startTarget()
    gateway = await startProject({ files: { 'waybill.yaml': project(warehouse.url) } })
  })
  // After each of them a neighbour is served, by the same process.
  afterEach(async () => {
    for (const { socket } of wires.splice(0)) socket.destroy()
    await receiptWhen(gateway, await order(gateway, { id: 'neighbour' }), 'delivered', 2_000)
    expect(gateway.process.exitCode).to.equal(null)
  })
  after(async () => {
    await balanced(gateway)
    await gateway.end()
    await warehouse.stop()
    removeProjects()
  })

  async function open(bytes: Uint8Array | string): Promise<Wire> {
    const wire = await openWire(port(), bytes)
    wires.push(wire)
    return wire
  }

  for (const { name, bytes, status, code } of [...hostileBodies, ...hostileFrames])
    it(`get ${status} for ${name}`, async () => {
      const wire = await open(bytes)
      await until('an answer', () => wire.text().includes('\r\n\r\n'))
      expect(wire.text()).to.match(new RegExp(`^HTTP/1\\.1 ${status} `))
      if (code) await until(`the code ${code}`, () => wire.text().includes(`"code":"${code}"`))
      expect(wire.text()).to.not.match(/node:internal|\.js:\d|\/work\/|\/tmp\//)
    })

  it('change nothing for others with __proto__, and the last of duplicate keys goes to the target', async () => {
    await warehouse.program({})
    await receiptWhen(gateway, await order(gateway, '{"id":"a","__proto__":{"n":7}}'), 'delivered')
    await receiptWhen(gateway, await order(gateway, '{"id":"first","id":"last"}'), 'delivered')
    expect((await warehouse.received()).map(({ body }) => body)).to.deep.equal(['{"id":"a"}', '{"id":"last"}'])
  })

  it('bend no number on its way through a mapping', async () => {
    await warehouse.program({})
    await receiptWhen(gateway, await order(gateway, '{"id":12345678901234567890,"n":0.1000000000000000055511151231257827}'), 'delivered')
    const [received] = await warehouse.received()
    expect(received?.body).to.equal('{"id":12345678901234567890,"n":0.1000000000000000055511151231257827}')
  })

  it(`keep nobody waiting with ${IDLE} idle connections and as many slow ones`, async () => {
    const slow = 'POST /orders HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{'
    for (let opened = 0; opened < IDLE; opened += 200) {
      await Promise.all(Array.from({ length: 100 }, () => open('')))
      await Promise.all(Array.from({ length: 100 }, () => open(slow)))
    }
    const began = performance.now()
    expect((await post(gateway, '/orders', { id: 'quick' })).status).to.equal(202)
    expect(performance.now() - began).to.be.below(500)
  })
})
