import type { RunnerParts } from './delivery.ts'
import { asGatewayError, type GatewayError } from './errors.ts'
import { failpoint } from './failpoint.ts'
import type { Log } from './log.ts'
import type { Metrics } from './metrics.ts'
import type { Delivery } from './ports.ts'
import { createRate } from './rate.ts'
import { settle } from './settle.ts'
import type { Change } from './store/port.ts'
import { judge, type Outcome } from './target.ts'

/** Sends deliveries of one target and writes down what became of them. */
export interface Attempts {
  send(delivery: Delivery): Promise<Outcome>
  conclude(delivery: Delivery, outcome: Outcome): Promise<void>
  /** Gives a delivery back unsent or unproven: no attempt is counted. */
  putBack(delivery: Delivery, outcome: Outcome, afterMs: number): Promise<void>
}

/** The attempts of one target; `signal` ends what runs. */
export function createAttempts({ target, store, routes, metrics, log, settled }: RunnerParts, signal: AbortSignal): Attempts {
  const rate = createRate(target.perSecond)

  async function send(delivery: Delivery): Promise<Outcome> {
    try {
      const wait = rate.turn(signal)
      if (wait) await wait
      failpoint('delivery.sending')
      const answer = await target.outbound.send(delivery, signal)
      failpoint('delivery.sent')
      return judge(target, answer ? { answer } : {})
    } catch (error) {
      return judge(target, { error: asGatewayError(error) })
    }
  }

  async function record(delivery: Delivery, change: Change): Promise<void> {
    await store.settle([change])
    settled(delivery, change.dueAt)
  }

  return {
    send,
    async conclude(delivery, outcome) {
      const at = Date.now()
      const settlement = settle(outcome.error, delivery, routes.retry(delivery.route, delivery.entry), { now: at, random: Math.random() })
      report(metrics, log, delivery, settlement.state, outcome)
      const change = { messageId: delivery.messageId, entry: delivery.entry, attempts: delivery.attempts + 1, at, ...settlement }
      await record(
        delivery,
        outcome.error ? { ...change, error: failure(outcome.error, settlement.state === 'dead' ? settlement.code : undefined) } : change,
      )
    },
    async putBack(delivery, outcome, afterMs) {
      const at = Date.now()
      const settlement = settle(outcome.error, delivery, routes.retry(delivery.route, delivery.entry), { now: at, random: Math.random() })
      const change = { messageId: delivery.messageId, entry: delivery.entry, attempts: delivery.attempts, at }
      const error = outcome.error && { error: failure(outcome.error) }
      if (settlement.state === 'dead' || settlement.state === 'expired') return record(delivery, { ...change, ...settlement, ...error })
      return record(delivery, { ...change, state: 'waiting', dueAt: at + afterMs, ...error })
    },
  }
}

function failure(error: GatewayError, code = error.code): NonNullable<Change['error']> {
  const detail = code === error.code ? error.detail : `${error.code}: ${error.detail}`
  return error.extras.answer ? { code, detail, answer: error.extras.answer } : { code, detail }
}

function report(metrics: Metrics, log: Log, delivery: Delivery, state: Change['state'], { error }: Outcome): void {
  const { route, target } = delivery
  if (!error) return void metrics.delivered(route, target)
  const fields = {
    messageId: delivery.messageId,
    route,
    target,
    entry: delivery.entry,
    attempt: delivery.attempts + 1,
    code: error.code,
    detail: error.detail,
  }
  if (state === 'waiting') {
    metrics.retried(route, target)
    log.debug('delivery-failed', fields)
  } else {
    metrics.dead(route, target, state === 'expired' ? 'EXPIRED' : error.code)
    log.warn(`delivery-${state}`, fields)
  }
}
