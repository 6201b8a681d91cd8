import type { ErrorCode, GatewayError } from './errors.ts'
import type { Delivery, RetryPolicy } from './ports.ts'

/** What becomes of a delivery after one attempt. */
export type Settlement =
  | { readonly state: 'delivered' }
  | { readonly state: 'expired' }
  | { readonly state: 'waiting'; readonly dueAt: number }
  | { readonly state: 'dead'; readonly code: ErrorCode }

/** The moment, and a number from 0 to 1 for the jitter. */
export interface Chance {
  readonly now: number
  readonly random: number
}

/** Permanent faults die at once; all others wait for their turn in the policy, until its age is used up. No error: the target said yes. */
export function settle(error: GatewayError | undefined, delivery: Delivery, policy: RetryPolicy, { now, random }: Chance): Settlement {
  if (!error) return { state: 'delivered' }
  if (error.permanent) return { state: 'dead', code: error.code }
  const dueAt = now + Math.max(spread(delayFor(delivery.attempts, policy), policy.jitter, random), error.extras.retryAfterMs ?? 0)
  if (delivery.expiresAt !== undefined && dueAt > delivery.expiresAt) return { state: 'expired' }
  if (dueAt - delivery.acceptedAt > policy.giveUpAfterMs) return { state: 'dead', code: 'EXHAUSTED' }
  return { state: 'waiting', dueAt }
}

function delayFor(attempts: number, { delaysMs }: RetryPolicy): number {
  return delaysMs[attempts] ?? delaysMs.at(-1) ?? 0
}

function spread(delayMs: number, jitter: number, random: number): number {
  return Math.round(delayMs * (1 + jitter * (2 * random - 1)))
}
