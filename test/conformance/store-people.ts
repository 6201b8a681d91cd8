import { expect } from 'chai'
import type { Answer } from '../../gateway/message.ts'
import type { Delivery } from '../../gateway/ports.ts'
import type { Store } from '../../gateway/store/port.ts'
import type { Bench } from './store.ts'
import { accept, bytes, change, dead, message, plan, text } from './store-support.ts'

const answer: Answer = { status: 201, headers: { 'x-id': '7' }, contentType: 'application/json', body: bytes('{"ok":true}') }

/** What people do and see: dead letters, replays, receipts, stories, pauses, calls. */
export function peopleCases(bench: () => Bench): void {
  describe('dead letters', () => deadCases(bench))
  describe('receipts and stories', () => viewCases(bench))
  describe('request-reply', () => callCases(bench))

  it('keeps which targets are paused', async () => {
    await bench().store.setPaused('books', true, 'ada')
    await bench().store.setPaused('warehouse', true, 'ada')
    await bench().store.setPaused('books', false, 'ada')
    expect(await (await bench().reopen()).paused()).to.deep.equal(['warehouse'])
  })
}

/** Six dead: three targets, two reasons, two routes. */
async function sixDead(store: Store): Promise<readonly Delivery[]> {
  const targets = ['a', 'b', 'c']
  const deliveries = await accept(store, plan({ receivedAt: 1_000 }, targets), plan({ receivedAt: 2_000, route: 'returns' }, targets))
  await store.settle(
    deliveries.map((one, index) =>
      dead(one, { attempts: 3, error: { code: index % 2 === 0 ? 'EXHAUSTED' : 'TARGET_REFUSED', detail: `no ${index}`, answer } }),
    ),
  )
  return deliveries
}

