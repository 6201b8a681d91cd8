import { expect } from 'chai'
import { GatewayError } from '../../gateway/errors.ts'
import { createLateReply } from '../../gateway/late-reply.ts'
import { silent } from '../../gateway/log.ts'
import type { Answer, Message } from '../../gateway/message.ts'
import { newId } from '../../gateway/message.ts'
import { createMetrics } from '../../gateway/metrics.ts'
import type { Plan } from '../../gateway/ports.ts'
import type { Store } from '../../gateway/store/port.ts'
import { createPlace } from './store/place.ts'

const place = createPlace()
const answer: Answer = { status: 200, headers: {}, contentType: 'application/json', body: Buffer.from('{"late":true}') }

function planOf(id: string, entry: string): Plan {
  const message: Message = {
    ...{ id, route: 'orders', sourceIndex: 0, source: 'rest POST /orders', correlationId: id, contentType: 'application/json' },
    ...{ headers: {}, meta: {}, body: Buffer.from('{}'), receivedAt: Date.now() },
  }
  const planned = { entry, target: 'stock.ask', contentType: 'application/json', headers: {}, body: message.body, chosen: 'to' }
  return { message, deliveries: [planned] }
}

describe('a late reply', () => {
  let store: Store
  before(async () => {
    store = await place.open()
  })
  after(async () => {
    await store.close()
    await place.remove()
  })

  async function accepted(entry = 'stock'): Promise<string> {
    const id = newId()
    await store.accept([planOf(id, entry)], 'store')
    return id
  }

  const late = (key: string, error?: GatewayError) =>
    createLateReply({ store, metrics: createMetrics(), log: silent })(key, error ? { answer, error } : { answer })

  it('is kept under the receipt, and the delivery is delivered', async () => {
    const id = await accepted()
    expect(await late(id)).to.equal(true)
    const receipt = await store.receipt(id)
    expect([receipt?.state, receipt?.reply?.body]).to.deep.equal(['delivered', '{"late":true}'])
    expect((await store.balance()).balanced).to.equal(true)
  })

  it('is found by the entry that its request was known by', async () => {
    const id = await accepted('second')
    expect(await late(id)).to.equal(false)
    expect(await late(`${id}:second`)).to.equal(true)
    expect((await store.receipt(id))?.state).to.equal('delivered')
  })

  it('counts once', async () => {
    const id = await accepted()
    for (let times = 0; times < 2; times++) expect(await late(id)).to.equal(true)
    const events = (await store.story(id))?.events.map(({ what }) => what)
    expect(events?.filter(what => what === 'late-reply')).to.have.length(1)
  })

  it('that refuses for good makes a dead letter; one that a retry can mend leaves the delivery to its policy', async () => {
    const id = await accepted()
    expect(await late(id, new GatewayError('TARGET_UNAVAILABLE', 'busy'))).to.equal(true)
    expect((await store.receipt(id))?.targets[0]?.state).to.equal('queued')
    await late(id, new GatewayError('TARGET_REFUSED', 'no such thing', { answer }))
    expect((await store.receipt(id))?.targets[0]?.state).to.equal('dead')
  })

  for (const key of ['', 'nobody', newId(), `${newId()}:x`, '\u0000'.repeat(300)]) {
    it(`for an unknown ${JSON.stringify(key.slice(0, 10))} is nobody's`, async () => expect(await late(key)).to.equal(false))
  }
})
