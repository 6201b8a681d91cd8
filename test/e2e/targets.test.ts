import { expect } from 'chai'
import { removeProjects, startProject, type TestGateway } from '../support/gateway.ts'
import { type Step, startTarget, type Target } from '../support/target.ts'
import { until } from '../support/until.ts'
import { balanced, order, receiptOf, targetWhen } from './sender.ts'

// faults.md, row 16: what targets do, and what becomes of the delivery; the neighbour is served meanwhile.

interface Case {
  readonly name: string
  readonly steps: readonly Step[]
  readonly state: 'delivered' | 'dead'
  readonly attempts: number
  /** At least so long from the first try to the end. */
  readonly atLeastMs?: number
  readonly lastError?: RegExp
}

const cases: readonly Case[] = [
  { name: 'answers 500 twice', steps: [{ status: 500 }, { status: 500 }, {}], state: 'delivered', attempts: 3 },
  {
    name: 'answers 429 with Retry-After',
    steps: [{ status: 429, headers: { 'retry-after': '1' } }, {}],
    state: 'delivered',
    attempts: 2,
    atLeastMs: 950,
  },
  { name: 'answers 400', steps: [{ status: 400, body: 'no' }], state: 'dead', attempts: 1, lastError: /^TARGET_REFUSED: .*400/ },
  { name: 'answers 302', steps: [{ status: 302, headers: { location: '/elsewhere' } }], state: 'dead', attempts: 1 },
  { name: 'hangs once', steps: [{ does: 'hang' }, {}], state: 'delivered', attempts: 2, atLeastMs: 400 },
  { name: 'drips its answer', steps: [{ does: 'drip', body: 'x'.repeat(100) }, {}], state: 'delivered', attempts: 2 },
  { name: 'never reads', steps: [{ does: 'deaf' }, {}], state: 'delivered', attempts: 2, atLeastMs: 400 },
  { name: 'resets after the request', steps: [{ does: 'reset' }, {}], state: 'delivered', attempts: 2 },
  { name: 'closes in the middle of its answer', steps: [{ does: 'cut', body: 'half' }, {}], state: 'delivered', attempts: 2 },
  { name: 'answers 200 with a gigabyte', steps: [{ does: 'flood', bytes: 1_024 ** 3 }], state: 'delivered', attempts: 1 },
]

const project = (crooked: string, well: string) => `waybill: 1
name: targets
defaults: { retry: { delays: [50ms], giveUpAfter: 1h, jitter: 0 } }
systems:
  crooked: { rest: { url: '${crooked}', timeout: 400ms } }
  well: { rest: '${well}' }
routes:
  orders: { from: { rest: POST /orders }, key: body.id, to: crooked }
  others: { from: { rest: POST /others }, key: body.id, to: well }
`

describe('a target that', function () {
  this.timeout(20_000)
  let gateway: TestGateway
  let crooked: Target
  let well: Target

  before(async () => {
    crooked = await startTarget()
    well = await startTarget()
    gateway = await startProject({ files: { 'waybill.yaml': project(crooked.url, well.url) } })
  })
  after(async () => {
    await gateway?.end()
    await Promise.all([crooked.stop(), well.stop()])
    removeProjects()
  })

  for (const { name, steps, state, attempts, atLeastMs = 0, lastError = /|undefined/ } of cases)
    it(`${name} leaves the delivery ${state} after ${attempts}, and its neighbour served`, async () => {
      await crooked.program(...steps)
      const began = performance.now()
      const id = await order(gateway, { id: name })
      const before = (await well.received()).length
      const answer = await fetch(`${gateway.http}/others`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: '{"id":1}',
      })
      expect(answer.status).to.equal(202)
      await until('the neighbour has its order', async () => (await well.received()).length === before + 1, 1_000)
      const target = await targetWhen(gateway, id, state)
      expect(performance.now() - began).to.be.above(atLeastMs)
      expect(target.attempts).to.equal(attempts)
      expect(String(target.lastError)).to.match(lastError)
      const keys = new Set((await crooked.received()).map(({ headers }) => headers['idempotency-key']))
      expect([...keys].every(key => key === id)).to.equal(true)
    })

  it('is down makes no call for each delivery that waits: one probe at a time', async () => {
    await crooked.program({ status: 503 })
    const ids = await Promise.all(Array.from({ length: 100 }, (_, index) => order(gateway, { id: `SO-${index}` })))
    await until('the gateway has seen that it is down', async () => (await gateway.run('status')).stdout.match(/crooked +down/))
    expect((await crooked.received()).length).to.be.below(30)
    await crooked.program({})
    for (const id of ids) await targetWhen(gateway, id, 'delivered')
    expect((await receiptOf(gateway, ids[99] ?? '')).targets[0]?.attempts).to.be.below(3)
    await balanced(gateway)
  })
})
