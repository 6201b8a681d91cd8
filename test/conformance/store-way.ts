import { createHash } from 'node:crypto'
import { expect } from 'chai'
import type { Accepted, Place as Where } from '../../gateway/store/port.ts'
import type { Bench } from './store.ts'
import { accept, bytes, change, dead, deliveriesOf, message, plan, planned, text } from './store-support.ts'

/** Accept, dedupe, settle, due: the way of a message. */
export function wayCases(bench: () => Bench): void {
  describe('accepting', () => acceptCases(bench))
  describe('knowing a message again', () => identityCases(bench))
  describe('settling', () => settleCases(bench))
  describe('handing out', () => dueCases(bench))
}

function acceptCases(bench: () => Bench): void {
  it('answers with the deliveries that it will hand out', async () => {
    const { store } = bench()
    const given = plan(
      { headers: { 'x-shop': 'eu' }, meta: { operation: 'POST /orders' }, traceparent: '00-1-2-01', expiresAt: Date.now() + 60_000 },
      [],
      { key: 'SO-1', deliveries: [planned('warehouse', { headers: { 'x-a': '1' }, params: { id: '7' } })] },
    )
    const accepted = await accept(store, given)
    const due = await store.due('warehouse', Date.now(), 10)
    expect(due.map(plain)).to.deep.equal(accepted.map(plain))
  })

  it('keeps bodies byte by byte, shared or not, empty or large', async () => {
    const { store } = bench()
    const large = new Uint8Array(300_000).map((_, index) => index * 7)
    const odd = Uint8Array.from([0, 255, 10, 13, 0, 239, 187, 191])
    const deliveries = [
      planned('a', { body: odd }),
      planned('b', { body: large }),
      planned('c', { body: new Uint8Array() }),
      planned('d', { body: Uint8Array.from(odd) }),
    ]
    const { id } = await accepted(bench, plan({ body: odd }, [], { deliveries }))
    for (const { target, body } of deliveries) {
      const [due] = await store.due(target, Date.now(), 1)
      expect(Buffer.compare(due?.body ?? bytes('none'), body), target).to.equal(0)
    }
    expect(Buffer.compare((await store.story(id))?.message.body ?? bytes('none'), odd)).to.equal(0)
  })

  it('takes a batch as one, with the position of its source', async () => {
    const { store } = bench()
    expect(await store.position('file:orders.csv')).to.equal(undefined)
    await store.accept([plan(), plan()], 'store', { position: { source: 'file:orders.csv', value: '2' } })
    await store.accept([plan()], 'store', { position: { source: 'file:orders.csv', value: '3' } })
    expect(await (await bench().reopen()).position('file:orders.csv')).to.equal('3')
  })

  it('takes nothing of a batch that has a fault, and harms no neighbour', async () => {
    const { store } = bench()
    const first = plan()
    const neighbour = plan()
    await accept(store, first)
    const [bad, good] = await Promise.allSettled([store.accept([plan(), first], 'store'), store.accept([neighbour], 'store')])
    expect([bad.status, good.status]).to.deep.equal(['rejected', 'fulfilled'])
    const due = await store.due('warehouse', Date.now(), 10)
    expect(due.map(one => one.messageId)).to.deep.equal([first.message.id, neighbour.message.id])
  })

  it('keeps a filtered message with its reason', async () => {
    const { store } = bench()
    const { id } = await accepted(bench, plan({}, [], { filtered: 'test orders stay here' }))
    expect(await store.receipt(id)).to.include({ state: 'filtered', because: 'test orders stay here' })
    expect((await store.balance()).filtered).to.equal(1)
  })
}