function deadCases(bench: () => Bench): void {
  const cases = [
    { name: 'a target', selection: { target: 'b' }, count: 2 },
    { name: 'a reason', selection: { reason: 'EXHAUSTED' }, count: 3 },
    { name: 'a route', selection: { route: 'returns' }, count: 3 },
    { name: 'a time', selection: { after: 1_500 }, count: 3 },
    { name: 'two at once', selection: { target: 'a', before: 1_500 }, count: 1 },
    { name: 'no ids', selection: { ids: [] }, count: 0 },
    { name: 'nothing', selection: {}, count: 6 },
  ]
  for (const { name, selection, count } of cases) {
    it(`are found, replayed and discarded by ${name}`, async () => {
      const { store } = bench()
      await sixDead(store)
      expect((await store.dead(selection)).items).to.have.length(count)
      expect(await store.replay(selection, 'ada')).to.have.length(count)
      expect((await store.dead({})).items).to.have.length(6 - count)
      expect((await store.undelivered(selection)).items).to.have.length(count)
      expect(await store.discard(selection, 'ada')).to.equal(count)
      expect(await store.balance()).to.deep.include({ balanced: true })
    })
  }

  it('are listed page by page, each once', async () => {
    const { store } = bench()
    const deliveries = await sixDead(store)
    const seen: string[] = []
    let cursor: string | undefined
    do {
      const page = await store.dead({}, cursor, 4)
      seen.push(...page.items.map(one => `${one.messageId} ${one.entry}`))
      cursor = page.cursor
    } while (cursor)
    expect(seen).to.have.members(deliveries.map(one => `${one.messageId} ${one.entry}`))
  })

  it('say why, since when and after how many attempts', async () => {
    const [first] = await sixDead(bench().store)
    const { items } = await bench().store.dead({ ids: [first?.messageId ?? ''], target: 'a' })
    expect(items).to.have.length(1)
    expect(items[0]).to.include({ entry: 'a', route: 'orders', reason: 'EXHAUSTED', detail: 'no 0', attempts: 3, acceptedAt: 1_000 })
  })

  it('open again as the same delivery, from no attempts, with a count of replays', async () => {
    const { store } = bench()
    const [delivery] = await accept(store, plan({}, ['warehouse'], { key: 'SO-1' }))
    if (!delivery) throw new Error('no delivery')
    await store.settle([dead(delivery, { attempts: 5 })])
    const [opened] = await store.replay({ ids: [delivery.messageId] }, 'ada')
    expect(opened).to.deep.include({ messageId: delivery.messageId, entry: 'warehouse', attempts: 0, replays: 1, key: 'SO-1' })
    expect(text(opened?.body)).to.equal(text(delivery.body))
    expect(store.fill()).to.include({ queued: 1, queuedBytes: delivery.body.length })
    expect(await store.due('warehouse', Date.now(), 9)).to.have.length(1)
    await store.settle([change(delivery)])
    expect(await store.receipt(delivery.messageId)).to.include({ state: 'delivered' })
    expect((await store.story(delivery.messageId))?.events.map(event => event.what)).to.have.members([
      'accepted',
      'dead',
      'replayed',
      'delivered',
    ])
  })

  it('open again with a new body', async () => {
    const { store } = bench()
    const deliveries = await accept(store, plan({}, ['a', 'b']))
    await store.settle(deliveries.map(one => dead(one)))
    const fresh = {
      contentType: 'text/plain',
      headers: { 'x-new': '1' },
      params: { sku: 'A' },
      body: bytes('mapped anew, and longer than before'),
    }
    const id = deliveries[0]?.messageId ?? ''
    const opened = await store.replay({ ids: [id] }, 'ada', new Map([[`${id} b`, fresh]]))
    expect(opened.map(one => text(one.body))).to.deep.equal([text(deliveries[0]?.body), text(fresh.body)])
    const [due] = await store.due('b', Date.now(), 1)
    expect(due).to.deep.include({ contentType: 'text/plain', headers: { 'x-new': '1' }, params: { sku: 'A' }, remapped: 1 })
    expect(opened[0]).not.to.have.property('remapped')
    expect(store.fill().queuedBytes).to.equal((deliveries[0]?.body.length ?? 0) + fresh.body.length)
    expect(await store.balance()).to.deep.include({ balanced: true })
  })

  it('remember which replay mapped them anew, through later replays', async () => {
    const { store } = bench()
    const [delivery] = await accept(store, plan({}, ['a']))
    if (!delivery) throw new Error('no delivery')
    const fresh = new Map([[`${delivery.messageId} a`, { contentType: 'text/plain', headers: {}, body: bytes('anew') }]])
    const seen: (number | undefined)[] = []
    for (const remade of [undefined, fresh, undefined]) {
      await store.settle([dead(delivery)])
      seen.push((await store.replay({}, 'ada', remade))[0]?.remapped)
    }
    expect(seen).to.deep.equal([undefined, 2, 2])
  })

  it('count their age anew once they are open again', async () => {
    const { store } = bench()
    const [delivery] = await accept(store, plan({ receivedAt: 1_000 }, ['a']))
    if (!delivery) throw new Error('no delivery')
    expect((await store.due('a', Date.now(), 1))[0]?.acceptedAt).to.equal(1_000)
    await store.settle([dead(delivery)])
    const before = Date.now()
    const [opened] = await store.replay({}, 'ada')
    const [due] = await store.due('a', Date.now(), 1)
    expect(opened?.acceptedAt).to.be.within(before, Date.now())
    expect(due?.acceptedAt).to.equal(opened?.acceptedAt)
    expect((await store.undelivered({})).items[0]?.acceptedAt).to.equal(1_000)
  })

  it('stay dead where they are excepted', async () => {
    const { store } = bench()
    const [a, b] = await sixDead(store)
    const except = [`${a?.messageId} a`]
    const opened = await store.replay({ ids: [a?.messageId ?? ''], except }, 'ada')
    expect(opened.map(({ entry }) => entry)).to.deep.equal(['b', 'c'])
    expect(b?.messageId).to.equal(a?.messageId)
  })

  it('stay dead when they are replayed by what does not fit', async () => {
    await sixDead(bench().store)
    expect(await bench().store.replay({ ids: ['unknown'] }, 'ada')).to.deep.equal([])
    expect(await bench().store.discard({ target: 'unknown' }, 'ada')).to.equal(0)
  })

  it('may be more than one transaction holds', async () => {
    const { store } = bench()
    const deliveries = await accept(store, ...Array.from({ length: 1_100 }, () => plan()))
    await store.settle(deliveries.map(one => dead(one)))
    expect(await store.replay({}, 'ada')).to.have.length(1_100)
    expect(await store.discard({}, 'ada')).to.equal(1_100)
    expect(await store.balance()).to.deep.include({ balanced: true })
  })

  it('keep a message that was never accepted, once for each identity', async () => {
    const { store } = bench()
    const buried = {
      message: message({ identity: 'amqp:9', body: bytes('\u0000 not json') }),
      code: 'NOT_READABLE',
      detail: 'at 0',
    } as const
    await store.bury([buried])
    await store.bury([{ ...buried, message: message({ identity: 'amqp:9' }) }])
    const { items } = await store.dead({})
    expect(items).to.have.length(1)
    expect(items[0]).to.include({ target: '-', entry: '-', reason: 'NOT_READABLE', detail: 'at 0' })
    const story = await store.story(buried.message.id)
    expect(text(story?.message.body)).to.equal('\u0000 not json')
    expect(story?.events.map(event => event.what)).to.include('buried')
    expect(await store.balance()).to.deep.include({ balanced: true, messages: 1 })
  })
}

