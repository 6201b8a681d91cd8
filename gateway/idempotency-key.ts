import type { Delivery } from './ports.ts'

/** What a target knows a delivery by, attempt after attempt and replay after replay: the message's id, with the entry's name where it is not the system's own. */
export function idempotencyKey({ messageId, entry, target }: Pick<Delivery, 'messageId' | 'entry' | 'target'>): string {
  return entry === systemOf(target) ? messageId : `${messageId}:${entry}`
}

function systemOf(target: string): string {
  const dot = target.indexOf('.')
  return dot === -1 ? target : target.slice(0, dot)
}
