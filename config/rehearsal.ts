import { standInOutbounds } from '../adapters/stand-in/stand-in.ts'
import { callable } from '../gateway/call.ts'
import { asGatewayError, GatewayError, problem } from '../gateway/errors.ts'
import { firstDelivery } from '../gateway/first-delivery.ts'
import { silent } from '../gateway/log.ts'
import type { Answer, Message } from '../gateway/message.ts'
import type { Delivery, Outbound, Plan, Planned } from '../gateway/ports.ts'
import { settle } from '../gateway/settle.ts'
import { emptyAnswer, type Outcome, type Target, trySend } from '../gateway/target.ts'
import { callerFormat, faultFormat, faultTo, replyTo } from '../routes/reply.ts'
import { type CompiledRoute, planMessage, type Trace } from '../routes/route.ts'
import { createTargets, targetsUsed } from '../routes/targets.ts'
import type { Project } from './project.ts'
import { readWire } from './sample.ts'

/** What the sender would be told, in the terms of REST. */
export interface RehearsedAnswer {
  readonly status: number
  /** What the body says: JSON as its values, other text as it is. */
  readonly body: unknown
  /** The fault that the route's `faults` made of the target's failure; the body is its detail. */
  readonly fault?: Answer['fault']
  /** Why the message, or the call, was refused. */
  readonly error?: GatewayError
}

/** What one entry would get, and how its delivery would end. */
export interface RehearsedDelivery extends Planned {
  /** What its body says, as the target's format reads it. */
  readonly says: unknown
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
  const used = targetsUsed(compiled)
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
  const says = saysOf(route, planned)
  let error: GatewayError | undefined
  for (let attempts = 0; attempts < MOST_ATTEMPTS; attempts++) {
    const delivery = { ...firstDelivery(plan, planned), attempts }
    error = (await attempt(delivery, targets)).error
    const settlement = settle(error, delivery, policy, { now, random: 0.5 })
    if (settlement.state === 'delivered') return { ...planned, says, state: 'delivered' }
    if (settlement.state !== 'waiting') break
    now = settlement.dueAt
  }
  return { ...planned, says, state: 'dead', ...(error && { error }) }
}

function saysOf({ entries }: CompiledRoute, planned: Planned): unknown {
  return readWire(planned, entries.get(planned.entry)?.formats?.request)
}

async function call(route: CompiledRoute, plan: Plan, targets: Targets): Promise<Rehearsed> {
  const delivery = callable(plan)
  const { answer, error } = await attempt(delivery, targets)
  const ended = error ? { state: 'dead' as const, error } : { state: 'delivered' as const }
  const deliveries = plan.deliveries.map(planned => ({ ...planned, says: saysOf(route, planned), ...ended }))
  const called = { route, message: plan.message, entry: delivery.entry }
  const told = error ? await failed(called, error) : await reply(called, answer)
  return { answer: told, plan, deliveries }
}

interface Called {
  readonly route: CompiledRoute
  readonly message: Message
  readonly entry: string
}

async function reply(called: Called, answer: Answer | undefined): Promise<RehearsedAnswer> {
  const { route, message, entry } = called
  try {
    return rehearsed(called, await replyTo(route, entry, message, answer ?? emptyAnswer))
  } catch (error) {
    return refusal(asGatewayError(error), message)
  }
}

async function failed(called: Called, error: GatewayError): Promise<RehearsedAnswer> {
  const { route, message, entry } = called
  try {
    const told = await faultTo(route, entry, message, error)
    return told ? { ...rehearsed(called, told), error } : refusal(error, message)
  } catch (other) {
    return refusal(asGatewayError(other), message)
  }
}

function rehearsed({ route, message }: Called, { status, body, contentType, fault }: Answer): RehearsedAnswer {
  const format = fault ? faultFormat(route, message, fault.name) : callerFormat(route, message)
  return { status, body: readWire({ body, contentType }, format, message.meta), ...(fault && { fault }) }
}

function attempt(delivery: Delivery, targets: Targets): Promise<Outcome> {
  const target = targets.get(delivery.target)
  if (!target) throw new GatewayError('INTERNAL', `the project has no target ${delivery.target}`)
  return trySend(target, delivery, never)
}

const never = new AbortController().signal

function refusal(error: GatewayError, { correlationId }: Message): RehearsedAnswer {
  return { status: error.status, body: problem(error, correlationId), error }
}
