import { expect } from 'chai'
import { removeProjects } from '../support/gateway.ts'
import { rabbitmq } from '../support/rabbitmq.ts'
import { sendOrders } from './client.ts'
import { dieAt } from './die-at.ts'
import { longForms } from './forms.ts'
import { type Rig, startRig } from './rig.ts'
import { replaySetAside } from './set-aside.ts'

// Deaths at the start, one after the other: faults.md, rows 8 and 18.

const POINTS = [
  'store.committing:kill@1',
  'relay.publishing:kill@1',
  'queue.publish:kill@3',
  'relay.released:kill@1',
  'delivery.sent:kill@1',
]

describe('a gateway that dies while it starts', function () {
  this.timeout(60_000)
  let rig: Rig | undefined
  afterEach(async () => {
    await rig?.stop()
    rig = undefined
  })
  after(removeProjects)

  for (const kind of longForms ? (['embedded', 'rabbitmq'] as const) : (['rabbitmq'] as const))
    it(`has all that it had after five deaths in a row, with the queue ${kind} (row 8)`, async function () {
      const broker = kind === 'rabbitmq' ? { broker: await (await rabbitmq(this)).vhost() } : {}
      rig = await startRig({ targets: ['warehouse'], inFlight: 2, ...broker })
      await rig.target('warehouse').conduct({ failFirst: { every: 5, status: 503 } })
      await rig.pause('warehouse')
      const sent = await sendOrders({ url: rig.url, count: 60 })
      await rig.resume('warehouse')
      await rig.gateway.end('SIGKILL')
      for (const point of POINTS) await dieAt(rig, point)
      await rig.again()
      await rig.settled()
      await replaySetAside(rig)
      const { warehouse } = await rig.verify(sent)
      expect(warehouse?.duplicated.length).to.be.at.most(2 * POINTS.length)
    })

  it('sets a delivery aside that it died of three times, and serves the others (row 18)', async () => {
    rig = await startRig({ targets: ['warehouse'] })
    await rig.pause('warehouse')
    const sent = await sendOrders({ url: rig.url, count: 1, prefix: 'DEADLY' })
    await rig.resume('warehouse')
    await rig.gateway.end('SIGKILL')
    for (let starts = 0; starts < 5 && (await dieAt(rig, 'delivery.sending:kill@1')); starts++);
    await rig.again()
    const { items } = (await rig.gateway.api('GET', '/api/dead')) as { items: readonly { messageId: string; reason: string }[] }
    expect(items.map(({ messageId, reason }) => [messageId, reason])).to.deep.equal([[sent.answered.get('DEADLY-0'), 'CRASHED']])
    const others = await sendOrders({ url: rig.url, count: 10 })
    await rig.settled()
    await rig.verify(others)
  })
})
