import { expect } from 'chai'
import { balanceView } from '../../../gateway/admin/balance.ts'
import type { Balance, Store } from '../../../gateway/store/port.ts'
import { fakeParts } from './parts.ts'

type Look = { atBroker: number; delivered?: number; count: number | undefined }

/** The balance of a target that is seen like that, look by look; the last look lasts. */
async function seen(...looks: Look[]) {
  let at = -1
  const now = () => looks[Math.min(at, looks.length - 1)] ?? { atBroker: 0, count: 0 }
  const balance = async (): Promise<Balance> => {
    at += 1
    const { atBroker, delivered = 0 } = now()
    const line = { target: 'warehouse', accepted: atBroker + delivered, delivered, dead: 0, discarded: 0, expired: 0 }
    const targets = [{ ...line, queued: atBroker, atBroker }]
    return { targets, messages: 0, duplicates: 0, filtered: 0, gaps: [], balanced: true }
  }
  const { targets } = fakeParts()
  const list = () => targets.list().slice(0, 1)
  const view = await balanceView({ store: { balance } as Store, targets: { ...targets, list }, count: async () => now().count })
  return { view, looks: at + 1 }
}

describe('the balance beside the queue', function () {
  this.timeout(10_000)

  it('takes one look where the queue holds what the store counts there, or more', async () => {
    for (const count of [3, 4, undefined]) {
      const { view, looks } = await seen({ atBroker: 3, count })
      expect([view.balanced, view.gaps, looks]).to.deep.equal([true, [], 1])
    }
  })

  it('finds a gap where fewer are there and nothing moves', async () => {
    const { view, looks } = await seen({ atBroker: 3, count: 1 })
    expect([view.balanced, looks]).to.deep.equal([false, 4])
    expect(view.gaps[0]?.what).to.match(/^warehouse: the store counts 3 with the broker, its queue holds 1; /)
    expect(view.queue).to.deep.equal([{ target: 'warehouse', count: 1 }])
  })

  it('finds none where the broker counts right a moment later', async () => {
    const { view, looks } = await seen({ atBroker: 3, count: 0 }, { atBroker: 3, count: 3 })
    expect([view.balanced, view.queue, looks]).to.deep.equal([true, [{ target: 'warehouse', count: 3 }], 2])
  })

  it('finds none while the target moves, and says so', async () => {
    const { view, looks } = await seen({ atBroker: 3, count: 2 }, { atBroker: 4, delivered: 8, count: 2 })
    expect([view.balanced, view.queue, looks]).to.deep.equal([true, [{ target: 'warehouse', count: 2, moving: true }], 2])
  })
})
