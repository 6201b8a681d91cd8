import { expect } from 'chai'
import { createCopies } from '../../gateway/copies.ts'
import { deliveryOf } from '../support/delivery.ts'

describe('copies of a delivery after a crash', () => {
  const delivery = deliveryOf()
  const [all, none] = [{ includes: () => true }, { includes: () => false }]

  it('hands on the one copy that is current, and drops those that come later', async () => {
    const handled: string[] = []
    let settled = false
    const copies = createCopies({ current: async () => [!settled] }, all, async ({ messageId }) => {
      handled.push(messageId)
      settled = true
    })
    await Promise.all([copies(delivery), copies(delivery), copies(delivery)])
    expect(handled).to.deep.equal([delivery.messageId])
  })

  it('hands on the next copy where the first could not be settled', async () => {
    let calls = 0
    const copies = createCopies({ current: async () => [true] }, all, async () => {
      if (++calls === 1) throw new Error('the store is away')
    })
    const results = await Promise.allSettled([copies(delivery), copies(delivery)])
    expect(results.map(({ status }) => status)).to.deep.equal(['rejected', 'fulfilled'])
  })

  it('hands on once what comes again while its large body is sent', async () => {
    const large = deliveryOf({ stored: { sha256: 'a'.repeat(64), bytes: 5e9 } })
    let [calls, settled] = [0, false]
    const copies = createCopies({ current: async () => [!settled] }, none, async () => {
      calls += 1
      await new Promise(resolve => setImmediate(resolve))
      settled = true
    })
    await Promise.all([copies(large), copies(large)])
    expect(calls).to.equal(1)
  })

  it('looks nothing up for what this run accepted itself', async () => {
    const copies = createCopies({ current: () => Promise.reject(new Error('asked')) }, none, async () => {})
    await copies(delivery)
  })
})
