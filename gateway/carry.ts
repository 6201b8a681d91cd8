import { createHash } from 'node:crypto'
import { type Bag, createBag } from './bag.ts'
import type { Runner } from './delivery.ts'
import { asGatewayError } from './errors.ts'
import { type AcceptPlans, conflictWith, firstReceipt, type IntakeParts } from './intake.ts'
import type { Message } from './message.ts'
import type { Bury, Carry, Delivery, Plan } from './ports.ts'
import type { Store } from './store/port.ts'

export interface CarryParts extends Pick<IntakeParts, 'routes' | 'relay' | 'limits' | 'metrics' | 'storeLarge'> {
  readonly store: Pick<Store, 'accept' | 'adopt' | 'known' | 'placed'>
  readonly runners: ReadonlyMap<string, Runner>
  readonly acceptPlans: AcceptPlans
  readonly bury: Bury
}

/** One message on its way, so that the source may bring it again meanwhile. */
interface Open {
  readonly message: Message
  readonly done: Promise<void>
  again: boolean
}

interface State {
  readonly parts: CarryParts
  /** Under way, by source. */
  readonly open: Map<string, Bag<Open>>
}

/**
 * Carries messages whose source queue is itself a durable copy. With a single target a second queue would be work for nothing: the message
 * is accepted, sent, settled, and only then may the source let go; what must wait is durable in the store first.
 */
export function createCarry(parts: CarryParts): Carry {
  const state: State = { parts, open: new Map() }
  return async function carry(message) {
    const known = message.redelivered && (await recognise(state, message))
    if (known) return known.done
    const open = openOf(state, message.source)
    const lying = open.add({ message, done: take(parts, message), again: false })
    try {
      await lying.item.done
    } finally {
      open.remove(lying)
    }
  }
}

function openOf({ open }: State, source: string): Bag<Open> {
  const known = open.get(source)
  if (known) return known
  const bag = createBag<Open>()
  open.set(source, bag)
  return bag
}

/** Without an identity a message that comes again is known by its content, once for each time it was taken. */
async function recognise(state: State, message: Message): Promise<{ done?: Promise<void> } | undefined> {
  if (message.identity !== undefined) return undefined
  for (const { item } of openOf(state, message.source).items) {
    if (item.again || Buffer.compare(item.message.body, message.body) !== 0) continue
    item.again = true
    return item
  }
  const adopted = await state.parts.store.adopt(message.source, createHash('sha256').update(message.body).digest('hex'))
  return adopted === undefined ? undefined : {}
}

async function take(parts: CarryParts, message: Message): Promise<void> {
  try {
    parts.limits.admit()
    const planned = parts.routes.plan(message)
    await follow(parts, planned instanceof Promise ? await planned : planned)
  } catch (reason) {
    const error = asGatewayError(reason)
    if (!error.permanent) throw error
    if (!(await firstReceipt(parts, message, error))) await parts.bury(message, error)
  }
}

async function follow(parts: CarryParts, plan: Plan): Promise<void> {
  const [only] = plan.deliveries
  const runner = only && plan.deliveries.length === 1 ? parts.runners.get(only.target) : undefined
  if (!runner) return void (await parts.acceptPlans([plan]))
  const lean = parts.storeLarge([plan])
  const [accepted] = await parts.store.accept(lean instanceof Promise ? await lean : lean, 'source')
  if (accepted?.kind === 'conflict') throw conflictWith(accepted.id)
  if (accepted?.kind !== 'accepted') return parts.metrics.duplicate(plan.message.route)
  parts.metrics.accepted(plan.message.route)
  const [delivery] = accepted.deliveries
  if (delivery) await send(parts, runner, delivery)
}

async function send({ store, relay }: CarryParts, runner: Runner, delivery: Delivery): Promise<void> {
  if (runner.ready) return runner.carry(delivery)
  await store.placed([delivery], 'store')
  await relay.offer([delivery])
}
