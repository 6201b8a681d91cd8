import { expect } from 'chai'
import { acceptOrder, bury, createShop, refuse, type Shop } from './shop.ts'

describe('the commands about messages', () => {
  let shop: Shop
  let [id, other, buried] = ['', '', '']

  before(async () => {
    shop = createShop()
    const store = await shop.open()
    id = await acceptOrder(store, 'SO-1')
    other = await acceptOrder(store, 'SO-2')
    const error = { code: 'TARGET_UNAVAILABLE' as const, detail: 'connection refused' }
    await store.settle([
      { messageId: id, entry: 'books', state: 'waiting', attempts: 1, at: Date.now(), dueAt: Date.now() + 3_600_000, error },
    ])
    await refuse(store, id)
    buried = await bury(store)
  })

  after(() => shop.remove())

  // The same words, whether the running gateway is asked or its store is read.
  for (const how of ['through the admin API', 'from the store, while no gateway runs']) {
    describe(how, () => {
      before(async () => {
        if (how.startsWith('from')) await shop.close()
      })

      it('explain tells the story in words', async () => {
        const { code, out } = await shop.waybill('explain', id)
        expect(code).to.equal(0)
        expect(out).to.match(
          /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3} {2}accepted by route orders from rest POST \/v1\/orders \(client shop\), key SO-1; 2 entries planned: /m,
        )
        expect(out).to.match(/books attempt 1 failed: TARGET_UNAVAILABLE connection refused; next try in (1 h|59 min 59 s)$/m)
        expect(out).to.match(/^now: warehouse is dead since .* \(1 attempt\); last error: TARGET_REFUSED: warehouse answered 400/m)
        expect(out).to.match(
          /^now: books waits after 1 attempt; next try in (1 h|59 min \d+ s|59 min|60 min), at \d\d:\d\d:\d\d; last error: TARGET_UNAVAILABLE/m,
        )
      })

      it('explain --json is for programs', async () => {
        const { out } = await shop.waybill('explain', id, '--json', '--body')
        expect(JSON.parse(out)).to.have.nested.property('message.body.text', '{"id":"SO-1"}')
      })

      it('explain of an unknown message ends with 1', async () => {
        const { code, err } = await shop.waybill('explain', 'nothing')
        expect([code, err]).to.deep.equal([
          1,
          'waybill: no message nothing is known; retention may have removed it, or it was never accepted',
        ])
      })

      it('balance proves itself', async () => {
        const { code, out } = await shop.waybill('balance')
        expect(code).to.equal(0)
        expect(out).to.match(/^warehouse +2 +0 +1 +0 +0 +1$/m)
        expect(out).to.match(/It balances/)
      })

      it('undelivered says since when and why, and ends with 1', async () => {
        const { code, out } = await shop.waybill('undelivered', '--target', 'books')
        expect(code).to.equal(1)
        expect(out).to.match(new RegExp(`^${id} +books +SO-1 +waiting .*TARGET_UNAVAILABLE connection refused$`, 'm'))
        expect(out).to.match(new RegExp(`^${other} +books +SO-2 +queued .*not tried yet$`, 'm'))
        expect(out).to.match(/^2 deliveries$/m)
      })

      it('says when there is more than it shows', async () => {
        const { out } = await shop.waybill('undelivered', '--limit', '1', '--json')
        expect(JSON.parse(out)).to.have.property('more', true)
        expect(JSON.parse(out)).to.have.property('items').with.length(1)
      })

      it('dead list and dead show give the reason', async () => {
        const list = await shop.waybill('dead', 'list')
        expect(list.code).to.equal(1)
        expect(list.out).to.match(new RegExp(`^${id} +warehouse +SO-1 .* TARGET_REFUSED +warehouse answered 400: no such item$`, 'm'))
        const show = await shop.waybill('dead', 'show', id)
        expect(show.code).to.equal(0)
        expect(show.out).to.match(/^warehouse is dead since .*: TARGET_REFUSED warehouse answered 400: no such item/)
      })

      it('dead list --after and --before choose, by a moment or by how long ago', async () => {
        expect(await shop.waybill('dead', 'list', '--after', '2h')).to.have.property('code', 1)
        expect(await shop.waybill('dead', 'list', '--before', '2h')).to.have.property('code', 0)
        expect(await shop.waybill('dead', 'list', '--before', '2020-01-01T00:00Z')).to.have.property('code', 0)
      })

      it('explain says of a message that was never accepted why it is kept', async () => {
        const { code, out } = await shop.waybill('explain', buried)
        expect(code).to.equal(0)
        expect(out).to.match(/never accepted, kept as a dead letter since nobody waited for an answer: NOT_READABLE no JSON at 1:1$/m)
        expect(out).not.to.match(/accepted by route|chosen by/)
        expect((await shop.waybill('dead', 'show', buried)).out).to.match(
          /^the message itself is dead since .*: NOT_READABLE no JSON at 1:1$/m,
        )
      })

      it('dead list --reason chooses', async () => {
        expect(await shop.waybill('dead', 'list', '--reason', 'EXHAUSTED')).to.deep.include({ code: 0, out: 'No dead letters.' })
      })
    })
  }

  describe('while another process holds the store', () => {
    it('balance ends with 3 and says who', async () => {
      const { openReader } = await import('../../gateway/store/reader.ts')
      const reader = await openReader(`${shop.dir}/kept`)
      const { code, err } = await shop.waybill('balance')
      await reader.close()
      expect(code).to.equal(3)
      expect(err).to.match(/STORE_OWNED: .*kept is in use by process \d+/)
    })
  })
})
