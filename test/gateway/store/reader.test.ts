import { expect } from 'chai'
import { openReader } from '../../../gateway/store/reader.ts'
import { accept, change, dead, plan } from '../../conformance/store-support.ts'
import { until } from '../../support/until.ts'
import { createPlace } from './place.ts'

describe('the reader of a store without its gateway', () => {
  const folders: (() => Promise<void>)[] = []
  const fresh = () => {
    const place = createPlace()
    folders.push(place.remove)
    return place
  }
  afterEach(() => Promise.all(folders.splice(0).map(remove => remove())))

  it('tells the balance, stories, dead letters and what is undelivered', async () => {
    const place = fresh()
    const store = await place.open()
    const [a, b, c] = await accept(store, plan({}, ['a', 'b', 'c']))
    if (!a || !b || !c) throw new Error('no deliveries')
    await store.settle([change(a), dead(b)])
    const balance = await store.balance()
    await store.close()
    const reader = await openReader(place.folder)
    expect(await reader.balance()).to.deep.equal(balance)
    expect((await reader.story(a.messageId))?.deliveries.map(one => one.state)).to.deep.equal(['delivered', 'dead', 'queued'])
    expect((await reader.dead({})).items.map(one => one.entry)).to.deep.equal(['b'])
    expect((await reader.undelivered({})).items.map(one => one.entry)).to.deep.equal(['c'])
    expect((await reader.receipts({})).items).to.have.length(1)
    await reader.close()
  })

  it('reads what a process that was killed left in its write-ahead log', async () => {
    const place = fresh()
    const writer = place.writer()
    await until('the writer has accepted some', () => writer.ids.length > 20)
    writer.kill()
    await writer.ended
    const reader = await openReader(place.folder)
    for (const id of writer.ids) expect((await reader.receipt(id))?.targets).to.have.length(2)
    expect(await reader.balance()).to.deep.include({ balanced: true })
    await reader.close()
  })

  it('is refused while a gateway owns the store, and owns it meanwhile itself', async () => {
    const place = fresh()
    const store = await place.open()
    expect(await codeOf(openReader(place.folder))).to.equal('STORE_OWNED')
    await store.close()
    const reader = await openReader(place.folder)
    expect(await codeOf(place.open())).to.equal('STORE_OWNED')
    await reader.close()
    await (await place.open()).close()
  })

  it('is refused where there is no store', async () => {
    expect(await codeOf(openReader(fresh().folder))).to.equal('STORE_UNAVAILABLE')
  })
})

async function codeOf(opening: Promise<unknown>): Promise<unknown> {
  return opening.then(
    () => 'opened',
    (error: unknown) => Reflect.get(Object(error), 'code'),
  )
}
