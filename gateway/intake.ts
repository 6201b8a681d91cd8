import { asGatewayError, GatewayError } from './errors.ts'
import { failpoint } from './failpoint.ts'
import type { Limits } from './limits.ts'
import type { Message } from './message.ts'
import type { Metrics } from './metrics.ts'
import type { Accept, Bury, Plan, Position, Receipt, Reject, Routes } from './ports.ts'
import type { Relay } from './relay.ts'
import type { Accepted, Store } from './store/port.ts'

/** How long the queue's confirm is awaited before the sender is answered anyway: the store already has the message. */
const CONFIRM_WAIT_MS = 3_000

export interface IntakeParts {
  readonly routes: Pick<Routes, 'plan'>
  readonly store: Pick<Store, 'accept' | 'bury' | 'known'>
  readonly relay: Pick<Relay, 'offer'>
  readonly limits: Limits
  readonly metrics: Metrics
  /** Moves large bodies to the body store. */
  readonly storeLarge: (plans: readonly Plan[]) => readonly Plan[] | Promise<readonly Plan[]>
}

/** Accepts messages whose plans are made. */
export type AcceptPlans = (plans: readonly Plan[], position?: Position) => Promise<readonly Receipt[]>

/** Accepts messages: resolves with their receipts once every planned entry's copy is durable, in one transaction with the source's position; throws GatewayError otherwise. */
export function createIntake(
  { routes, store, limits, metrics }: Pick<IntakeParts, 'routes' | 'store' | 'limits' | 'metrics'>,
  acceptPlans: AcceptPlans,
): Accept {
  return async function accept(messages, position) {
    try {
      limits.admit() // throws at a bound
      const planned = planAll(routes, messages) // what is wrong with a message is told now
      const plans = planned instanceof Promise ? await planned : planned
      return await acceptPlans(plans, position)
    } catch (error) {
      const [only] = messages
      const first = only && messages.length === 1 ? await firstReceipt({ store, metrics }, only, error) : undefined
      if (first) return [first]
      metrics.refused(asGatewayError(error).code)
      throw error
    }
  }
}

/** The second half of accept: durable in the store, then handed to the queue. */
export function createAcceptPlans({ store, relay, metrics, storeLarge }: Omit<IntakeParts, 'routes' | 'limits'>): AcceptPlans {
  return async function acceptPlans(plans, position) {
    const lean = storeLarge(plans)
    const { all, rejects } = withRecords(lean instanceof Promise ? await lean : lean)
    failpoint('accept.storing')
    const accepted = await store.accept(all, 'store', { position, buried: rejects }) // the commit is the acceptance; from here on the plan is fixed
    failpoint('accept.stored')
    const fresh = accepted.flatMap(one => (one.kind === 'accepted' ? one.deliveries : []))
    if (fresh.length > 0) await soon(relay.offer(fresh)) // a second copy before the sender lets go of its own
    failpoint('accept.offered')
    const own = all === plans ? accepted : accepted.filter((_, index) => all[index]?.message.parent === undefined)
    if (own.some(one => one.kind === 'conflict')) await conflicts(plans, own)
    return own.map((one, index) => receiptOf(one, plans[index]))
  }

  /** Throws where one message alone conflicts. Of a batch nobody waits for one: its neighbours are accepted, and it is kept with its reason. */
  async function conflicts(plans: readonly Plan[], accepted: readonly Accepted[]): Promise<void> {
    const [only] = accepted
    if (accepted.length === 1 && only) throw conflictWith(only.id)
    const buried = plans.flatMap(({ message }, index) => {
      const one = accepted[index]
      if (one?.kind !== 'conflict') return []
      const { code, detail } = conflictWith(one.id)
      return [{ message, code, detail }]
    })
    await store.bury(buried)
  }

  function receiptOf(accepted: Accepted, plan: Plan | undefined): Receipt {
    const { id, kind } = accepted
    if (kind === 'accepted') metrics.accepted(plan?.message.route ?? '')
    else metrics.duplicate(plan?.message.route ?? '')
    if (kind === 'conflict') return { id: plan?.message.id ?? id, state: 'failed', replayed: false }
    const filtered = kind === 'known' ? accepted.filtered : plan?.filtered !== undefined
    return { id, state: filtered ? 'filtered' : 'accepted', replayed: kind === 'known' }
  }
}

/** With the records that they bring, each behind its own message. */
function withRecords(plans: readonly Plan[]): { readonly all: readonly Plan[]; readonly rejects: readonly Reject[] } {
  if (!plans.some(plan => plan.children)) return { all: plans, rejects: NONE }
  return { all: plans.flatMap(plan => [plan, ...(plan.children ?? [])]), rejects: plans.flatMap(plan => plan.rejects ?? []) }
}

const NONE: readonly Reject[] = []

/** The identity of a message was used for another content. */
export function conflictWith(id: string): GatewayError {
  return new GatewayError('KEY_CONFLICT', `the identity belongs to message ${id}, which has another content`)
}

/** For senders that nobody answers: the message is kept as a dead letter with its reason. */
export function createBury({ store, metrics }: Pick<IntakeParts, 'store' | 'metrics'>): Bury {
  return async (message, reason) => {
    const error = asGatewayError(reason)
    await store.bury([{ message, code: error.code, detail: error.detail }])
    metrics.dead(message.route, '-', error.code)
  }
}

/** A message that was accepted once keeps its receipt, also where today's schema or mapping refuses its body. */
export async function firstReceipt(
  { store, metrics }: { readonly store: Pick<Store, 'known'>; readonly metrics: Metrics },
  message: Message,
  refusal: unknown,
): Promise<Receipt | undefined> {
  if (message.identity === undefined || !asGatewayError(refusal).permanent) return undefined
  const known = await store.known(message)
  if (!known) return undefined
  metrics.duplicate(message.route)
  return { id: known.id, state: known.filtered ? 'filtered' : 'accepted', replayed: true }
}

function planAll(routes: Pick<Routes, 'plan'>, messages: readonly Message[]): readonly Plan[] | Promise<readonly Plan[]> {
  const plans: (Plan | Promise<Plan>)[] = messages.map(message => routes.plan(message))
  return plans.every(settled) ? plans : Promise.all(plans)
}

function settled(plan: Plan | Promise<Plan>): plan is Plan {
  return !(plan instanceof Promise)
}

/** Waits for the work, but not for ever; the relay goes on with what is not done. */
function soon(work: Promise<void>): Promise<void> {
  return new Promise(resolve => {
    const timer = setTimeout(resolve, CONFIRM_WAIT_MS)
    const done = () => {
      clearTimeout(timer)
      resolve()
    }
    work.then(done, done)
  })
}
