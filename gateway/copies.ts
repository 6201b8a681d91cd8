import { type Delivery, deliveryKey } from './ports.ts'
import type { Store } from './store/port.ts'
import type { Suspects } from './suspects.ts'

type Handle = (delivery: Delivery) => Promise<void>

/**
 * After a crash a delivery may lie in the queue twice: the broker had confirmed it, nothing yet said so, and it was published again. One
 * with a large body may come again while it is sent: brokers take back what nobody has acknowledged for long. Hands on one copy at a time,
 * and drops one whose delivery has ended or gone on meanwhile; all else that this run accepted itself is not looked up.
 */
export function createCopies(store: Pick<Store, 'current'>, suspects: Pick<Suspects, 'includes'>, handle: Handle): Handle {
  const running = new Map<string, Promise<void>>()

  async function once(delivery: Delivery): Promise<void> {
    const [current] = await store.current([delivery])
    if (current) await handle(delivery)
  }

  async function inTurn(delivery: Delivery): Promise<void> {
    const key = deliveryKey(delivery)
    for (let other = running.get(key); other; other = running.get(key)) await other.catch(() => {})
    const work = once(delivery)
    running.set(key, work)
    try {
      await work
    } finally {
      running.delete(key)
    }
  }

  return delivery => (delivery.stored || suspects.includes(delivery) ? inTurn(delivery) : handle(delivery))
}