function identityCases(bench: () => Bench): void {
  const identity = 'rest:shop:key-1'

  it('makes one message of the same identity 100 times at once', async () => {
    const { store } = bench()
    const results = (await Promise.all(Array.from({ length: 100 }, () => store.accept([plan({ identity })], 'store')))).flat()
    expect(results.filter(result => result.kind === 'accepted')).to.have.length(1)
    expect(results.filter(result => result.kind === 'known')).to.have.length(99)
    expect(new Set(results.map(result => result.id)).size).to.equal(1)
    expect(await store.balance()).to.deep.include({ messages: 1, duplicates: 99, balanced: true })
  })

  it('makes one message of the same identity within one batch', async () => {
    const results = await bench().store.accept([plan({ identity }), plan({ identity })], 'store')
    expect(results.map(result => result.kind)).to.deep.equal(['accepted', 'known'])
  })

  it('says conflict for another content, and writes nothing', async () => {
    const { store } = bench()
    const { id } = await accepted(bench, plan({ identity }))
    expect(await store.accept([plan({ identity, body: bytes('{"orderId":"SO-2"}') })], 'store')).to.deep.equal([{ kind: 'conflict', id }])
    expect((await store.balance()).messages).to.equal(1)
  })

  it('tells the first message of an identity and a content without accepting anything', async () => {
    const { store } = bench()
    const { message } = plan({ identity })
    expect(await store.known(message)).to.equal(undefined)
    const { id } = await accepted(bench, plan({ identity }))
    expect(await store.known(message)).to.deep.equal({ id, filtered: false })
    expect(await store.known({ ...message, body: bytes('{}') })).to.equal(undefined)
    expect(await store.known({ body: message.body, receivedAt: message.receivedAt })).to.equal(undefined)
  })

  it('says of a known message whether it is open and whether it was filtered', async () => {
    const { store } = bench()
    const [delivery] = await accept(store, plan({ identity }))
    expect(await again(bench, plan({ identity }))).to.include({ kind: 'known', open: true, filtered: false })
    if (delivery) await store.settle([change(delivery)])
    expect(await again(bench, plan({ identity }))).to.include({ kind: 'known', open: false, filtered: false })
    await store.accept([plan({ identity: 'rest:shop:key-2' }, [], { filtered: 'a test' })], 'store')
    expect(await again(bench, plan({ identity: 'rest:shop:key-2' }))).to.include({ kind: 'known', open: false, filtered: true })
  })

  it('knows a message by `once` from any source of the route, by the canonical body', async () => {
    const once = { value: 'SO-1', hash: 'h-1' }
    const { id } = await accepted(bench, plan({ identity }, ['warehouse'], { once }))
    const others: [Parameters<typeof plan>[0], typeof once, string][] = [
      [{ source: 'soap /orders', body: bytes('<order/>') }, once, 'known'],
      [{ identity: 'rest:shop:key-9' }, once, 'known'],
      [{}, { value: 'SO-1', hash: 'h-2' }, 'conflict'],
      [{ route: 'returns' }, once, 'accepted'],
      [{}, { value: 'SO-2', hash: 'h-1' }, 'accepted'],
    ]
    for (const [given, theirs, kind] of others) {
      const result = await again(bench, plan(given, ['warehouse'], { once: theirs }))
      expect(result.kind).to.equal(kind)
      if (kind !== 'accepted') expect(result.id).to.equal(id)
    }
    expect(await again(bench, plan({ identity: 'rest:shop:key-9' }))).to.include({ kind: 'known', id })
  })

  it('forgets an identity when the window after the settlement is over, and not while it is open', async () => {
    const hour = 3_600_000
    await bench().reopen({ identityWindowMs: hour })
    const { store } = bench()
    const start = Date.now()
    const [delivery] = await accept(store, plan({ identity, receivedAt: start }))
    expect(await again(bench, plan({ identity, receivedAt: start + 9 * hour }))).to.include({ kind: 'known' })
    if (delivery) await store.settle([change(delivery, { at: start + 9 * hour })])
    expect(await again(bench, plan({ identity, receivedAt: start + 9.9 * hour }))).to.include({ kind: 'known' })
    expect(await again(bench, plan({ identity, receivedAt: start + 10.1 * hour }))).to.include({ kind: 'accepted' })
  })

  it('deduplicates nothing without an identity', async () => {
    const results = await bench().store.accept([plan(), plan()], 'store')
    expect(results.map(result => result.kind)).to.deep.equal(['accepted', 'accepted'])
  })
}

