import { expect } from 'chai'
import { newId } from '../../gateway/message.ts'
import type { Plan } from '../../gateway/ports.ts'
import type { Store } from '../../gateway/store/port.ts'
import type { Bench } from './store.ts'
import { plan } from './store-support.ts'

const delivered = (messageId: string, entry = 'warehouse') => ({
  messageId,
  entry,
  state: 'delivered' as const,
  attempts: 1,
  at: Date.now(),
})

/** A message that is split later, by its one delivery. */
function parentPlan(): Plan {
  const made = plan()
  const [first] = made.deliveries
  return { ...made, splits: 'later', deliveries: first ? [{ ...first, entry: 'records', target: 'split:orders' }] : [] }
}

function child(parent: Plan, number: number, more: Partial<Plan> = {}): Plan {
  const made = plan()
  const { identity: _, ...message } = made.message
  const record = { ...message, id: newId(), parent: parent.message.id, meta: { record: { number, line: number + 1 } } }
  return { ...made, message: record, ...more }
}

const BAD = { code: 'MAPPING_FAILED' as const, detail: 'no table' }

/** What a store promises of messages that are split into records. */
export function familyCases(bench: () => Bench): void {
  describe('records of a split message', () => {
    let store: Store
    beforeEach(() => {
      store = bench().store
    })

    const receiptOf = async (parent: Plan) => {
      const view = await store.receipt(parent.message.id)
      return { state: view?.state, records: view?.records }
    }

    it('are counted by how they end, and the message ends with the last of them', async () => {
      const parent = parentPlan()
      await store.accept([parent], 'store')
      const [one, two] = [child(parent, 1), child(parent, 3)]
      const reject = { message: child(parent, 2).message, code: 'SCHEMA_INVALID' as const, detail: 'qty is no number' }
      await store.accept([one, two], 'store', { position: { source: `split:${parent.message.id}`, value: '3' }, buried: [reject] })
      expect(await store.position(`split:${parent.message.id}`)).to.equal('3')
      const read = { read: 3, accepted: 2, known: 0, rejected: 1, filtered: 0, complete: false }
      expect(await receiptOf(parent)).to.deep.equal({ state: 'accepted', records: { ...read, delivered: 0, failed: 0 } })

      await store.settle([delivered(one.message.id), delivered(parent.message.id, 'records')])
      expect((await receiptOf(parent)).state).to.equal('accepted')
      await store.settle([{ ...delivered(two.message.id), state: 'dead', error: { code: 'TARGET_REFUSED', detail: 'no' } }])
      expect(await receiptOf(parent)).to.deep.equal({ state: 'failed', records: { ...read, complete: true, delivered: 1, failed: 1 } })

      const { items } = await store.rejects(parent.message.id)
      expect(items).to.have.length(1)
      expect(items[0]).to.include({ number: 2, line: 3, code: 'SCHEMA_INVALID', detail: 'qty is no number' })
      expect((await store.balance()).balanced).to.equal(true)
    })

    it('are open again while one of them is replayed, and its end is told once', async () => {
      const parent = parentPlan()
      await store.accept([parent], 'store')
      const one = child(parent, 1)
      await store.accept([one], 'store')
      await store.settle([
        { ...delivered(one.message.id), state: 'dead', error: { code: 'TARGET_REFUSED', detail: 'no' } },
        delivered(parent.message.id, 'records'),
      ])
      const [ended] = await store.untold()
      expect(ended).to.include({ id: parent.message.id, route: 'orders' }).and.to.have.property('settledAt')
      await store.replay({ ids: [one.message.id] }, 'anna')
      expect((await receiptOf(parent)).state).to.equal('accepted')
      await store.settle([delivered(one.message.id)])
      expect((await receiptOf(parent)).state).to.equal('delivered')
      await store.tell([parent.message.id])
      expect(await store.untold()).to.deep.equal([])
    })

    it('that were rejected are accepted after all, once', async () => {
      const parent = parentPlan()
      await store.accept([parent], 'store')
      const mended = child(parent, 1)
      await store.accept([], 'store', { buried: [{ message: mended.message, code: 'MAPPING_FAILED', detail: 'no table' }] })
      expect((await store.revive([mended], 'anna'))[0]).to.have.length(1)
      expect(await store.revive([mended], 'anna')).to.deep.equal([undefined])
      await store.settle([delivered(mended.message.id), delivered(parent.message.id, 'records')])
      expect(await receiptOf(parent)).to.deep.include({ state: 'delivered' })
      expect((await store.balance()).balanced).to.equal(true)
    })

    it('of a message that is known already are known with it', async () => {
      const parent = { ...parentPlan(), splits: 'all' as const, deliveries: [] }
      const again = { ...parent, message: { ...parent.message, id: newId() } }
      const identified = (of: Plan) => ({ ...of, message: { ...of.message, identity: 'file:1' } })
      await store.accept([identified(parent), child(parent, 1)], 'store')
      const results = await store.accept([identified(again), child(again, 1)], 'store')
      expect(results.map(({ kind, id }) => [kind, id])).to.deep.equal([
        ['known', parent.message.id],
        ['known', parent.message.id],
      ])
      expect((await receiptOf(parent)).records).to.include({ accepted: 1, known: 0 })
    })

    it('whose `once` is known are counted, and one with another content is rejected', async () => {
      const parent = parentPlan()
      await store.accept([parent], 'store')
      const first = child(parent, 1, { once: { value: 'SO-1', hash: 'a' } })
      await store.accept([first], 'store')
      await store.accept(
        [child(parent, 2, { once: { value: 'SO-1', hash: 'a' } }), child(parent, 3, { once: { value: 'SO-1', hash: 'b' } })],
        'store',
      )
      expect((await receiptOf(parent)).records).to.include({ read: 3, accepted: 1, known: 1, rejected: 1 })
      expect((await store.rejects(parent.message.id)).items[0]).to.include({ number: 3, code: 'KEY_CONFLICT' })
      expect((await store.balance()).balanced).to.equal(true)
    })

    it('that one message carries end as it does', async () => {
      const members = [plan(), plan()].map(one => ({
        ...one,
        deliveries: one.deliveries.map(each => ({ ...each, target: 'batch:orders/bank' })),
      }))
      await store.accept(members, 'store')
      const carrier = plan()
      const batch = { id: carrier.message.id, members: members.map(({ message }) => ({ messageId: message.id, entry: 'warehouse' })) }
      await store.accept([carrier], 'store', { batch })
      expect((await store.story(members[0]?.message.id ?? ''))?.deliveries[0]).to.include({ place: 'batch', batch: carrier.message.id })
      expect(await store.due('batch:orders/bank', Date.now(), 10)).to.deep.equal([])
      const again = await store.accept([plan()], 'store', { batch }).catch((error: unknown) => error)
      expect(again).to.include({ code: 'INTERNAL' })
      const states = async () => Promise.all(members.map(async ({ message }) => (await store.receipt(message.id))?.state))
      await store.settle([{ ...delivered(carrier.message.id), state: 'dead', error: { code: 'TARGET_REFUSED', detail: 'no' } }])
      expect(await states()).to.deep.equal(['accepted', 'accepted'])
      await store.replay({ ids: [carrier.message.id] }, 'anna')
      store = await bench().reopen()
      await store.settle([delivered(carrier.message.id)])
      expect(await states()).to.deep.equal(['delivered', 'delivered'])
      expect((await store.balance()).balanced).to.equal(true)
    })

    it('are chosen among the dead by their message, and bear their places', async () => {
      const [parent, other] = [parentPlan(), parentPlan()]
      await store.accept([parent, other], 'store')
      const rejects = [child(parent, 2), child(other, 1), child(parent, 5)].map(({ message }) => ({ message, ...BAD }))
      await store.accept([], 'store', { buried: rejects })
      const ids = [rejects[0], rejects[2]].map(one => one?.message.id)
      const first = await store.dead({ parent: parent.message.id }, undefined, 1)
      const second = await store.dead({ parent: parent.message.id }, first.cursor, 1)
      expect([...first.items, ...second.items].map(({ messageId }) => messageId)).to.deep.equal(ids)
      expect(second.items[0]).to.deep.include({ parent: parent.message.id, record: { number: 5, line: 6 } })
      expect((await store.dead({ parent: parent.message.id }, second.cursor)).items).to.deep.equal([])
      const page = await store.rejects(parent.message.id, undefined, 1)
      expect(page.items.map(({ number }) => number)).to.deep.equal([2])
      expect((await store.rejects(parent.message.id, page.cursor)).items.map(({ number }) => number)).to.deep.equal([5])
    })

    it('that were refused with the whole are forgotten when it is read anew', async () => {
      const parent = parentPlan()
      await store.accept([parent], 'store')
      await store.bury([1, 2].map(number => ({ message: child(parent, number).message, ...BAD })))
      await store.settle([
        { ...delivered(parent.message.id, 'records'), state: 'dead', error: { code: 'RECORDS_REJECTED', detail: 'bad' } },
      ])
      expect((await receiptOf(parent)).records).to.include({ read: 2, rejected: 2 })
      await store.replay({ ids: [parent.message.id] }, 'anna')
      expect((await receiptOf(parent)).records).to.include({ read: 0, rejected: 0 })
      expect((await store.dead({ parent: parent.message.id })).items).to.deep.equal([])
      expect((await store.balance()).balanced).to.equal(true)
    })

    it('that are dead keep the body that they are read from', async () => {
      const retention = { bodiesMs: 1_000, receiptsMs: 1_000, maxSizeBytes: 1e12 }
      store = await bench().reopen({ retention, identityWindowMs: 1_000 })
      const [parent, other] = [parentPlan(), parentPlan()]
      await store.accept([parent, other], 'store')
      const reject = { message: child(parent, 1).message, ...BAD }
      await store.accept([], 'store', { buried: [reject] })
      await store.settle([parent, other].map(({ message }) => delivered(message.id, 'records')))
      const later = Date.now() + 3_600_000
      await store.prune(later)
      expect(await store.story(other.message.id)).to.equal(undefined)
      expect((await store.story(parent.message.id))?.message.body).to.have.length.above(0)
      await store.discard({ ids: [reject.message.id] }, 'anna')
      await store.prune(later)
      expect(await store.story(parent.message.id)).to.equal(undefined)
    })

    it('refers to stored bodies until retention has taken them', async () => {
      const stored = { sha256: 'ab'.repeat(32), bytes: 5_000_000 }
      const made = plan()
      await store.accept(
        [
          {
            ...made,
            message: { ...made.message, body: new Uint8Array(), stored },
            deliveries: made.deliveries.map(one => ({ ...one, body: new Uint8Array(), stored })),
          },
        ],
        'store',
      )
      const [due] = await store.due('warehouse', Date.now(), 10)
      expect(due?.stored).to.deep.equal(stored)
      expect((await store.story(made.message.id))?.message.stored).to.deep.equal(stored)
      expect(await store.referenced([stored.sha256, 'cd'.repeat(32)])).to.deep.equal([stored.sha256])
    })
  })
}
