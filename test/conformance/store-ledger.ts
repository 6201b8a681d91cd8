import { expect } from 'chai'
import type { Store } from '../../gateway/store/port.ts'
import { until } from '../support/until.ts'
import type { Bench } from './store.ts'
import { accept, change, dead, plan } from './store-support.ts'

const DAY = 86_400_000
const retention = { bodiesMs: 7 * DAY, receiptsMs: 30 * DAY, maxSizeBytes: 1e12 }

/** The proof, what survives, and what is taken away. */
export function ledgerCases(bench: () => Bench): void {
  describe('the balance', () => balanceCases(bench))
  describe('surviving', () => durabilityCases(bench))
  describe('retention', () => pruneCases(bench))
}

function balanceCases(bench: () => Bench): void {
  it('counts every state for each target', async () => {
    const { store } = bench()
    const [a, b, c, d, e] = await accept(store, ...Array.from({ length: 5 }, () => plan({}, ['a'])), plan({}, ['b']))
    if (!a || !b || !c || !d || !e) throw new Error('no deliveries')
    await store.placed([a, e], 'broker')
    await store.settle([change(a), dead(b), change(c, { state: 'expired' }), dead(d)])
    await store.discard({ ids: [d.messageId] }, 'ada')
    const { targets, balanced, messages, gaps } = await store.balance()
    expect({ balanced, messages, gaps }).to.deep.equal({ balanced: true, messages: 6, gaps: [] })
    expect(targets).to.deep.equal([
      { target: 'a', accepted: 5, delivered: 1, dead: 1, discarded: 1, expired: 1, queued: 1, atBroker: 1 },
      { target: 'b', accepted: 1, delivered: 0, dead: 0, discarded: 0, expired: 0, queued: 1, atBroker: 0 },
    ])
  })

  const byHand = [
    { name: 'a delivery that is gone', sql: 'DELETE FROM deliveries WHERE message_id = ? AND entry = ?', what: /no delivery accounts/ },
    { name: 'an accept line that is gone', sql: 'DELETE FROM messages WHERE id = ? AND ? <> id', what: /without an accept line/ },
    { name: 'a state that is none', sql: `UPDATE deliveries SET state = 'lost' WHERE message_id = ? AND entry = ?`, what: /state "lost"/ },
    {
      name: 'a body that is gone',
      sql: 'DELETE FROM bodies WHERE seq IN (SELECT body_seq FROM deliveries WHERE message_id = ? AND entry = ?)',
      what: /body is gone/,
    },
    {
      name: 'an entry that the accept line does not name',
      sql: `UPDATE messages SET entries = '{}' WHERE id = ? AND ? = 'a'`,
      what: /does not name/,
    },
  ]
  for (const { name, sql, what } of byHand) {
    it(`names the id of ${name}`, async () => {
      const { store, place } = bench()
      const deliveries = await accept(store, plan({}, ['a']), plan({}, ['a']), plan({}, ['a']))
      const id = deliveries[1]?.messageId ?? ''
      await place.byHand(sql, id, 'a')
      const { balanced, gaps } = await store.balance()
      expect(balanced).to.equal(false)
      expect(gaps.filter(gap => gap.messageId === id).map(gap => gap.entry)).to.deep.equal(['a'])
      expect(gaps.find(gap => gap.messageId === id)?.what).to.match(what)
    })
  }

  it('finds a message of which every trace was removed, by the totals', async () => {
    const { store, place } = bench()
    const [delivery] = await accept(store, plan({}, ['a']), plan({}, ['a']))
    await place.byHand('DELETE FROM messages WHERE id = ?', delivery?.messageId)
    await place.byHand('DELETE FROM deliveries WHERE message_id = ?', delivery?.messageId)
    const { balanced, gaps } = await store.balance()
    expect(balanced).to.equal(false)
    expect(gaps.map(gap => gap.what)).to.include('a accepted: the rows and what was pruned come to 1, the totals say 2')
  })

  it('is exact while messages are accepted and settled', async () => {
    const { store } = bench()
    let busy = true
    const traffic = Array.from({ length: 8 }, async () => {
      while (busy) await store.settle((await accept(store, plan({}, ['a', 'b']))).slice(0, 1).map(one => change(one)))
    })
    const seen: boolean[] = []
    for (let proofs = 0; proofs < 10; proofs += 1) seen.push((await store.balance()).balanced)
    busy = false
    await Promise.all(traffic)
    expect(seen).to.deep.equal(Array.from({ length: 10 }, () => true))
  })
}