function viewCases(bench: () => Bench): void {
  it('show each target, and the state that follows from them', async () => {
    const { store } = bench()
    const [a, b] = await accept(store, plan({}, ['a', 'b'], { key: 'SO-1' }))
    if (!a || !b) throw new Error('no deliveries')
    const id = a.messageId
    expect(await store.receipt(id)).to.deep.include({ id, route: 'orders', key: 'SO-1', state: 'accepted' })
    const at = Date.now()
    await store.settle([
      change(a, { at }),
      change(b, { state: 'waiting', attempts: 2, dueAt: at + 5_000, error: { code: 'TARGET_UNAVAILABLE', detail: '503 from b' } }),
    ])
    expect((await store.receipt(id))?.targets).to.deep.equal([
      { target: 'a', entry: 'a', state: 'delivered', attempts: 1, deliveredAt: new Date(at).toISOString() },
      {
        target: 'b',
        entry: 'b',
        state: 'waiting',
        attempts: 2,
        lastError: 'TARGET_UNAVAILABLE: 503 from b',
        nextAttemptAt: new Date(at + 5_000).toISOString(),
      },
    ])
    expect((await store.receipt(id))?.state).to.equal('accepted')
    await store.settle([change(b, { state: 'expired', attempts: 2 })])
    expect((await store.receipt(id))?.state).to.equal('failed')
  })

  it('are shown to the client that sent the message, and to no other', async () => {
    const [delivery] = await accept(bench().store, plan({ client: 'shop' }))
    const id = delivery?.messageId ?? ''
    expect(await bench().store.receipt(id, 'shop')).to.include({ id })
    expect(await bench().store.receipt(id, 'other')).to.equal(undefined)
    expect(await bench().store.receipt('unknown')).to.equal(undefined)
  })

  it('of messages that nobody in particular sent are shown to nobody in particular', async () => {
    const { store } = bench()
    const sent = [plan({}, ['a'], { key: 'SO-1' }), plan({ client: 'shop' }, ['a'], { key: 'SO-1' })]
    const [open, owned] = (await accept(store, ...sent)).map(one => one.messageId)
    expect(await store.receipt(open ?? '', '')).to.include({ id: open })
    expect(await store.receipt(owned ?? '', '')).to.equal(undefined)
    expect((await store.receipts({ key: 'SO-1', client: '' })).items.map(one => one.id)).to.deep.equal([open])
    expect((await store.receipts({ client: '' })).items.map(one => one.id)).to.deep.equal([open])
  })

  it('are found by route, key, client and state, the newest first, page by page', async () => {
    const { store } = bench()
    const keyed = (index: number) => plan({ client: index % 2 ? 'shop' : 'desk' }, ['a'], { key: `SO-${index % 3}` })
    const deliveries = await accept(store, ...Array.from({ length: 7 }, (_, index) => keyed(index)), plan({ route: 'returns' }))
    await store.settle(deliveries.slice(0, 2).map(one => change(one)))
    const ids = async (query: Parameters<Store['receipts']>[0]) => (await store.receipts(query)).items.map(one => one.id)
    const nth = (...indexes: number[]) => indexes.map(index => deliveries[index]?.messageId)
    expect(await ids({ route: 'orders', key: 'SO-0' })).to.deep.equal(nth(6, 3, 0))
    expect(await ids({ route: 'orders', key: 'SO-0', client: 'shop' })).to.deep.equal(nth(3))
    expect(await ids({ state: 'delivered' })).to.deep.equal(nth(1, 0))
    const first = await store.receipts({ route: 'orders', limit: 5 })
    expect(first.items).to.have.length(5)
    expect(await ids({ route: 'orders', limit: 5, ...(first.cursor !== undefined && { cursor: first.cursor }) })).to.deep.equal(nth(1, 0))
  })

  it('tell every failed attempt with what the target answered', async () => {
    const { store } = bench()
    const [delivery] = await accept(
      store,
      plan({ headers: { 'x-shop': 'eu' }, client: 'shop', sourceIndex: 1, meta: { path: { sku: 'A' } } }),
    )
    if (!delivery) throw new Error('no delivery')
    const error = { code: 'TARGET_UNAVAILABLE', detail: '503', answer: { ...answer, body: bytes('x'.repeat(5_000)) } } as const
    await store.settle([change(delivery, { state: 'waiting', attempts: 1, dueAt: 1, error })])
    await store.settle([change(delivery, { attempts: 2 })])
    const story = await store.story(delivery.messageId)
    expect(story?.message).to.deep.include({
      ...{ id: delivery.messageId, client: 'shop', sourceIndex: 1 },
      ...{ headers: { 'x-shop': 'eu' }, meta: { path: { sku: 'A' } } },
    })
    expect(story?.deliveries[0]).to.include({ state: 'delivered', chosen: 'to[0]', attempts: 2, place: 'store' })
    const failed = story?.events.find(event => event.what === 'attempt-failed')
    expect(failed).to.include({ entry: 'warehouse', attempt: 1, code: 'TARGET_UNAVAILABLE', detail: '503', dueAt: 1 })
    expect(failed?.answer).to.have.length(4_096)
    expect(await store.story('unknown')).to.equal(undefined)
  })
}

