import { expect } from 'chai'
import { removeProjects } from '../support/gateway.ts'
import { sendOrders } from './client.ts'
import { type Rig, startRig } from './rig.ts'

describe('a gateway under load', function () {
  this.timeout(60_000)
  let rig: Rig
  before(async () => {
    rig = await startRig({ targets: ['warehouse', 'books'] })
  })
  after(async () => {
    await rig.stop()
    removeProjects()
  })

  it('stops on SIGTERM within 30 s with 0, tells nobody anything but 202 and 503, and goes on where it was (row 10)', async () => {
    const sending = sendOrders({ url: rig.url, count: 3_000, clients: 64, patienceMs: 30_000 })
    await new Promise(resolve => setTimeout(resolve, 300))
    const asked = performance.now()
    expect(await rig.gateway.end('SIGTERM')).to.equal(0)
    expect(performance.now() - asked).to.be.below(30_000)
    await rig.again()
    const sent = await sending
    expect([...sent.statuses.keys()].filter(status => ![0, 202, 503].includes(status))).to.deep.equal([])
    await rig.settled()
    await rig.verify(sent, 0)
  })

  it('keeps its store from a second gateway, which names the owner (row 25)', async () => {
    const refused = await rig.again().then(
      () => 'it started',
      (error: Error) => error.message,
    )
    expect(refused).to.include('the gateway ended with 3').and.include('STORE_OWNED').and.include(`process ${rig.gateway.process.pid} `)
    expect((await sendOrders({ url: rig.url, count: 1, prefix: 'STILL' })).answered.size).to.equal(1)
  })

  it('takes a new configuration while it runs (row 24)', function () {
    console.log('      skipped: reload is not built yet')
    this.skip()
  })
})
