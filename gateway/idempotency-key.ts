import type { Delivery } from './ports.ts'

type Known = Pick<Delivery, 'messageId' | 'entry' | 'target' | 'remapped'>

/** What a target knows a delivery by, attempt after attempt: the message's id, with the entry's name where it is not the system's own, and with the replay that mapped it anew, which made it another request. */
export function idempotencyKey({ messageId, entry, target, remapped }: Known): string {
  const key = entry === systemOf(target) ? messageId : `${messageId}:${entry}`
  return remapped === undefined ? key : `${key}:r${remapped}`
}

function systemOf(target: string): string {
  const dot = target.indexOf('.')
  return dot === -1 ? target : target.slice(0, dot)
}
