import type { Attempts } from './attempts.ts'
import { createBreaker } from './breaker.ts'
import { GatewayError } from './errors.ts'
import type { Log } from './log.ts'
import type { Delivery, Subscription } from './ports.ts'
import { pause } from './rate.ts'
import type { Outcome, Target } from './target.ts'

/** How long a probe holds on to one delivery before another may be the probe. */
const PROBE_HOLD_MS = 300_000

const tooLate = new GatewayError('TARGET_TIMEOUT', 'its own deadline passed before it could be sent')

/** Stands before one target. */
export interface Gate {
  readonly limit: number
  attach(subscription: Subscription): void
  pass(delivery: Delivery): Promise<void>
  setPaused(paused: boolean): void
  apply(): Promise<void>
  status(): { readonly paused: boolean; readonly breaker: 'closed' | 'open'; readonly lastError?: string }
  stop(): Promise<void>
}

/** Lets deliveries through while the target is well; one probe at a time while it is down. Waiting uses no attempts. */
export function createGate(target: Target, attempts: Attempts, log: Log, signal: AbortSignal): Gate {
  const breaker = createBreaker()
  let subscription: Subscription | undefined
  let paused = false
  let probing = false
  let mayProbe = false
  let lastError: string | undefined
  let timer: NodeJS.Timeout | undefined

  const limit = () => (paused ? 0 : breaker.open ? Number(mayProbe) : target.inFlight)
  const apply = async () => subscription?.limit(limit())

  function note({ error }: Outcome): void {
    lastError = error ? `${error.code}: ${error.detail}` : undefined
    const up = !error || error.permanent
    if (!breaker.note(up, error?.extras.retryAfterMs)) return
    log[up ? 'info' : 'warn'](up ? 'target-back' : 'target-down', {
      target: target.name,
      ...(error && { code: error.code, detail: error.detail }),
    })
    mayProbe = false
    clearTimeout(timer)
    if (breaker.open) timer = setTimeout(allowProbe, breaker.pauseMs)
    void apply()
  }

  function allowProbe(): void {
    mayProbe = true
    void apply()
  }

  async function probe(delivery: Delivery): Promise<void> {
    const until = Date.now() + PROBE_HOLD_MS
    probing = true
    try {
      while (true) {
        const outcome = await attempts.send(delivery)
        note(outcome)
        if (!breaker.open) return await attempts.conclude(delivery, outcome)
        if (paused || signal.aborted || Date.now() > until) return await attempts.putBack(delivery, outcome, breaker.pauseMs)
        await pause(breaker.pauseMs, signal).catch(() => {})
      }
    } finally {
      probing = false
    }
  }

  async function pass(delivery: Delivery): Promise<void> {
    if (delivery.expiresAt !== undefined && delivery.expiresAt < Date.now()) return attempts.conclude(delivery, { error: tooLate })
    if (paused || (breaker.open && (probing || !mayProbe))) return attempts.putBack(delivery, {}, Math.max(breaker.pauseMs, 1_000))
    if (breaker.open) return probe(delivery)
    const outcome = await attempts.send(delivery)
    note(outcome)
    await attempts.conclude(delivery, outcome)
  }

  return {
    get limit() {
      return limit()
    },
    attach(to) {
      subscription = to
    },
    pass,
    setPaused(value) {
      paused = value
    },
    apply,
    status: () => ({ paused, breaker: breaker.open ? 'open' : 'closed', ...(lastError && { lastError }) }),
    async stop() {
      clearTimeout(timer)
      await subscription?.stop()
    },
  }
}
