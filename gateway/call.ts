import { createHash } from 'node:crypto'
import { changeAfter, report } from './change.ts'
import { asGatewayError, GatewayError } from './errors.ts'
import { firstDelivery } from './first-delivery.ts'
import { conflictWith } from './intake.ts'
import type { Limits } from './limits.ts'
import type { Log } from './log.ts'
import type { Answer, Message } from './message.ts'
import type { Metrics } from './metrics.ts'
import type { Call, Delivery, Plan, Receipt, Routes } from './ports.ts'
import type { Relay } from './relay.ts'
import type { Store } from './store/port.ts'
import { emptyAnswer, type Outcome, type Target, trySend } from './target.ts'

/** How a route answers its callers. */
export interface ReplyPolicy {
  readonly withinMs: number
  readonly late: 'keep' | 'drop'
}

export interface CallParts {
  readonly routes: Routes
  readonly replies: ReadonlyMap<string, ReplyPolicy>
  readonly targets: ReadonlyMap<string, Target>
  readonly store: Pick<Store, 'accept' | 'settle' | 'beginCall' | 'endCall' | 'keepReply' | 'known'>
  readonly relay: Pick<Relay, 'settled'>
  readonly limits: Limits
  readonly metrics: Metrics
  /** Moves large bodies to the body store. */
  readonly storeLarge: (plans: readonly Plan[]) => readonly Plan[] | Promise<readonly Plan[]>
  readonly log: Log
}

/** Request-reply: the target is called while the caller waits, nothing is queued; a call with an identity keeps its answer for the window. */
export function createCall(parts: CallParts): Call {
  return async function call(message, signal) {
    try {
      inTime(message)
      parts.limits.admit()
      const { identity } = message
      return await (identity === undefined ? once(parts, message, signal) : identified(parts, { ...message, identity }, signal))
    } catch (error) {
      parts.metrics.refused(asGatewayError(error).code)
      throw error
    }
  }
}

function inTime({ expiresAt }: Message): void {
  if (expiresAt !== undefined && expiresAt <= Date.now())
    throw new GatewayError('TIMEOUT', 'the deadline of the message had passed before it was its turn')
}

async function identified(parts: CallParts, message: Message & { identity: string }, signal: AbortSignal): Promise<Answer | Receipt> {
  const hash = createHash('sha256').update(message.body).digest('hex')
  const begun = await parts.store.beginCall(message.identity, hash)
  if (begun === 'running') throw new GatewayError('IN_PROGRESS', 'a call with this key is still running', { retryAfterMs: 1_000 })
  if (begun === 'conflict') throw new GatewayError('KEY_CONFLICT', 'the key was used for a call with another content')
  if (begun !== 'new') return { ...begun, headers: { ...begun.headers, 'idempotent-replayed': 'true' } }
  return keep(parts, message.identity, onceOnly(parts, message, signal))
}

/** The answer is kept; a call that failed frees its key, so that it may be tried again. */
async function keep({ store }: CallParts, identity: string, running: Promise<Answer | Receipt>): Promise<Answer | Receipt> {
  try {
    const result = await running
    await store.endCall(identity, 'status' in result ? result : undefined)
    return result
  } catch (error) {
    await store.endCall(identity)
    throw error
  }
}

/** A call that became an accepted message is known by that, and its receipt is the answer. */
async function onceOnly(parts: CallParts, message: Message, signal: AbortSignal): Promise<Answer | Receipt> {
  const known = parts.replies.get(message.route)?.late === 'keep' ? await parts.store.known(message) : undefined
  if (!known) return once(parts, message, signal)
  parts.metrics.duplicate(message.route)
  return { id: known.id, state: 'accepted', replayed: true }
}

async function once(parts: CallParts, message: Message, signal: AbortSignal): Promise<Answer | Receipt> {
  const policy = parts.replies.get(message.route)
  if (!policy) throw new GatewayError('INTERNAL', `route ${message.route} answers nobody`)
  // What is still wanted behind the deadline must not be told of it, nor expire by it.
  const plan = await parts.routes.plan(policy.late === 'keep' ? { ...message, expiresAt: undefined } : message)
  const delivery = callable(plan)
  const target = parts.targets.get(delivery.target)
  if (!target) throw new GatewayError('INTERNAL', `route ${message.route} has no target ${delivery.target} to call`)
  const tie = policy.late === 'keep' ? tieTo(signal) : { signal, cut() {} }
  const { deadline, withinMs } = deadlineOf(message, policy)
  const sending = trySend(target, policy.late === 'keep' ? delivery : { ...delivery, expiresAt: deadline, awaited: true }, tie.signal)
  const outcome = await within(withinMs, sending)
  if (outcome) return answerOf(parts, message, delivery, outcome)
  if (policy.late === 'drop') return failed(parts.routes, message, delivery, inDoubt(`${target.name} did not answer within ${withinMs} ms`))
  // from here on the caller has its receipt, and may go
  tie.cut()
  return acceptLate(parts, plan, delivery, sending)
}

