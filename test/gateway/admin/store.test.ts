import { expect } from 'chai'
import type { Store } from '../../../gateway/store/port.ts'
import { acceptOrders, createShop, refuse, type Shop } from '../../cli/shop.ts'

describe('the admin API over a real store', () => {
  let shop: Shop
  let store: Store
  let ids: readonly string[] = []

  before(async () => {
    shop = createShop()
    store = await shop.open()
    ids = await acceptOrders(store, ['SO-0', 'SO-1', 'SO-2', 'SO-3', 'SO-4'])
    await refuse(store, ...ids)
  })

  after(() => shop.remove())

  interface Listed {
    readonly items: readonly { id?: string; messageId?: string }[]
    readonly cursor?: string
  }

  for (const list of ['messages?', 'dead?', 'undelivered?target=books&']) {
    it(`pages ${list.replace('?', ' ').trim()} to the end, each once`, async () => {
      const seen: (string | undefined)[] = []
      let cursor: string | undefined
      do {
        const answer = await shop.call(`/api/${list}limit=2${cursor === undefined ? '' : `&cursor=${cursor}`}`)
        const page = (await answer.json()) as Listed
        seen.push(...page.items.map(({ id, messageId }) => id ?? messageId))
        cursor = page.cursor
      } while (cursor !== undefined)
      expect(seen.sort()).to.deep.equal([...ids].sort())
    })
  }

  for (const cursor of ['abc', Buffer.from('[]').toString('base64url'), Buffer.from('[{},1]').toString('base64url'), '%25']) {
    it(`refuses the cursor ${cursor} as the caller's fault`, async () => {
      const answer = await shop.call(`/api/dead?cursor=${cursor}`)
      expect(answer.status).to.equal(400)
      expect(await answer.json()).to.include({ code: 'BAD_REQUEST', detail: 'the cursor is not one that this list gave' })
    })
  }

  it('finds messages by their business key', async () => {
    const { items } = (await (await shop.call('/api/messages?key=SO-3')).json()) as Listed
    expect(items.map(({ id }) => id)).to.deep.equal([ids[3]])
  })

  it('shows a receipt as its sender sees it', async () => {
    const receipt = await (await shop.call(`/api/receipts/${ids[0]}`)).json()
    expect(receipt).to.include({ id: ids[0], key: 'SO-0', state: 'accepted' })
  })

  it('proves the balance, with the counts of the queue beside it', async () => {
    const balance = await (await shop.call('/api/balance')).json()
    expect(balance).to.deep.include({ balanced: true, gaps: [], queue: [{ target: 'warehouse', count: 3 }] })
  })

  it('replays a page of dead letters and none beyond it, also of the same message', async () => {
    const [id = ''] = await acceptOrders(store, ['SO-both'])
    await refuse(store, id)
    const error = { code: 'TARGET_REFUSED' as const, detail: 'no' }
    await store.settle([{ messageId: id, entry: 'books', state: 'dead', attempts: 1, at: Date.now(), error }])
    const seen: unknown[] = []
    let cursor: string | undefined
    do {
      const answer = await shop.call('/api/dead/replay', { selection: { ids: [id] }, limit: 1, ...(cursor !== undefined && { cursor }) })
      const page = (await answer.json()) as { replayed: number; cursor?: string }
      seen.push(page.replayed, (await store.dead({ ids: [id] })).items.length)
      cursor = page.cursor
    } while (cursor !== undefined)
    expect(seen).to.deep.equal([1, 1, 1, 0, 0, 0])
  })
})
