import { expect } from 'chai'
import type { Store } from '../../gateway/store/port.ts'
import { acceptOrders, createShop, refuse, type Shop } from './shop.ts'

describe('waybill dead replay and discard', () => {
  let shop: Shop
  let store: Store

  beforeEach(async () => {
    shop = createShop()
    store = await shop.open()
  })

  afterEach(() => shop.remove())

  async function deadOrders(count: number): Promise<string[]> {
    const keys = Array.from({ length: count }, (_, index) => `SO-${index}`)
    const ids = await acceptOrders(store, keys)
    await refuse(store, ...ids)
    return ids
  }

  it('replays by id, audited with who did it', async () => {
    const [id = ''] = await deadOrders(2)
    const { code, out } = await shop.waybill('dead', 'replay', id)
    expect([code, out]).to.deep.equal([0, '1 delivery opened again; waybill undelivered shows how they fare'])
    expect((await shop.waybill('explain', id)).out).to.match(/warehouse opened again by .+ \(waybill command\)$/m)
  })

  it('replays each once, over several shares, even where they die again at once', async () => {
    await deadOrders(501)
    const { replay } = store
    store.replay = async (...args) => {
      const opened = await replay(...args)
      await refuse(store, ...opened.map(({ messageId }) => messageId))
      return opened
    }
    expect(JSON.parse((await shop.waybill('dead', 'replay', '--target', 'warehouse', '--json')).out)).to.deep.equal({
      replayed: 501,
      refused: [],
    })
  })

  it('discards what is dead, never what of the same message is still on its way', async () => {
    const [id = ''] = await deadOrders(1)
    expect(await shop.waybill('dead', 'discard', id)).to.deep.include({ code: 0, out: '1 delivery discarded' })
    const { out } = await shop.waybill('explain', id)
    expect(out)
      .to.match(/^now: warehouse is discarded/m)
      .and.match(/^now: books is queued/m)
    expect((await shop.waybill('balance')).code).to.equal(0)
  })

  it('says when nothing was dead', async () => {
    expect(await shop.waybill('dead', 'replay', 'nothing')).to.deep.include({
      code: 1,
      out: 'No dead letter is among them: nothing was changed.',
    })
  })

  it('wants to be told which', async () => {
    const { code, err } = await shop.waybill('dead', 'discard')
    expect(code).to.equal(2)
    expect(err).to.match(/nothing is chosen; give ids, or --target/)
  })
})
