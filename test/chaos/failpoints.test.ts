import { expect } from 'chai'
import { removeProjects } from '../support/gateway.ts'
import { rabbitmq } from '../support/rabbitmq.ts'
import { sendOrders } from './client.ts'
import type { Conduct } from './counting-target.ts'
import { longForms } from './forms.ts'
import { type Rig, type RigOptions, startRig } from './rig.ts'

// faults.md, rows 1 to 7: the gateway kills itself at a named point while a client sends orders and tries again with the same key.

interface Row {
  readonly row: number
  readonly what: string
  readonly point: string
  /** Repeats that a target may see in all. */
  readonly repeats: number
  readonly targets?: readonly string[]
  readonly conduct?: Conduct
  /** Targets are paused until the gateway runs again, so that what they see is the second run's alone. */
  readonly paused?: boolean
  /** The short form runs it with this queue alone, where the other would show little more. */
  readonly short?: 'embedded' | 'rabbitmq'
}

const three = ['warehouse', 'books', 'carrier']
const rows: readonly Row[] = [
  { row: 1, what: 'before a message is durable', point: 'store.committing:kill@8', repeats: 0, paused: true },
  {
    row: 2,
    short: 'embedded',
    what: 'after a message is durable, before its answer',
    point: 'store.committed:kill@8',
    repeats: 0,
    paused: true,
  },
  { row: 2, short: 'embedded', what: 'after accepted, before the queue', point: 'accept.stored:kill@20', repeats: 0, paused: true },
  {
    row: 2,
    short: 'rabbitmq',
    what: 'after the queue has it, before the answer',
    point: 'accept.offered:kill@20',
    repeats: 0,
    paused: true,
  },
  {
    row: 3,
    short: 'embedded',
    what: 'before the first of three copies',
    point: 'relay.publishing:kill@28',
    repeats: 0,
    targets: three,
    paused: true,
  },
  {
    row: 3,
    short: 'embedded',
    what: 'before the second of three copies',
    point: 'relay.publishing:kill@29',
    repeats: 0,
    targets: three,
    paused: true,
  },
  {
    row: 3,
    short: 'embedded',
    what: 'before the third of three copies',
    point: 'relay.publishing:kill@30',
    repeats: 0,
    targets: three,
    paused: true,
  },
  {
    row: 3,
    short: 'rabbitmq',
    what: 'after a copy is confirmed, before its mark',
    point: 'relay.published:kill@20',
    repeats: 0,
    targets: three,
    paused: true,
  },
  { row: 4, short: 'embedded', what: 'before the send to a target', point: 'delivery.sending:kill@10', repeats: 0 },
  { row: 5, what: "after the target's yes, before its record", point: 'delivery.sent:kill@10', repeats: 1 },
  {
    row: 6,
    what: 'after a retry is recorded, before the ack',
    short: 'embedded',
    point: 'settled.waiting:kill@4',
    repeats: 1,
    conduct: { failFirst: { every: 3, status: 503 } },
  },
  {
    row: 6,
    short: 'rabbitmq',
    what: 'after the release of a retry, before the mark',
    point: 'relay.released:kill@2',
    repeats: 1,
    conduct: { failFirst: { every: 3, status: 503 } },
  },
  {
    row: 7,
    short: 'embedded',
    what: 'after a dead letter is written, before the ack',
    point: 'settled.dead:kill@10',
    repeats: 0,
    conduct: { status: 400 },
  },
]

const ORDERS = longForms ? 300 : 60

for (const kind of ['embedded', 'rabbitmq'] as const)
  describe(`a gateway that is killed at a point, with the queue ${kind}`, function () {
    this.timeout(60_000)
    let broker: Pick<RigOptions, 'broker'> = {}
    let rig: Rig | undefined
    let vhost: (() => Promise<string>) | undefined

    before(async function () {
      this.timeout(120_000)
      if (kind === 'rabbitmq') vhost = (await rabbitmq(this)).vhost
    })
    beforeEach(async () => {
      if (vhost) broker = { broker: await vhost() }
    })
    afterEach(async () => {
      await rig?.stop()
      rig = undefined
    })
    after(removeProjects)

    for (const { row, what, point, repeats, targets = ['warehouse'], conduct, paused = false } of rowsFor(kind))
      it(`loses nothing, killed ${what} (row ${row}, ${point})`, async () => {
        rig = await startRig({ targets, inFlight: 1, ...broker, environment: { WAYBILL_FAILPOINT: point } })
        if (conduct) for (const name of targets) await rig.target(name).conduct(conduct)
        if (paused) await rig.pause(...targets)
        const sending = sendOrders({ url: rig.url, count: ORDERS, clients: 4, patienceMs: 20_000 })
        await rig.died()
        await rig.again()
        const sent = await sending
        expect(sent.answered.size).to.equal(ORDERS)
        if (paused) await rig.resume(...targets)
        await rig.settled()
        if (conduct?.status === 400) return expectDeadOnce(rig)
        await rig.verify(sent, repeats)
      })
  })

function rowsFor(kind: 'embedded' | 'rabbitmq'): readonly Row[] {
  return longForms ? rows : rows.filter(({ short = kind }) => short === kind)
}

async function expectDeadOnce(rig: Rig): Promise<void> {
  const { items } = (await rig.gateway.api('GET', '/api/dead?limit=500')) as { items: { id: string; messageId: string }[] }
  expect(new Set(items.map(({ messageId }) => messageId)).size).to.equal(items.length)
  const { targets } = await rig.balance()
  expect(targets.map(({ dead }) => dead)).to.deep.equal([ORDERS])
}
