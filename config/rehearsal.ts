import { standInOutbounds } from '../adapters/stand-in/stand-in.ts'
import { asGatewayError, GatewayError, problem } from '../gateway/errors.ts'
import { silent } from '../gateway/log.ts'
import type { Answer, Message } from '../gateway/message.ts'
import type { Delivery, Outbound, Plan, Planned } from '../gateway/ports.ts'
import { settle } from '../gateway/settle.ts'
import { judge, type Outcome, type Target } from '../gateway/target.ts'
import { type CompiledRoute, planMessage, replyTo, type Trace } from '../routes/route.ts'
import { createTargets } from '../routes/targets.ts'
import type { Project } from './project.ts'
import { readContent } from './sample.ts'

/** What the sender would be told, in the terms of REST. */
export interface RehearsedAnswer {
  readonly status: number
  /** What the body says: JSON as its values, other text as it is. */
  readonly body: unknown
  /** Why the message, or the call, was refused. */
  readonly error?: GatewayError
}

/** What one entry would get, and how its delivery would end. */
export interface RehearsedDelivery extends Planned {
  readonly state: 'delivered' | 'dead'
  /** What the last attempt met. */
  readonly error?: GatewayError
}

/** What would become of a message. */
export interface Rehearsed {
  readonly answer: RehearsedAnswer
  /** Absent where the message was refused. */
  readonly plan?: Plan
  readonly deliveries: readonly RehearsedDelivery[]
}

/** Plays a message from its source to its targets within this process: no store, no queue, no network, no waiting. Never rejects for what is wrong with the message. */
export type Rehearse = (message: Message, trace?: Trace) => Promise<Rehearsed>

/** A delivery that no policy has given up by then is given up here: a stand-in that goes on failing says nothing new. */
const MOST_ATTEMPTS = 100

/** Rehearses messages of a project without faults; systems are played by their stand-ins, and those without one take everything. */
export function createRehearsal(project: Project, compiled: ReadonlyMap<string, CompiledRoute>): Rehearse {
  const used = new Set([...compiled.values()].flatMap(route => [...route.entries.values()].map(({ config }) => config.target)))
  const targets = createTargets(
    project,
    used,
    standInOutbounds(project, silent, () => agreeable),
  )
  return async function rehearse(message, trace) {
    const route = compiled.get(message.route)
    if (!route) throw new GatewayError('NO_ROUTE', `the config has no route ${message.route}`)
    try {
      const plan = await planMessage(route, message, trace)
      return await (route.config.reply ? call(route, plan, targets) : accept(route, plan, targets))
    } catch (error) {
      return { answer: refusal(asGatewayError(error), message), deliveries: [] }
    }
  }
}

const agreeable: Outbound = { send: async () => undefined, close: async () => {} }

type Targets = ReadonlyMap<string, Target>

async function accept(route: CompiledRoute, plan: Plan, targets: Targets): Promise<Rehearsed> {
  const deliveries = await Promise.all(plan.deliveries.map(planned => deliver(route, plan, planned, targets)))
  const { id } = plan.message
  const state = plan.filtered === undefined ? 'accepted' : 'filtered'
  return { answer: { status: 202, body: { id, state, receipt: `/receipts/${id}` } }, plan, deliveries }
}

async function deliver(route: CompiledRoute, plan: Plan, planned: Planned, targets: Targets): Promise<RehearsedDelivery> {
  const policy = route.entries.get(planned.entry)?.retry ?? { delaysMs: [], giveUpAfterMs: 0, jitter: 0 }
  let now = plan.message.receivedAt
  let error: GatewayError | undefined
  for (let attempts = 0; attempts < MOST_ATTEMPTS; attempts++) {
    const delivery = deliveryOf(plan, planned, attempts)
    error = (await attempt(delivery, targets)).error
    const settlement = settle(error, delivery, policy, { now, random: 0.5 })
    if (settlement.state === 'delivered') return { ...planned, state: 'delivered' }
    if (settlement.state !== 'waiting') break
    now = settlement.dueAt
  }
  return { ...planned, state: 'dead', ...(error && { error }) }
}

async function call(route: CompiledRoute, plan: Plan, targets: Targets): Promise<Rehearsed> {
  const [planned, second] = plan.deliveries
  if (!planned || second) {
    const count = plan.deliveries.length
    throw new GatewayError('NO_ROUTE', `a request-reply route must reach exactly one target; this message reaches ${count}`)
  }
  const { answer, error } = await attempt(deliveryOf(plan, planned, 0), targets)
  if (error) return { answer: refusal(error, plan.message), plan, deliveries: [{ ...planned, state: 'dead', error }] }
  return { answer: await reply(route, plan.message, planned.entry, answer), plan, deliveries: [{ ...planned, state: 'delivered' }] }
}

async function reply(route: CompiledRoute, message: Message, entry: string, answer: Answer | undefined): Promise<RehearsedAnswer> {
  const empty = { status: 204, headers: {}, contentType: '', body: new Uint8Array() }
  try {
    const { status, body, contentType } = await replyTo(route.entries.get(entry), message, answer ?? empty)
    return { status, body: readContent(body, contentType) }
  } catch (error) {
    return refusal(asGatewayError(error), message)
  }
}

async function attempt(delivery: Delivery, targets: Targets): Promise<Outcome> {
  const target = targets.get(delivery.target)
  if (!target) throw new GatewayError('INTERNAL', `the project has no target ${delivery.target}`)
  try {
    const answer = await target.outbound.send(delivery, new AbortController().signal)
    return judge(target, answer ? { answer } : {})
  } catch (error) {
    return judge(target, { error: asGatewayError(error) })
  }
}

function deliveryOf({ message, key }: Plan, planned: Planned, attempts: number): Delivery {
  const { id, route, source, correlationId, receivedAt } = message
  return {
    ...planned,
    ...(key !== undefined && { key }),
    messageId: id,
    route,
    source,
    correlationId,
    attempts,
    replays: 0,
    acceptedAt: receivedAt,
  }
}

function refusal(error: GatewayError, { correlationId }: Message): RehearsedAnswer {
  return { status: error.status, body: problem(error, correlationId), error }
}