function callCases(bench: () => Bench): void {
  it('runs a call once, and keeps its answer for the window', async () => {
    const { store } = bench()
    const begin = (hash = 'h') => store.beginCall('rest:shop:1', hash)
    expect(await begin()).to.equal('new')
    expect(await begin()).to.equal('running')
    expect(await begin('other')).to.equal('conflict')
    await store.endCall('rest:shop:1', answer)
    const kept = await begin()
    if (typeof kept === 'string') throw new Error(`expected the kept answer, got ${kept}`)
    expect({ ...kept, body: text(kept.body) }).to.deep.equal({ ...answer, body: text(answer.body) })
    expect(await begin('other')).to.equal('conflict')
  })

  it('frees the identity of a call that ended without an answer, or with the process', async () => {
    await bench().store.beginCall('a', 'h')
    await bench().store.endCall('a')
    expect(await bench().store.beginCall('a', 'h2')).to.equal('new')
    await bench().store.beginCall('b', 'h')
    expect(await (await bench().reopen()).beginCall('b', 'h2')).to.equal('new')
  })

  it('keeps a reply that came after the receipt', async () => {
    const { store } = bench()
    const [delivery] = await accept(store, plan())
    const id = delivery?.messageId ?? ''
    await store.keepReply(id, 'warehouse', answer)
    expect((await store.receipt(id))?.reply).to.deep.equal({ status: 201, contentType: 'application/json', body: '{"ok":true}' })
    expect((await store.story(id))?.events.map(event => event.what)).to.include('late-reply')
  })
}