async function answerOf({ routes, metrics }: CallParts, message: Message, delivery: Delivery, { answer, error }: Outcome): Promise<Answer> {
  if (error) return failed(routes, message, delivery, isDoubt(error) ? inDoubt(error.detail, error) : error)
  metrics.delivered(delivery.route, delivery.target)
  return routes.reply(message, delivery.entry, answer ?? emptyAnswer)
}

/** What the route says that the caller hears of it; rejects with the error where it says nothing. */
async function failed(routes: Routes, message: Message, { entry }: Delivery, error: GatewayError): Promise<Answer> {
  const told = await routes.fault(message, entry, error)
  if (told) return told
  throw error
}

/** The deadline has come while the target still works: the message is accepted, and what the target says later is kept under its receipt. */
async function acceptLate(parts: CallParts, plan: Plan, delivery: Delivery, sending: Promise<Outcome>): Promise<Receipt> {
  const [accepted] = await parts.store.accept(await parts.storeLarge([plan]), 'source')
  if (accepted?.kind === 'conflict') throw conflictWith(accepted.id)
  parts.metrics.accepted(delivery.route)
  sending
    .then(outcome => record(parts, delivery, outcome))
    .catch(error => parts.log.error('late-reply-failed', { messageId: delivery.messageId, detail: String(error) }))
  return { id: accepted?.id ?? delivery.messageId, state: 'accepted', replayed: accepted?.kind === 'known' }
}

async function record(parts: CallParts, delivery: Delivery, { answer, error }: Outcome): Promise<void> {
  const change = changeAfter(delivery, error, parts.routes.retry(delivery.route, delivery.entry))
  report(parts, delivery, change)
  if (answer && !error) await parts.store.keepReply(delivery.messageId, delivery.entry, answer)
  await parts.store.settle([change])
  parts.relay.settled(delivery, change.dueAt)
}

/** The route's own, or the caller's where that is earlier: it is handed on to the target. */
function deadlineOf({ expiresAt }: Message, policy: ReplyPolicy): { readonly deadline: number; readonly withinMs: number } {
  const now = Date.now()
  const deadline = Math.min(now + policy.withinMs, expiresAt ?? Number.POSITIVE_INFINITY)
  return { deadline, withinMs: Math.max(deadline - now, 1) }
}

/** A signal that follows another one until it is cut. */
function tieTo(signal: AbortSignal): { readonly signal: AbortSignal; cut(): void } {
  const own = new AbortController()
  const follow = () => own.abort(signal.reason)
  if (signal.aborted) follow()
  signal.addEventListener('abort', follow, { once: true })
  return { signal: own.signal, cut: () => signal.removeEventListener('abort', follow) }
}

/** The one delivery of a request-reply plan; throws NO_ROUTE where it has none or several. */
export function callable(plan: Plan): Delivery {
  const { deliveries } = plan
  const [planned] = deliveries
  if (planned && deliveries.length === 1) return firstDelivery(plan, planned)
  throw new GatewayError('NO_ROUTE', `a request-reply route must reach exactly one target; this message reaches ${deliveries.length}`)
}

function within<T>(ms: number, work: Promise<T>): Promise<T | undefined> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => resolve(undefined), ms)
    work.then(resolve, reject).finally(() => clearTimeout(timer))
  })
}

// A 504 of the target, itself a gateway perhaps, says the same of what stands behind it.
function isDoubt({ code, extras: { answer } }: GatewayError): boolean {
  return code === 'TARGET_TIMEOUT' || (code === 'TARGET_UNAVAILABLE' && answer?.status === 504)
}

function inDoubt(seen: string, cause?: GatewayError): GatewayError {
  const answer = cause?.extras.answer
  return new GatewayError('IN_DOUBT', `${seen}; whether it took the request is not known`, { cause, ...(answer && { answer }) })
}
