import { GatewayError } from './errors.ts'
import type { TakeOnce } from './ports.ts'
import type { Store } from './store/port.ts'

/** Names taken in the store. */
export function createTakeOnce(store: Pick<Store, 'takeOnce'>): TakeOnce {
  return async (name, untilMs) => {
    const taken = await store.takeOnce(name, untilMs)
    if (taken === 'full') throw new GatewayError('OVERLOADED', 'as many names (nonces) are remembered as may be', { retryAfterMs: 10_000 })
    return taken === 'taken'
  }
}
