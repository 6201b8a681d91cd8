import { setTimeout as pause } from 'node:timers/promises'
import { expect } from 'chai'
import { removeProjects } from '../support/gateway.ts'
import { findServer } from '../support/rabbitmq-node.ts'
import { sendOrders } from './client.ts'
import { type Cluster, startCluster } from './cluster.ts'
import { longForms } from './forms.ts'
import { type Rig, startRig } from './rig.ts'

const MAJORITY_LOST_MS = 30_000

describe('a gateway whose broker is a cluster of three (row 12)', function () {
  this.timeout(300_000)
  let cluster: Cluster
  let rig: Rig | undefined

  before(async function () {
    const bin = findServer()
    const reason = longForms ? !bin && 'no rabbitmq-server here' : 'a long form of npm run chaos'
    if (reason || !bin) {
      console.log(`      skipped: ${reason}`)
      return this.skip()
    }
    cluster = await startCluster(bin)
  })
  afterEach(async () => {
    await rig?.stop()
    rig = undefined
  })
  after(async () => {
    await cluster?.remove()
    removeProjects()
  })

  const faults = [
    { name: 'its leader', lost: [0], ms: 5_000 },
    { name: 'its majority for 30 s', lost: [1, 2], ms: MAJORITY_LOST_MS },
  ]
  for (const { name, lost, ms } of faults)
    it(`loses nothing while it loses ${name}`, async () => {
      rig = await startRig({ targets: ['warehouse'], broker: cluster.url })
      await pause(2_000) // see settledIn in broker.test.ts
      expect(await members(cluster)).to.equal(3)
      const count = (ms + 10_000) / 20
      const sending = sendOrders({ url: rig.url, count, perSecond: 50, clients: 200, patienceMs: 120_000 })
      await pause(2_000)
      for (const index of lost) await cluster.nodes[index]?.kill()
      await pause(ms)
      await Promise.all(lost.map(index => cluster.nodes[index]?.start()))
      const sent = await sending
      expect(sent.answered.size).to.equal(count)
      await rig.settled(60_000)
      await rig.verify(sent)
      await rig.balance()
    })
})

/** On how many nodes the work queue lies. */
async function members({ nodes: [first] }: Cluster): Promise<number> {
  const listed = (await first?.ctl('list_queues', '-p', 'w1', '--no-table-headers', 'name', 'members')) ?? ''
  const line = listed.split('\n').find(one => one.startsWith('waybill.chaos.warehouse'))
  return line?.match(/@localhost/g)?.length ?? 0
}