function durabilityCases(bench: () => Bench): void {
  it('loses nothing that was told when its process is killed at any moment', async () => {
    const { place } = bench()
    await bench().store.close()
    for (const round of [1, 2, 3]) {
      const writer = place.writer()
      await until('the writer has accepted some', () => writer.ids.length > 40 * round)
      writer.kill()
      await writer.ended
      await kept(bench, writer.ids)
    }
  })

  for (const point of ['store.committing', 'store.committed']) {
    it(`loses nothing when it is killed at ${point}`, async () => {
      await bench().store.close()
      const writer = bench().place.writer({ WAYBILL_FAILPOINT: `${point}:kill@7` })
      await writer.ended
      expect(writer.ids.length).to.be.greaterThan(0)
      await kept(bench, writer.ids)
    })
  }

  it('ends what was called before it is closed, and refuses what comes after', async () => {
    const { store } = bench()
    const before = store.accept([plan()], 'store')
    await Promise.all([store.close(), store.close()])
    expect(await before).to.have.length(1)
    const after = await store.accept([plan()], 'store').catch((error: unknown) => error)
    expect(after).to.include({ code: 'STORE_UNAVAILABLE' })
    expect(store.fill()).to.include({ ok: false })
  })

  it('refuses a second owner, and says who holds it since when', async () => {
    const refusal = await bench()
      .place.open()
      .then(
        () => undefined,
        (error: unknown) => error,
      )
    expect(refusal).to.include({ code: 'STORE_OWNED' })
    expect(String(refusal)).to.match(new RegExp(`process ${process.pid} on .+ since \\d{4}-`))
  })
}

async function kept(bench: () => Bench, ids: readonly string[]): Promise<void> {
  const store = await bench().place.open()
  const receipts = await Promise.all(ids.map(id => store.receipt(id)))
  const balance = await store.balance()
  await store.close()
  expect(receipts.filter(receipt => receipt?.targets.length !== 2)).to.deep.equal([])
  expect(balance).to.deep.include({ balanced: true, gaps: [] })
}

function pruneCases(bench: () => Bench): void {
  const now = Date.now()
  const ages = [
    { name: 'a week', age: 8 * DAY, body: false, receipt: true },
    { name: 'a month', age: 31 * DAY, body: false, receipt: false },
    { name: 'a day', age: DAY, body: true, receipt: true },
  ]
  for (const { name, age, body, receipt } of ages) {
    it(`of ${name} leaves ${receipt ? '' : 'no '}receipt and ${body ? 'a' : 'no'} body of what is settled, and the totals stay`, async () => {
      const store = await bench().reopen({ retention })
      const receivedAt = now - age
      const deliveries = await accept(store, ...Array.from({ length: 450 }, () => plan({ receivedAt }, ['a', 'b'])))
      const filtered = (await store.accept([plan({ receivedAt }, [], { filtered: 'a test' })], 'store'))[0]
      await store.settle(deliveries.map(one => change(one, { at: receivedAt })))
      const before = await store.balance()
      expect(await store.prune(now)).to.deep.equal({ bodies: body ? 0 : 451, receipts: receipt ? 0 : 451 })
      const story = await store.story(deliveries[0]?.messageId ?? '')
      expect([story?.message.body !== undefined, story !== undefined]).to.deep.equal([body, receipt])
      expect((await store.receipt(filtered?.id ?? '')) !== undefined).to.equal(receipt)
      expect(await store.balance()).to.deep.equal(before)
      expect(before.balanced).to.equal(true)
    })
  }

  it('takes nothing that is undelivered or dead', async () => {
    const store = await bench().reopen({ retention })
    const receivedAt = now - 90 * DAY
    const [one, two, three] = await accept(store, ...Array.from({ length: 3 }, () => plan({ receivedAt })))
    if (!one || !two || !three) throw new Error('no deliveries')
    await store.settle([dead(one, { at: receivedAt }), change(two, { state: 'waiting', dueAt: receivedAt, at: receivedAt })])
    expect(await store.prune(now)).to.deep.equal({ bodies: 0, receipts: 0 })
    expect(await store.replay({}, 'ada')).to.have.length(1)
    expect(await store.due('warehouse', Date.now(), 9)).to.have.length(3)
  })

  it('takes the oldest settled bodies early when the store is too large', async () => {
    const store = await bench().reopen({ retention: { ...retention, maxSizeBytes: 1 } })
    const [one, two] = await accept(store, plan({ receivedAt: now }), plan({ receivedAt: now }))
    if (one) await store.settle([change(one)])
    expect((await store.prune(now)).bodies).to.equal(1)
    expect((await store.story(one?.messageId ?? ''))?.message.body).to.equal(undefined)
    expect((await store.due('warehouse', now, 9)).map(due => due.messageId)).to.deep.equal([two?.messageId])
  })

  it('forgets identities when their window is over', async () => {
    const store: Store = await bench().reopen({ identityWindowMs: DAY, retention })
    const identity = 'rest:shop:old'
    const [old] = await accept(store, plan({ identity, receivedAt: now - 3 * DAY }))
    if (old) await store.settle([change(old, { at: now - 2 * DAY })])
    await store.prune(now)
    const [again] = await store.accept([plan({ identity, receivedAt: now - 2.5 * DAY })], 'store')
    expect(again?.kind).to.equal('accepted')
  })
}
