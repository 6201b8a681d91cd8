import type { Attempts } from './attempts.ts'
import { type Breaker, createBreaker } from './breaker.ts'
import { GatewayError } from './errors.ts'
import type { Log } from './log.ts'
import type { Delivery, Subscription } from './ports.ts'
import { pause } from './rate.ts'
import { createSlots, type Slots } from './slots.ts'
import type { Outcome, Target } from './target.ts'

/** How long a probe holds on to one delivery before another may be the probe. */
const PROBE_HOLD_MS = 300_000
const PUT_BACK_MS = 1_000
/** Deliveries that the queue may hand out for each call that the target may have. */
const HANDED = 4

const tooLate = new GatewayError('TARGET_TIMEOUT', 'its own deadline passed before it could be sent')

/** Stands before one target: lets deliveries through while it is well, one probe at a time while it is down. Waiting uses no attempts. */
export interface Gate {
  /** How many the queue may hand out at once now. */
  readonly limit: number
  /** Calls that run or wait for their turn. */
  readonly taken: number
  attach(subscription: Subscription): void
  /** Resolves when what became of the delivery is durable. */
  pass(delivery: Delivery): Promise<void>
  setPaused(paused: boolean): void
  /** Tells the subscription the limit. */
  apply(): Promise<void>
  status(): { readonly paused: boolean; readonly breaker: 'closed' | 'open'; readonly lastError?: string }
  stop(): Promise<void>
}

interface State {
  readonly target: Target
  readonly attempts: Attempts
  readonly log: Log
  /** Aborted when the gate is to stop: nothing waits any longer for a target to come back. */
  readonly ending: AbortController
  readonly breaker: Breaker
  readonly slots: Slots
  subscription: Subscription | undefined
  paused: boolean
  probing: boolean
  mayProbe: boolean
  lastError: string | undefined
  timer: NodeJS.Timeout | undefined
}

/** An open gate. */
export function createGate(target: Target, attempts: Attempts, log: Log): Gate {
  const breaker = createBreaker()
  const ending = new AbortController()
  const unknown = { subscription: undefined, lastError: undefined, timer: undefined }
  const slots = createSlots(target.inFlight)
  const state: State = { target, attempts, log, ending, breaker, slots, paused: false, probing: false, mayProbe: false, ...unknown }
  return {
    get limit() {
      return limitOf(state)
    },
    get taken() {
      return slots.taken
    },
    attach(subscription) {
      state.subscription = subscription
    },
    pass: delivery => pass(state, delivery),
    setPaused(paused) {
      state.paused = paused
    },
    apply: () => apply(state),
    status: () => statusOf(state),
    async stop() {
      clearTimeout(state.timer)
      state.ending.abort()
      await state.subscription?.stop()
    },
  }
}

/** The target's bound holds for calls; writing down what became of them keeps no other call waiting. */
async function pass(state: State, delivery: Delivery): Promise<void> {
  const writeDown = await state.slots.use(() => attempt(state, delivery))
  await writeDown()
}

/** What is to be written down after an attempt, or in its place. */
type WriteDown = () => Promise<void>

async function attempt(state: State, delivery: Delivery): Promise<WriteDown> {
  const { attempts, breaker, paused, probing, mayProbe } = state
  if (delivery.expiresAt !== undefined && delivery.expiresAt < Date.now()) return () => attempts.conclude(delivery, { error: tooLate })
  if (paused || (breaker.open && (probing || !mayProbe))) {
    return () => attempts.putBack(delivery, {}, Math.max(breaker.pauseMs, PUT_BACK_MS))
  }
  if (breaker.open) return probe(state, delivery)
  const outcome = await attempts.send(delivery)
  note(state, outcome)
  return () => attempts.conclude(delivery, outcome)
}

/** Holds one delivery, and tries it until the target is back: the only calls that a target which is down gets. */
async function probe(state: State, delivery: Delivery): Promise<WriteDown> {
  const { attempts, breaker, ending } = state
  const until = Date.now() + PROBE_HOLD_MS
  state.probing = true
  try {
    while (true) {
      const outcome = await attempts.send(delivery)
      note(state, outcome)
      if (!breaker.open) return () => attempts.conclude(delivery, outcome)
      if (state.paused || ending.signal.aborted || Date.now() > until) return () => attempts.putBack(delivery, outcome, breaker.pauseMs)
      await pause(breaker.pauseMs, ending.signal).catch(() => {})
    }
  } finally {
    state.probing = false
  }
}

/** A refusal is the answer of a target that is well. */
function note(state: State, { error }: Outcome): void {
  const { breaker, log, target } = state
  state.lastError = error && `${error.code}: ${error.detail}`
  if (!breaker.note(!error || error.permanent, error?.extras.retryAfterMs)) return
  if (breaker.open) log.warn('target-down', { target: target.name, code: error?.code, detail: error?.detail })
  else log.info('target-back', { target: target.name })
  state.mayProbe = false
  clearTimeout(state.timer)
  if (breaker.open) state.timer = setTimeout(allowProbe, breaker.pauseMs, state)
  void apply(state)
}

function allowProbe(state: State): void {
  state.mayProbe = true
  void apply(state)
}

async function apply(state: State): Promise<void> {
  await state.subscription?.limit(limitOf(state))
}

function limitOf({ paused, breaker, mayProbe, target }: State): number {
  if (paused) return 0
  return breaker.open ? Number(mayProbe) : handedOut(target)
}

/** More than the target may have at once, since some are being written down meanwhile; one at a time is one at a time. */
function handedOut({ inFlight }: Target): number {
  return inFlight === 1 ? 1 : inFlight * HANDED
}

function statusOf({ paused, breaker, lastError }: State): ReturnType<Gate['status']> {
  return { paused, breaker: breaker.open ? 'open' : 'closed', ...(lastError !== undefined && { lastError }) }
}
