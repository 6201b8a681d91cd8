import { type Message, newId } from '../../gateway/message.ts'
import type { Delivery, Plan, Planned } from '../../gateway/ports.ts'
import type { StoreOptions } from '../../gateway/store/options.ts'
import type { Accepted, Change, Store } from '../../gateway/store/port.ts'

export type Settings = Partial<Pick<StoreOptions, 'identityWindowMs' | 'retention'>>

/** Where one test's store lives: opened as often as the test likes, always the same one. */
export interface Place {
  open(settings?: Settings): Promise<Store>
  /** Changes the database by hand, past the open store. */
  byHand(sql: string, ...values: readonly unknown[]): Promise<void>
  /** A program that opens the store, then calls `writeForever`; it writes each id to its standard output. Resolves with its end. */
  writer(env?: Readonly<Record<string, string>>): { readonly ids: readonly string[]; kill(): void; readonly ended: Promise<void> }
  remove(): Promise<void>
}

/** A message; what a case needs differently is given. */
export function message(given: Partial<Message> = {}): Message {
  return {
    id: newId(),
    route: 'orders',
    sourceIndex: 0,
    source: 'rest POST /orders',
    correlationId: 'c-1',
    contentType: 'application/json',
    headers: {},
    meta: {},
    body: bytes('{"orderId":"SO-1"}'),
    receivedAt: Date.now(),
    ...given,
  }
}

/** A plan of the message for these targets, one entry each. */
export function plan(given: Partial<Message> = {}, targets: readonly string[] = ['warehouse'], more: Partial<Plan> = {}): Plan {
  return { message: message(given), deliveries: targets.map(target => planned(target)), ...more }
}

export function planned(target: string, given: Partial<Planned> = {}): Planned {
  return {
    entry: target,
    target,
    contentType: 'application/json',
    headers: {},
    body: bytes(`{"for":"${target}"}`),
    chosen: 'to[0]',
    ...given,
  }
}

/** What became of the first delivery of an accepted plan. */
export function change({ messageId, entry }: Pick<Delivery, 'messageId' | 'entry'>, given: Partial<Change> = {}): Change {
  return { messageId, entry, state: 'delivered', attempts: 1, at: Date.now(), ...given }
}

/** A change into dead, with its reason. */
export function dead(delivery: Pick<Delivery, 'messageId' | 'entry'>, given: Partial<Change> = {}): Change {
  return change(delivery, { state: 'dead', error: { code: 'TARGET_REFUSED', detail: 'it said no' }, ...given })
}

/** The deliveries of plans that were all accepted. */
export function deliveriesOf(results: readonly Accepted[]): readonly Delivery[] {
  return results.flatMap(result => {
    if (result.kind !== 'accepted') throw new Error(`expected an accepted plan, got ${result.kind} of ${result.id}`)
    return result.deliveries
  })
}

/** Accepts plans that are new; resolves with their deliveries. */
export async function accept(store: Store, ...plans: readonly Plan[]): Promise<readonly Delivery[]> {
  return deliveriesOf(await store.accept(plans, 'store'))
}

export function bytes(text: string): Uint8Array {
  return Buffer.from(text)
}

export function text(body: Uint8Array | undefined): string {
  return Buffer.from(body ?? []).toString()
}

/** Accepts and settles without end, four messages at a time, each told once it is durable; for a process that is to be killed. */
export async function writeForever(store: Store, told: (id: string) => void): Promise<void> {
  const one = async (): Promise<void> => {
    while (true) {
      const [delivery, other] = await accept(store, plan({}, ['warehouse', 'books']))
      if (!delivery || !other) throw new Error('nothing was accepted')
      told(delivery.messageId)
      await store.settle([change(delivery)])
      void other
    }
  }
  await Promise.all([one(), one(), one(), one()])
}
