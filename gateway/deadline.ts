import type { Message } from './message.ts'

/** The header that hands a message's own deadline on along a chain, in every protocol that has headers: milliseconds since the epoch. */
export const DEADLINE = 'waybill-deadline'

/** The deadline that such a header tells; nothing where it is no time. */
export function readDeadline(given: unknown): Pick<Message, 'expiresAt'> {
  const at = typeof given === 'string' || typeof given === 'number' ? Number(given) : Number.NaN
  return Number.isSafeInteger(at) && at > 0 ? { expiresAt: at } : NONE
}

const NONE = Object.freeze({})
