import { report } from './change.ts'
import { idempotencyKey } from './idempotency-key.ts'
import type { Log } from './log.ts'
import type { Metrics } from './metrics.ts'
import type { LateReply } from './ports.ts'
import type { Change, Store } from './store/port.ts'

export interface LateReplyParts {
  readonly store: Pick<Store, 'story' | 'keepReply' | 'settle'>
  readonly metrics: Metrics
  readonly log: Log
}

const ID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/

/** Brings answers that outlived the process which asked to the receipts of their messages. */
export function createLateReply(parts: LateReplyParts): LateReply {
  const { store } = parts
  return async function lateReply(key, { answer, error }) {
    const [id] = ID.exec(key) ?? []
    const story = id === undefined ? undefined : await store.story(id)
    const delivery = story?.deliveries.find(one => idempotencyKey(one) === key)
    if (!delivery) return false
    // What a retry can mend is left to the policy, which goes on by itself.
    if (error && !error.permanent) return true
    const { messageId, entry, attempts, state } = delivery
    if (!error && state !== 'delivered') await store.keepReply(messageId, entry, answer)
    if (state !== 'queued' && state !== 'waiting') return true
    const change: Change = {
      ...{ messageId, entry, attempts: Math.max(attempts, 1), at: Date.now(), state: error ? 'dead' : 'delivered' },
      ...(error && { error: { code: error.code, detail: error.detail, answer } }),
    }
    report(parts, delivery, change)
    await store.settle([change])
    return true
  }
}
