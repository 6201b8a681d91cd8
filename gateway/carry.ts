import { createHash } from 'node:crypto'
import type { Runner } from './delivery.ts'
import { asGatewayError } from './errors.ts'
import { type AcceptPlans, conflictWith, type IntakeParts } from './intake.ts'
import type { Message } from './message.ts'
import type { Bury, Carry, Delivery, Plan } from './ports.ts'
import type { Store } from './store/port.ts'

export interface CarryParts extends Pick<IntakeParts, 'routes' | 'relay' | 'limits' | 'metrics'> {
  readonly store: Pick<Store, 'accept' | 'adopt' | 'placed'>
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

/**
 * Carries messages whose source queue is itself a durable copy. With a single target a second queue would be work for nothing: the message
 * is accepted, sent, settled, and only then may the source let go; what must wait is durable in the store first.
 */
export function createCarry(parts: CarryParts): Carry {
  const open = new Map<string, Set<Open>>()

  return async function carry(message) {
    const known = message.redelivered && (await recognise(message))
    if (known) return known.done
    const source = open.get(message.source) ?? new Set<Open>()
    open.set(message.source, source)
    const entry: Open = { message, done: take(message), again: false }
    source.add(entry)
    try {
      await entry.done
    } finally {
      source.delete(entry)
    }
  }

  /** Without an identity a message that comes again is known by its content, once for each time it was taken. */
  async function recognise(message: Message): Promise<{ done?: Promise<void> } | undefined> {
    if (message.identity !== undefined) return undefined
    for (const one of open.get(message.source) ?? []) {
      if (one.again || Buffer.compare(one.message.body, message.body) !== 0) continue
      one.again = true
      return one
    }
    const adopted = await parts.store.adopt(message.source, createHash('sha256').update(message.body).digest('hex'))
    return adopted === undefined ? undefined : {}
  }

  async function take(message: Message): Promise<void> {
    try {
      parts.limits.admit()
      const planned = parts.routes.plan(message)
      await follow(planned instanceof Promise ? await planned : planned)
    } catch (reason) {
      const error = asGatewayError(reason)
      if (!error.permanent) throw error
      await parts.bury(message, error)
    }
  }

  async function follow(plan: Plan): Promise<void> {
    const [only] = plan.deliveries
    const runner = only && plan.deliveries.length === 1 ? parts.runners.get(only.target) : undefined
    if (!runner) return void (await parts.acceptPlans([plan]))
    const [accepted] = await parts.store.accept([plan], 'source')
    if (accepted?.kind === 'conflict') throw conflictWith(accepted.id)
    if (accepted?.kind !== 'accepted') return parts.metrics.duplicate(plan.message.route)
    parts.metrics.accepted(plan.message.route)
    await Promise.all(accepted.deliveries.map(delivery => send(runner, delivery)))
  }

  async function send(runner: Runner, delivery: Delivery): Promise<void> {
    if (runner.ready) return runner.carry(delivery)
    await parts.store.placed([delivery], 'store')
    await parts.relay.offer([delivery])
  }
}
