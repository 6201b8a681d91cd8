import { standInOutbounds } from '../adapters/stand-in/stand-in.ts'
import { callable } from '../gateway/call.ts'
import { asGatewayError, GatewayError, problem } from '../gateway/errors.ts'
import { silent } from '../gateway/log.ts'
import type { Answer, Message } from '../gateway/message.ts'
import type { Outbound, Plan } from '../gateway/ports.ts'
import { emptyAnswer } from '../gateway/target.ts'
import { callerFormat, faultFormat, faultTo, replyTo } from '../routes/reply.ts'
import { type CompiledRoute, planMessage, type Trace } from '../routes/route.ts'
import { createTargets, targetsUsed } from '../routes/targets.ts'
import type { Project } from './project.ts'
import { attempt, deliverAll, type RehearsedDelivery, saysOf, type Targets } from './rehearse-delivery.ts'
import { recordsOf } from './rehearse-records.ts'
import { countRecords, type RehearsedRecords, receiptMessage } from './rehearsed-records.ts'
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

/** What would become of a message. */
export interface Rehearsed {
  readonly answer: RehearsedAnswer
  /** Absent where the message was refused. */
  readonly plan?: Plan
  /** Of all its records, where it is split. */
  readonly deliveries: readonly RehearsedDelivery[]
  /** What its deliveries were collected into: each entry's in one. */
  readonly batches: readonly RehearsedDelivery[]
  /** Absent where it is not split. */
  readonly records?: RehearsedRecords
  /** What becomes of its receipt, where its route has `done`. */
  readonly done?: Rehearsed
}

/** Plays a message from its source to its targets within this process: no store, no queue, no network, no waiting. Never rejects for what is wrong with the message. */
export type Rehearse = (message: Message, trace?: Trace) => Promise<Rehearsed>

/** Rehearses messages of a project without faults; systems are played by their stand-ins, and those without one take everything. */
export function createRehearsal(project: Project, compiled: ReadonlyMap<string, CompiledRoute>): Rehearse {
  const used = targetsUsed(compiled)
  const targets = createTargets(
    project,
    used,
    standInOutbounds(project, silent, () => agreeable),
  )
  const rehearse: Rehearse = async (message, trace) => {
    const route = compiled.get(message.route)
    if (!route) throw new GatewayError('NO_ROUTE', `the config has no route ${message.route}`)
    try {
      const plan = await planMessage(route, message, trace)
      if (route.config.reply) return await call(route, plan, targets)
      const accepted = await accept(route, plan, targets)
      const receipt = receiptMessage(route.config, message, accepted.records)
      return receipt ? { ...accepted, done: await rehearse(receipt) } : accepted
    } catch (error) {
      return { answer: refusal(asGatewayError(error), message), deliveries: [], batches: [] }
    }
  }
  return rehearse
}

const agreeable: Outbound = { send: async () => undefined, close: async () => {} }

async function accept(route: CompiledRoute, plan: Plan, targets: Targets): Promise<Rehearsed> {
  const planned = await recordsOf(route, plan)
  const delivered = await deliverAll(route, planned?.plans ?? [plan], targets)
  const { id } = plan.message
  const state = plan.filtered === undefined ? 'accepted' : 'filtered'
  const answer = { status: 202, body: { id, state, receipt: `/receipts/${id}` } }
  return { answer, plan, ...delivered, ...(planned && { records: countRecords(planned, delivered.deliveries) }) }
}

async function call(route: CompiledRoute, plan: Plan, targets: Targets): Promise<Rehearsed> {
  const delivery = callable(plan)
  const { answer, error } = await attempt(delivery, targets)
  const ended = error ? { state: 'dead' as const, error } : { state: 'delivered' as const }
  const deliveries = plan.deliveries.map(planned => ({ ...planned, says: saysOf(route, planned), ...ended }))
  const called = { route, message: plan.message, entry: delivery.entry }
  const told = error ? await failed(called, error) : await reply(called, answer)
  return { answer: told, plan, deliveries, batches: [] }
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

function refusal(error: GatewayError, { correlationId }: Message): RehearsedAnswer {
  return { status: error.status, body: problem(error, correlationId), error }
}