function settleCases(bench: () => Bench): void {
  it('changes nothing when it is settled a second time', async () => {
    const { store } = bench()
    const [delivery] = await accept(store, plan())
    if (!delivery) throw new Error('no delivery')
    await store.settle([change(delivery)])
    for (const state of ['dead', 'waiting', 'delivered', 'expired'] as const) {
      await store.settle([change(delivery, { state, attempts: 9, error: { code: 'TARGET_TIMEOUT', detail: 'late' } })])
    }
    expect(await only(bench, delivery.messageId)).to.include({ state: 'delivered', attempts: 1 })
    expect(await store.balance()).to.deep.include({ balanced: true })
    expect(store.fill()).to.include({ queued: 0, queuedBytes: 0 })
  })

  it('keeps its counts of what is open, through a restart as well', async () => {
    const deliveries = await accept(bench().store, plan({}, ['a', 'b']), plan({}, ['a']))
    const size = (some: typeof deliveries) => some.reduce((sum, one) => sum + one.body.length, 0)
    await bench().store.settle(deliveries.slice(0, 1).map(one => change(one)))
    const open = deliveries.slice(1)
    expect(bench().store.fill()).to.include({ queued: 2, queuedBytes: size(open), ok: true })
    const store = await bench().reopen()
    expect(store.fill()).to.include({ queued: 2, queuedBytes: size(open) })
    expect((await store.waiting()).map(({ target, count }) => ({ target, count }))).to.have.deep.members([
      { target: 'a', count: 1 },
      { target: 'b', count: 1 },
    ])
    expect(store.fill().freeBytes).to.be.greaterThan(0)
  })

  it('counts starts until the delivery is settled', async () => {
    const { store } = bench()
    const [one, two] = await accept(store, plan(), plan())
    if (!one || !two) throw new Error('no deliveries')
    expect(await store.started([one])).to.deep.equal([1])
    const reopened = await bench().reopen()
    expect(await reopened.begun()).to.deep.equal([{ messageId: one.messageId, entry: one.entry }])
    expect(await reopened.started([one, two])).to.deep.equal([2, 1])
    await reopened.settle([change(one, { state: 'waiting', dueAt: Date.now() })])
    expect(await reopened.started([one])).to.deep.equal([1])
  })
}

