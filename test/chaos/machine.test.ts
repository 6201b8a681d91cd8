import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { removeProjects } from '../support/gateway.ts'
import { until } from '../support/until.ts'
import { sendOrders, together } from './client.ts'
import { startClock } from './clock.ts'
import { type Rig, startRig } from './rig.ts'
import { type SmallDisk, smallDisk } from './small-disk.ts'

// What the machine does to a gateway: faults.md, rows 19 (full disk) and 20 (clock).

describe('a gateway on a machine', function () {
  this.timeout(60_000)
  let rig: Rig | undefined
  let folder = ''
  let disk: SmallDisk | undefined

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'waybill-machine-'))
  })
  afterEach(async () => {
    await rig?.stop()
    rig = undefined
    disk?.remove()
    disk = undefined
    rmSync(folder, { recursive: true })
  })
  after(removeProjects)

  const full = [
    { name: 'at its bound for free space', store: 'minFree: 4MB', code: 'OVERLOADED' },
    { name: 'and no bound was told', store: 'minFree: 1B', code: 'STORE_UNAVAILABLE' },
  ]
  for (const { name, store, code } of full)
    it(`whose disk is full, ${name}, answers 503 and lives, and goes on when there is space (row 19)`, async function () {
      disk = smallDisk(this)
      rig = await startRig({ targets: ['warehouse'], storePath: disk.store, store: `, bounds: { ${store} }` })
      const before = await sendOrders({ url: rig.url, count: 20, prefix: 'BEFORE' })
      await rig.settled()
      disk.fill()
      const { url, gateway } = rig
      await until('the gateway says that it is full', async () => (await tryOne(url)).includes(code))
      expect((await fetch(`${gateway.admin}/health/live`)).status).to.equal(200)
      disk.free()
      const after = await sendOrders({ url, count: 20, prefix: 'AFTER', patienceMs: 15_000 })
      expect(after.answered.size).to.equal(20)
      await rig.settled()
      await rig.verify(together(before, after, probes()), 0)
    })

  it('whose clock is set back an hour, on a day and back again loses nothing and repeats nothing (row 20)', async function () {
    const { environment, set } = startClock(this, folder)
    rig = await startRig({ targets: ['warehouse'], environment })
    await rig.target('warehouse').conduct({ failFirst: { every: 4, status: 503 } })
    const sent = []
    for (const [index, offset] of ['-3600', '+86400', '-3600', '+0', '+86400'].entries()) {
      const sending = sendOrders({ url: rig.url, count: 40, prefix: `CLOCK${index}`, perSecond: 200 })
      set(offset)
      sent.push(await sending)
      expect(sent[index]?.answered.size).to.equal(40)
    }
    await rig.settled()
    await rig.verify(together(...sent), 0)
    const { receivedAt } = await receipt(rig, sent[1]?.answered.get('CLOCK1-39') ?? '')
    expect(Date.parse(receivedAt) - Date.now(), 'the clock was on a day').to.be.above(80_000_000)
  })
})

async function receipt({ gateway }: Rig, id: string): Promise<{ readonly receivedAt: string }> {
  return (await gateway.api('GET', `/api/receipts/${id}`)) as { receivedAt: string }
}

let tried = 0

/** The answer to one more order, as text. */
async function tryOne(url: string): Promise<string> {
  const headers = { 'content-type': 'application/json' }
  const response = await fetch(url, { method: 'POST', headers, body: JSON.stringify({ id: `PROBE-${tried++}`, sentAt: Date.now() }) })
  return response.text()
}

/** The orders of `tryOne`: some may have been accepted before the disk was full. */
function probes() {
  return {
    attempted: new Set(Array.from({ length: tried }, (_, index) => `PROBE-${index}`)),
    answered: new Map(),
    refused: [],
    statuses: new Map(),
  }
}
