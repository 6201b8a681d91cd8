import { asGatewayError, GatewayError } from '../gateway/errors.ts'
import { firstDelivery } from '../gateway/first-delivery.ts'
import type { Message } from '../gateway/message.ts'
import type { Batching, Delivery, Plan, Planned } from '../gateway/ports.ts'
import { settle } from '../gateway/settle.ts'
import { type Outcome, type Target, trySend } from '../gateway/target.ts'
import type { CompiledRoute } from '../routes/route.ts'
import { readWire } from './sample.ts'

/** What one entry would get, and how its delivery would end. */
export interface RehearsedDelivery extends Planned {
  /** What its body says, as the target's format reads it. */
  readonly says: unknown
  readonly state: 'delivered' | 'dead'
  /** What the last attempt met. */
  readonly error?: GatewayError
  /** The record that it comes from, counted from 1, where the message was split. */
  readonly record?: number
}

/** Targets by their names, played by stand-ins. */
export type Targets = ReadonlyMap<string, Target>

/** A delivery that no policy has given up by then is given up here: a stand-in that goes on failing says nothing new. */
const MOST_ATTEMPTS = 100

/** Sends what is planned of some messages of a route, each until it has ended. Members of a batch end as what they are collected into, all in one. */
export async function deliverAll(route: CompiledRoute, plans: readonly Plan[], targets: Targets): Promise<Delivered> {
  const batches = await collectAll(route, plans, targets)
  const deliver = async (plan: Plan, planned: Planned): Promise<RehearsedDelivery> => {
    const number = plan.message.meta.record?.number
    const batch = batches.find(({ entry }) => entry === planned.entry)
    const { state, error } = batch ?? (await sent(route, plan, planned, targets))
    const says = saysOf(route, planned)
    return { ...planned, ...(number !== undefined && { record: number }), says, state, ...(error && { error }) }
  }
  const deliveries = await Promise.all(plans.flatMap(plan => plan.deliveries.map(planned => deliver(plan, planned))))
  return { deliveries, batches }
}

/** What became of deliveries, and of the batches that some of them were collected into. */
export interface Delivered {
  readonly deliveries: readonly RehearsedDelivery[]
  readonly batches: readonly RehearsedDelivery[]
}

/** What its body says, as the target's format reads it; members of a batch wait as JSON. */
export function saysOf({ entries }: CompiledRoute, planned: Planned): unknown {
  const entry = entries.get(planned.entry)
  return readWire(planned, entry?.batch ? undefined : entry?.formats?.request)
}

/** One attempt; never rejects for what the target does. */
export function attempt(delivery: Delivery, targets: Targets): Promise<Outcome> {
  const target = targets.get(delivery.target)
  if (!target) throw new GatewayError('INTERNAL', `the project has no target ${delivery.target}`)
  return trySend(target, delivery, never)
}

const never = new AbortController().signal

type Ending = Pick<RehearsedDelivery, 'state' | 'error'>

async function sent(route: CompiledRoute, plan: Plan, planned: Planned, targets: Targets): Promise<Ending> {
  const policy = route.entries.get(planned.entry)?.retry ?? { delaysMs: [], giveUpAfterMs: 0, jitter: 0 }
  let now = plan.message.receivedAt
  let error: GatewayError | undefined
  for (let attempts = 0; attempts < MOST_ATTEMPTS; attempts++) {
    const delivery = { ...firstDelivery(plan, planned), attempts }
    error = (await attempt(delivery, targets)).error
    const settlement = settle(error, delivery, policy, { now, random: 0.5 })
    if (settlement.state === 'delivered') return { state: 'delivered' }
    if (settlement.state !== 'waiting') break
    now = settlement.dueAt
  }
  return { state: 'dead', ...(error && { error }) }
}

function collectAll(route: CompiledRoute, plans: readonly Plan[], targets: Targets): Promise<readonly RehearsedDelivery[]> {
  const [first] = plans
  const collected = [...route.entries.values()].flatMap(({ batch }) => {
    const members = plans.flatMap(({ deliveries }) => deliveries.filter(one => one.entry === batch?.entry))
    return batch && first && members.length > 0 ? [collect({ route, batch, members, message: first.message }, targets)] : []
  })
  return Promise.all(collected)
}

interface Collecting {
  readonly route: CompiledRoute
  readonly batch: Batching
  readonly members: readonly Planned[]
  readonly message: Message
}

async function collect({ route, batch, members, message }: Collecting, targets: Targets): Promise<RehearsedDelivery> {
  const { entry, contentType, target } = batch
  const { parent: _, ...own } = { ...message, contentType, meta: {} }
  const params = batch.params(own, members.length)
  const bare = { entry, target, contentType, headers: {}, ...(params && { params }), chosen: 'batch' }
  try {
    const planned = { ...bare, body: await written(batch.write(bodiesOf(members), own)) }
    const ending = await sent(route, { message: own, deliveries: [planned] }, planned, targets)
    return { ...planned, says: readWire(planned, route.entries.get(entry)?.formats?.request), ...ending }
  } catch (error) {
    return { ...bare, body: new Uint8Array(), says: undefined, state: 'dead', error: asGatewayError(error) }
  }
}

async function written(pieces: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const all: Uint8Array[] = []
  for await (const piece of pieces) all.push(piece)
  return Buffer.concat(all)
}

async function* bodiesOf(members: readonly Planned[]): AsyncGenerator<Uint8Array> {
  for (const { body } of members) yield body
}
