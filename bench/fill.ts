import { silent } from '../gateway/log.ts'
import { newId } from '../gateway/message.ts'
import { resolveOptions } from '../gateway/options.ts'
import type { Plan } from '../gateway/ports.ts'
import { storeOptions } from '../gateway/store/options.ts'
import type { Store } from '../gateway/store/port.ts'
import { createStore } from '../gateway/store/sqlite.ts'
import { targets } from './project.ts'
import { sampleOrders } from './shared.ts'

const BATCH = 1_000

/** How many messages a store is to hold, and of which kind. */
export interface Filling {
  readonly count: number
  readonly state: 'queued' | 'delivered'
}

/** Fills a store in a folder that no gateway owns, through the store's own code: the targets are paused, so that what is queued stays. */
export async function fillStore(folder: string, { count, state }: Filling, note: (line: string) => void): Promise<void> {
  const store = await createStore({ ...resolveOptions(storeOptions, {}), path: folder, log: silent })
  try {
    for (const target of targets) await store.setPaused(target, true, 'bench')
    const bodies = sampleOrders().map(({ text }) => Buffer.from(text))
    for (let done = 0; done < count; done += BATCH) {
      if (done % 100_000 === 0 && done > 0) note(`${done.toLocaleString('en')} of ${count.toLocaleString('en')} in the store`)
      const plans = Array.from({ length: Math.min(BATCH, count - done) }, (_, index) =>
        planOf(bodies[index % bodies.length] ?? none, index),
      )
      await add(store, plans, state)
    }
  } finally {
    await store.close()
  }
}

const none = new Uint8Array()

async function add(store: Store, plans: readonly Plan[], state: Filling['state']): Promise<void> {
  await store.accept(plans, 'store')
  if (state === 'queued') return
  const at = Date.now()
  const changes = plans.flatMap(({ message, deliveries }) =>
    deliveries.map(({ entry }) => ({ messageId: message.id, entry, state: 'delivered' as const, attempts: 1, at })),
  )
  await store.settle(changes)
}

function planOf(body: Uint8Array, index: number): Plan {
  const target = targets[index % targets.length] ?? targets[0]
  const id = newId()
  return {
    message: {
      id,
      route: 'orders',
      sourceIndex: 0,
      source: 'rest POST /orders',
      correlationId: id,
      contentType: 'application/json',
      headers: {},
      meta: {},
      body,
      receivedAt: Date.now(),
    },
    // A mapped order is about 0.4 kB.
    deliveries: [
      { entry: target, target, contentType: 'application/json', headers: {}, body: body.subarray(0, 400), chosen: 'to.first[0]' },
    ],
  }
}
