import { changeAfter, changeUnproven, report } from './change.ts'
import { asGatewayError } from './errors.ts'
import { failpoint } from './failpoint.ts'
import type { Log } from './log.ts'
import type { Metrics } from './metrics.ts'
import type { Delivery, Routes } from './ports.ts'
import { createRate } from './rate.ts'
import type { Change, Store } from './store/port.ts'
import type { Suspects } from './suspects.ts'
import { type Outcome, type Target, trySend } from './target.ts'

export interface AttemptsParts {
  readonly target: Target
  readonly store: Pick<Store, 'settle'>
  readonly routes: Pick<Routes, 'retry'>
  readonly metrics: Metrics
  readonly log: Log
  readonly suspects: Suspects
  /** Told after each durable settlement: `dueAt` where the delivery now waits in the store. */
  readonly settled: (delivery: Delivery, dueAt?: number) => void
}

/** Sends deliveries of one target and writes down what became of them. */
export interface Attempts {
  /** Never rejects. */
  send(delivery: Delivery): Promise<Outcome>
  /** Durable when resolved. */
  conclude(delivery: Delivery, outcome: Outcome): Promise<void>
  /** Gives a delivery back unsent or unproven: no attempt is counted. Durable when resolved. */
  putBack(delivery: Delivery, outcome: Outcome, afterMs: number): Promise<void>
}

const passed = { delivered: 'settled.delivered', waiting: 'settled.waiting', dead: 'settled.dead', expired: 'settled.expired' } as const

/** The attempts of one target; `signal` ends what runs. */
export function createAttempts(parts: AttemptsParts, signal: AbortSignal): Attempts {
  const { target, store, routes, suspects, settled } = parts
  const rate = createRate(target.perSecond)
  const policy = (delivery: Delivery) => routes.retry(delivery.route, delivery.entry)

  async function record(delivery: Delivery, change: Change): Promise<void> {
    report(parts, delivery, change)
    await store.settle([change])
    failpoint(passed[change.state])
    settled(delivery, change.dueAt)
  }

  async function send(delivery: Delivery): Promise<Outcome> {
    const wait = rate.turn(signal)
    const ended = wait && (await wait.then(() => undefined, asGatewayError))
    return ended ? { error: ended } : trySend(target, delivery, signal)
  }

  return {
    send: delivery => (suspects.includes(delivery) ? suspects.send(delivery, () => send(delivery)) : send(delivery)),
    conclude: (delivery, { error }) => record(delivery, changeAfter(delivery, error, policy(delivery))),
    putBack: (delivery, { error }, afterMs) => record(delivery, changeUnproven(delivery, error, policy(delivery), afterMs)),
  }
}
