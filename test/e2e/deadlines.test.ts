import { expect } from 'chai'
import { removeProjects, startProject, type TestGateway } from '../support/gateway.ts'
import { lastingPort } from '../support/port.ts'
import { startTarget, type Target } from '../support/target.ts'
import { until } from '../support/until.ts'
import { balanced, post, receiptWhen } from './sender.ts'

// The gateway calls itself, so that a chain of two is one process.
const project = (port: number, target: string) => `waybill: 1
name: chain
listen: { http: '127.0.0.1:${port}', admin: '127.0.0.1:0' }
systems:
  last: { rest: { url: '${target}', timeout: 20s } }
  overRest: { rest: { url: 'http://127.0.0.1:${port}/inner', timeout: 20s } }
  overSoap: { soap: { url: 'http://127.0.0.1:${port}/ws', timeout: 20s } }
routes:
  inner: { from: { rest: POST /inner }, reply: { within: 20s }, to: last }
  innerSoap: { from: { soap: /ws }, reply: { within: 20s }, to: last }
  rest: { from: { rest: POST /rest }, reply: { within: 400ms }, to: overRest }
  soap: { from: { rest: POST /soap }, reply: { within: 400ms }, to: overSoap }
  long: { from: { rest: POST /long }, reply: { within: 20s }, to: last }
  keep: { from: { rest: POST /keep }, reply: { within: 20s, late: keep }, to: last }
  oneWay: { from: { rest: POST /one-way }, to: last }
`

describe('the deadline of a message', () => {
  let gateway: TestGateway
  let last: Target

  before(async () => {
    last = await startTarget()
    gateway = await startProject({ files: { 'waybill.yaml': project(await lastingPort(), last.url) } })
  })
  after(async () => {
    await balanced(gateway)
    const began = Date.now()
    await gateway.end()
    expect(Date.now() - began, 'a send outlives its call').to.be.below(5_000)
    await last.stop()
    removeProjects()
  })

  const ask = (path: string, deadline?: number) =>
    post(gateway, path, { Ask: { sku: '1' } }, deadline === undefined ? {} : { 'waybill-deadline': String(deadline) })
  const told = async () => (await last.received()).map(({ headers }) => headers['waybill-deadline'])
  const inDoubt = async () => {
    const metrics = await (await fetch(`${gateway.admin}/metrics`)).text()
    return Number(/^waybill_refused_total\{.*IN_DOUBT.*\} (\d+)/m.exec(metrics)?.[1] ?? 0)
  }

  for (const path of ['/rest', '/soap'])
    it(`goes through a chain of gateways from ${path}, which all end at it`, async () => {
      await last.program({ does: 'hang' })
      const before = await inDoubt()
      const began = Date.now()
      const { status, body } = await ask(path)
      expect([status, body.code]).to.deep.equal([504, 'IN_DOUBT'])
      expect(Date.now() - began).to.be.within(390, 1_500)
      const [deadline] = await told()
      expect(Number(deadline) - began).to.be.within(390, 1_000)
      // the inner one as well, long before its own bound
      await until('both have given up', async () => (await inDoubt()) === before + 2, 2_000)
    })

  it('is the caller’s where that is earlier than the route’s, which is not exceeded', async () => {
    await last.program({ does: 'hang' })
    const began = Date.now()
    expect((await ask('/long', began + 300)).status).to.equal(504)
    expect(Date.now() - began).to.be.within(290, 1_500)
    await ask('/rest', began + 60_000)
    expect(Number((await told())[1]) - began).to.be.below(3_000)
    expect((await told())[0]).to.equal(String(began + 300))
  })

  it('that has passed is told with TIMEOUT, and nothing is called', async () => {
    await last.program({})
    const { status, body } = await ask('/long', Date.now() - 1)
    expect([status, body.code]).to.deep.equal([408, 'TIMEOUT'])
    expect(await told()).to.deep.equal([])
  })

  it('is not told where the late reply is kept', async () => {
    await last.program({ delayMs: 350, headers: { 'content-type': 'application/json' }, body: '{"count":1}' })
    const { status, body } = await ask('/keep', Date.now() + 200)
    expect(status).to.equal(202)
    expect((await receiptWhen(gateway, String(body.id), 'delivered')).reply?.body).to.include('1')
    expect(await told()).to.deep.equal([undefined])
  })

  it('of a one-way message goes along, and expires it', async () => {
    const deadline = Date.now() + 60_000
    await last.program({}, { status: 503 })
    const first = await ask('/one-way', deadline)
    await receiptWhen(gateway, String(first.body.id), 'delivered')
    expect(await told()).to.deep.equal([String(deadline)])
    const second = await ask('/one-way', Date.now() + 200)
    expect((await receiptWhen(gateway, String(second.body.id), 'failed')).targets[0]?.state).to.equal('expired')
  })

  it('that is no time is none', async () => {
    await last.program({ headers: { 'content-type': 'application/json' }, body: '{}' })
    expect((await ask('/long', Number.NaN)).status).to.equal(200)
  })
})
