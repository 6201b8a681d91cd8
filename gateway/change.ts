import type { GatewayError } from './errors.ts'
import type { Log } from './log.ts'
import type { Metrics } from './metrics.ts'
import type { Delivery, RetryPolicy } from './ports.ts'
import { type Settlement, settle } from './settle.ts'
import type { Change } from './store/port.ts'

/** What an attempt that has just ended makes of its delivery, as the store writes it. No error: the target said yes. */
export function changeAfter(delivery: Delivery, error: GatewayError | undefined, policy: RetryPolicy): Change {
  const at = Date.now()
  const settlement = settle(error, delivery, policy, { now: at, random: Math.random() })
  const { messageId, entry, attempts } = delivery
  const change = { messageId, entry, attempts: attempts + 1, at, state: settlement.state }
  if (!error) return change
  return { ...change, ...(settlement.state === 'waiting' && { dueAt: settlement.dueAt }), error: failure(error, settlement) }
}

/** The same for a delivery that was not sent, or only as a probe: no attempt is counted, and it waits so long. */
export function changeUnproven(delivery: Delivery, error: GatewayError | undefined, policy: RetryPolicy, afterMs: number): Change {
  const { messageId, entry, attempts } = delivery
  const after = error && changeAfter(delivery, error, policy)
  if (after && after.state !== 'waiting') return { ...after, attempts }
  const at = Date.now()
  return { messageId, entry, attempts, at, state: 'waiting', dueAt: at + afterMs, ...(after?.error && { error: after.error }) }
}

// EXHAUSTED says why it was given up; what the last attempt met stands behind it.
function failure({ code, detail, extras }: GatewayError, settlement: Settlement): NonNullable<Change['error']> {
  const given = settlement.state === 'dead' ? settlement.code : code
  return { code: given, detail: given === code ? detail : `${code}: ${detail}`, ...(extras.answer && { answer: extras.answer }) }
}

/** Counts a change, and logs it where it is not the usual. */
export function report(
  { metrics, log }: { readonly metrics: Metrics; readonly log: Log },
  delivery: Delivery,
  { state, attempts, error }: Change,
): void {
  const { messageId, entry, route, target } = delivery
  if (state === 'delivered') return void metrics.delivered(route, target)
  const fields = { messageId, route, target, entry, attempt: attempts, code: error?.code, detail: error?.detail }
  if (state === 'waiting') {
    if (attempts > delivery.attempts) metrics.retried(route, target)
    log.debug('delivery-waits', fields)
  } else {
    metrics.dead(route, target, state === 'expired' ? 'EXPIRED' : (error?.code ?? 'INTERNAL'))
    log.warn(`delivery-${state}`, fields)
  }
}
