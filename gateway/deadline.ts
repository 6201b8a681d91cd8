import type { Message } from './message.ts'
import type { Delivery } from './ports.ts'

/** The header that hands a message's own deadline on along a chain, in every protocol that has headers: milliseconds since the epoch. */
export const DEADLINE = 'waybill-deadline'

/** The deadline that such a header tells; nothing where it is no time. */
export function readDeadline(given: unknown): Pick<Message, 'expiresAt'> {
  const at = typeof given === 'string' || typeof given === 'number' ? Number(given) : Number.NaN
  return Number.isSafeInteger(at) && at > 0 ? { expiresAt: at } : NONE
}

const NONE = Object.freeze({})

/** For how long a send may take: the target's own bound, or less where a caller waits for it. */
export function sendBound({ awaited, expiresAt }: Delivery, timeoutMs: number): number {
  return awaited && expiresAt !== undefined ? Math.max(1, Math.min(timeoutMs, expiresAt - Date.now())) : timeoutMs
}
