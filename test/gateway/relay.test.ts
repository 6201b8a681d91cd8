import { expect } from 'chai'
import { silent } from '../../gateway/log.ts'
import { createMetrics } from '../../gateway/metrics.ts'
import type { Delivery, Parcel, PublishResult } from '../../gateway/ports.ts'
import { createRelay } from '../../gateway/relay.ts'
import type { Store } from '../../gateway/store/port.ts'
import type { Target } from '../../gateway/target.ts'
import { until } from '../support/until.ts'
import { fakeQueue, fakeStore } from './fakes.ts'
import { sampleDelivery } from './sample.ts'

const retry = () => ({ delaysMs: [20], giveUpAfterMs: 60_000, jitter: 0 })
let made = 0

function delivery(some: Partial<Delivery> = {}): Delivery {
  made += 1
  return sampleDelivery({ messageId: `m-${String(made).padStart(6, '0')}`, acceptedAt: Date.now(), ...some })
}

function target(direct: boolean): Target {
  const publication = ({ messageId, body }: Delivery) => ({
    exchange: '',
    routingKey: 'q',
    contentType: '',
    messageId,
    correlationId: '',
    headers: {},
    body,
  })
  return {
    name: 'warehouse',
    inFlight: 8,
    outbound: { send: async () => undefined, close: async () => {}, ...(direct && { publication }) },
    verdict: () => undefined,
  }
}

function relayWith({
  direct = false,
  durable = true,
  answer,
}: {
  direct?: boolean
  durable?: boolean
  answer?: (parcel: Parcel) => PublishResult
}) {
  const store = fakeStore()
  const queue = fakeQueue(answer)
  const metrics = createMetrics()
  const relay = createRelay({
    store: store as unknown as Store,
    queue: durable ? queue.queue : { ...queue.queue, holding: () => queue.stored },
    targets: new Map([['warehouse', target(direct)]]),
    routes: { retry },
    metrics,
    log: silent,
  })
  const end = async () => {
    await relay.stop()
    metrics.close()
  }
  return { store, queue, relay, end }
}

describe('the relay', () => {
  it('hands fresh deliveries to the queue at once', async () => {
    const { store, queue, relay, end } = relayWith({})
    const fresh = store.put(delivery())
    await relay.offer([fresh])
    expect(queue.stored).to.deep.equal([fresh])
    await until('the store knows where it is', () => store.rows.get(`${fresh.messageId} warehouse`)?.place === 'broker')
    await end()
  })

  it('takes up at the start what the store holds, in order of their due times', async () => {
    const { store, queue, relay, end } = relayWith({})
    const [second, first] = [store.put(delivery(), 2), store.put(delivery(), 1)]
    await relay.start([])
    await until('both went', () => queue.stored.length === 2)
    expect(queue.stored).to.deep.equal([first, second])
    await end()
  })

  it('keeps a fresh one behind older ones that the queue had no room for', async () => {
    let room = false
    const { store, queue, relay, end } = relayWith({ answer: () => (room ? 'stored' : 'no-room') })
    const older = store.put(delivery(), 1)
    await relay.offer([older])
    const fresh = store.put(delivery(), 2)
    await relay.offer([fresh])
    room = true
    await until('both went', () => queue.stored.length === 2)
    expect(queue.stored).to.deep.equal([older, fresh])
    await end()
  })

  it('brings a delivery that waits when it is due, and not before', async () => {
    const { store, queue, relay, end } = relayWith({})
    const one = store.put(delivery(), Date.now() + 60)
    await relay.start([])
    expect(queue.stored).to.deep.equal([])
    await until('it went', () => queue.stored.length === 1)
    expect(queue.stored[0]).to.equal(one)
    await end()
  })

  it('does not hand out twice what a queue without a copy of its own still holds', async () => {
    const { store, queue, relay, end } = relayWith({ durable: false })
    const one = store.put(delivery())
    await relay.offer([one])
    relay.wake('warehouse')
    const other = store.put(delivery())
    relay.wake('warehouse')
    await until('the other went', () => queue.stored.includes(other))
    expect(queue.stored).to.have.length(2)
    await end()
  })

  it('counts the confirmed publish to a queue of the own broker as the delivery', async () => {
    const { store, relay, end } = relayWith({ direct: true })
    const one = store.put(delivery())
    await relay.offer([one])
    await until('it is settled', () => store.changes.length === 1)
    expect(store.changes[0]).to.include({ messageId: one.messageId, state: 'delivered', attempts: 1 })
    await end()
  })

  it('tries a returned publish again by the policy, with the reason', async () => {
    let back = false
    const { store, relay, end } = relayWith({ direct: true, answer: () => (back ? 'stored' : 'returned') })
    const one = store.put(delivery())
    await relay.offer([one])
    await until('the failure is written down', () => store.changes.length === 1)
    expect(store.changes[0]).to.deep.include({ state: 'waiting', attempts: 1 })
    expect(store.changes[0]?.error?.code).to.equal('TARGET_RETURNED')
    back = true
    await until('it is delivered', () => store.changes.at(-1)?.state === 'delivered')
    await end()
  })

  it('does not call for each of many waiting deliveries while the broker returns them', async () => {
    const { store, queue, relay, end } = relayWith({ direct: true, answer: () => 'returned' })
    for (let time = 0; time < 100; time++) await relay.offer([store.put(delivery())])
    expect(queue.calls()).to.be.lessThan(20)
    await end()
  })

  it('publishes nothing to a paused target of the own broker until it is resumed', async () => {
    const { store, queue, relay, end } = relayWith({ direct: true })
    relay.setPaused('warehouse', true)
    const one = store.put(delivery())
    await relay.offer([one])
    expect(queue.stored).to.deep.equal([])
    relay.setPaused('warehouse', false)
    await until('it went', () => queue.stored.length === 1)
    await end()
  })
})
