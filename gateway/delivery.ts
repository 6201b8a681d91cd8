import { type AttemptsParts, createAttempts } from './attempts.ts'
import { createCopies } from './copies.ts'
import { GatewayError } from './errors.ts'
import { createGate } from './gate.ts'
import type { Delivery, Queue } from './ports.ts'
import type { Store } from './store/port.ts'

export interface RunnerParts extends AttemptsParts {
  readonly queue: Queue
  readonly store: AttemptsParts['store'] & Pick<Store, 'current'>
  /** Told when the queue had lost what it held for the target. */
  readonly lost: () => Promise<void>
}

/** A target as the running gateway sees it; from memory. */
export interface TargetStatus {
  readonly target: string
  readonly paused: boolean
  /** `open`: it is taken to be down, and only probes are sent. */
  readonly breaker: 'closed' | 'open'
  readonly inFlight: number
  readonly lastError?: string
}

/** Carries the deliveries of one target: sends, settles, and stops calling while the target is down or paused. */
export interface Runner {
  start(paused: boolean): Promise<void>
  /** True where `carry` would send at once. */
  readonly ready: boolean
  /** Sends one delivery that did not come through the queue; resolves when what became of it is durable. */
  carry(delivery: Delivery): Promise<void>
  setPaused(paused: boolean): Promise<void>
  status(): TargetStatus
  stop(): Promise<void>
}

/** What is being sent when the gateway stops may take so long. */
const SENDS_END_MS = 20_000

/** Carried deliveries wait for a slot up to so many times the bound; what is more waits in the store. */
const CARRIED = 8

/** A runner for one target. */
export function createRunner(parts: RunnerParts): Runner {
  const { target, queue } = parts
  const stopping = new AbortController()
  const attempts = createAttempts(parts, stopping.signal)
  const gate = createGate(target, attempts, parts.log)
  const handle = createCopies(parts.store, parts.suspects, gate.pass)

  return {
    async start(paused) {
      gate.setPaused(paused)
      const subscription = await queue.consume(target.name, handle, { inFlight: gate.limit, lost: parts.lost })
      gate.attach(subscription)
    },
    get ready() {
      return gate.limit > 1 && gate.taken < target.inFlight * CARRIED
    },
    carry: handle,
    async setPaused(paused) {
      gate.setPaused(paused)
      await gate.apply()
    },
    status: () => ({ target: target.name, inFlight: Math.min(gate.taken, target.inFlight), ...gate.status() }),
    async stop() {
      const stopped = gate.stop()
      const end = () => stopping.abort(new GatewayError('DRAINING', 'the gateway stops'))
      if (target.resumes) end()
      const timer = setTimeout(end, SENDS_END_MS)
      await stopped
      clearTimeout(timer)
      end()
    },
  }
}