function dueCases(bench: () => Bench): void {
  const now = Date.now()

  it('hands out by due time, then by acceptance, and leaves out what is in hand', async () => {
    const { store } = bench()
    const [first, second, third] = await accept(store, plan({ receivedAt: now }), plan({ receivedAt: now }), plan({ receivedAt: now }))
    if (!first || !second || !third) throw new Error('no deliveries')
    await store.settle([change(first, { state: 'waiting', dueAt: now + 50 })])
    const ids = async (at: number, except?: ReadonlySet<string>, limit = 9) =>
      (await store.due('warehouse', at, limit, except)).map(one => one.messageId)
    expect(await ids(now)).to.deep.equal([second.messageId, third.messageId])
    expect(await ids(now + 50)).to.deep.equal([second.messageId, third.messageId, first.messageId])
    expect(await ids(now + 50, undefined, 1)).to.deep.equal([second.messageId])
    expect(await ids(now + 50, new Set([`${second.messageId} warehouse`]), 1)).to.deep.equal([third.messageId])
    expect(await store.nextDue('warehouse', now)).to.equal(now + 50)
    expect(await store.nextDue('warehouse', now + 50)).to.equal(undefined)
  })

  it('tells the attempts of one that waits, and its due time', async () => {
    const { store } = bench()
    const [delivery] = await accept(store, plan({ receivedAt: now - 9_000 }))
    if (!delivery) throw new Error('no delivery')
    await store.settle([change(delivery, { state: 'waiting', attempts: 3, dueAt: now + 700 })])
    expect((await store.due('warehouse', now + 700, 1))[0]).to.include({ attempts: 3, messageId: delivery.messageId })
    expect((await store.waiting())[0]).to.include({ target: 'warehouse', count: 1, dueAt: now + 700 })
  })

  it('hands out what was queued before the clock was set back', async () => {
    const { store } = bench()
    await accept(store, plan({ receivedAt: now + 3_600_000 }))
    expect(await store.due('warehouse', now, 10)).to.have.length(1)
  })

  it('holds back what lies in the broker or in a source, until it is recalled', async () => {
    const { store } = bench()
    const [one, two] = await accept(store, plan({}, ['a', 'b']), plan({}, ['a']))
    if (!one || !two) throw new Error('no deliveries')
    await store.placed([one, two], 'broker')
    const lying = async (target: string) => (await store.due(target, Date.now(), 9)).length
    expect([await lying('a'), await lying('b')]).to.deep.equal([1, 0])
    expect(await store.recall('broker', 'b')).to.equal(1)
    expect([await lying('a'), await lying('b')]).to.deep.equal([1, 1])
    expect(await store.recall('broker')).to.equal(1)
    expect([await lying('a'), await lying('b')]).to.deep.equal([2, 1])
  })

  it('takes back what lay in a source when it is opened again, and lets the source find it once', async () => {
    const source = 'amqp orders.in'
    const body = bytes('{"orderId":"SO-7"}')
    const given = [plan({ source, body }), plan({ source, body, identity: 'amqp:7' }), plan({ source: 'amqp other', body })]
    const deliveries = deliveriesOf(await bench().store.accept(given, 'source'))
    expect(await bench().store.due('warehouse', Date.now(), 9)).to.have.length(0)
    const store = await bench().reopen()
    expect(await store.due('warehouse', Date.now(), 9)).to.have.length(3)
    const hash = createHash('sha256').update(body).digest('hex')
    expect(await store.adopt(source, hash)).to.equal(deliveries[0]?.messageId)
    expect(await store.adopt(source, hash)).to.equal(undefined)
    expect(await store.adopt(source, 'another')).to.equal(undefined)
  })

  it('gives what waits for its retry back to the store, wherever it lay', async () => {
    const places: readonly Where[] = ['store', 'broker', 'source']
    for (const place of places) {
      const [delivery] = deliveriesOf(await bench().store.accept([plan({}, [place])], place))
      if (delivery) await bench().store.settle([change(delivery, { state: 'waiting', dueAt: now })])
      expect(await bench().store.due(place, now, 9), place).to.have.length(1)
    }
  })

  it('keeps in the store what was put to wait before the word came that the queue had taken it', async () => {
    const { store } = bench()
    const [one] = await accept(store, plan())
    if (!one) throw new Error('no delivery')
    await store.settle([change(one, { state: 'waiting', dueAt: now })])
    await store.placed([one], 'broker')
    const [again] = await store.due('warehouse', now, 9)
    if (!again) throw new Error('it was taken for one that the broker has')
    await store.placed([again], 'broker')
    expect(await store.due('warehouse', now, 9)).to.deep.equal([])
  })

  it('knows a copy that its delivery still waits for from one that is settled, older or of an earlier replay', async () => {
    const { store } = bench()
    const [delivery] = await accept(store, plan())
    if (!delivery) return
    const retried = { ...delivery, attempts: 1 }
    expect(await store.current([delivery, retried, { ...delivery, replays: 1 }])).to.deep.equal([true, false, false])
    await store.settle([change(delivery, { state: 'waiting', dueAt: now })])
    expect(await store.current([delivery, retried])).to.deep.equal([false, true])
    await store.settle([change(retried, { attempts: 2 })])
    expect(await store.current([retried, { ...retried, attempts: 2 }])).to.deep.equal([false, false])
  })

  it('opens no dead delivery by recalling', async () => {
    const { store } = bench()
    const [delivery] = await accept(store, plan())
    if (delivery) await store.settle([dead(delivery)])
    expect(await store.recall('store')).to.equal(0)
    expect(text((await store.story(delivery?.messageId ?? ''))?.message.body)).to.equal(text(message().body))
  })
}

async function accepted(bench: () => Bench, given: ReturnType<typeof plan>): Promise<Accepted> {
  const result = await again(bench, given)
  expect(result.kind).to.equal('accepted')
  return result
}

async function again(bench: () => Bench, given: ReturnType<typeof plan>): Promise<Accepted> {
  const [result] = await bench().store.accept([given], 'store')
  if (!result) throw new Error('no result')
  return result
}

async function only(bench: () => Bench, id: string) {
  const [target] = (await bench().store.receipt(id))?.targets ?? []
  if (!target) throw new Error(`no target in the receipt of ${id}`)
  return target
}

/** A delivery for comparing: its body as text. */
function plain<T extends { body: Uint8Array }>(delivery: T) {
  return { ...delivery, body: text(delivery.body) }
}
