import { type Delivery, deliveryKey, type Parcel, type PublishResult, type Queue } from '../../gateway/ports.ts'
import type { Change, Store } from '../../gateway/store/port.ts'

/** The part of a store that the relay uses, in memory. */
export function fakeStore() {
  const rows = new Map<string, { delivery: Delivery; dueAt: number; state: string; place: string }>()
  const changes: Change[] = []
  const open = (target: string) =>
    [...rows.values()].filter(row => row.delivery.target === target && row.place === 'store' && ['queued', 'waiting'].includes(row.state))
  return {
    rows,
    changes,
    put(delivery: Delivery, dueAt = 0) {
      rows.set(deliveryKey(delivery), { delivery, dueAt, state: 'queued', place: 'store' })
      return delivery
    },
    async settle(some: readonly Change[]) {
      for (const change of some) {
        changes.push(change)
        const row = rows.get(deliveryKey(change))
        if (row) Object.assign(row, { state: change.state, dueAt: change.dueAt ?? 0 })
      }
    },
    async placed(some: readonly Pick<Delivery, 'messageId' | 'entry'>[], place: string) {
      for (const one of some) Object.assign(rows.get(deliveryKey(one)) ?? {}, { place })
    },
    async due(target: string, now: number, limit: number, except: ReadonlySet<string> = new Set()) {
      const ready = open(target).filter(row => row.dueAt <= now && !except.has(deliveryKey(row.delivery)))
      return ready
        .sort((a, b) => a.dueAt - b.dueAt)
        .slice(0, limit)
        .map(row => row.delivery)
    },
    async lying(target: string, limit: number, after = '') {
      const all = open(target).map(({ delivery, dueAt }) => ({
        delivery,
        place: `${String(dueAt).padStart(15, '0')} ${deliveryKey(delivery)}`,
      }))
      const found = all
        .sort((a, b) => (a.place < b.place ? -1 : 1))
        .filter(({ place }) => place > after)
        .slice(0, limit)
      const last = found.length === limit ? found.at(-1) : undefined
      return { items: found.map(({ delivery }) => delivery), ...(last && { cursor: last.place }) }
    },
    async nextDue(target: string, after: number) {
      const later = open(target)
        .map(row => row.dueAt)
        .filter(at => at > after)
      return later.length > 0 ? Math.min(...later) : undefined
    },
    async waiting() {
      const targets = new Set([...rows.values()].map(row => row.delivery.target))
      return [...targets].map(target => ({
        target,
        count: open(target).length,
        bytes: 0,
        dueAt: Math.min(...open(target).map(row => row.dueAt)),
      }))
    },
  } satisfies Partial<Store> & Record<string, unknown>
}

/** A queue that answers each parcel with what `answer` says, and remembers what it stored. */
export function fakeQueue(answer: (parcel: Parcel) => PublishResult = () => 'stored') {
  const stored: Delivery[] = []
  let calls = 0
  const queue: Queue = {
    async start() {},
    async publish(parcels) {
      calls += 1
      return parcels.map(parcel => {
        const result = answer(parcel)
        if (result === 'stored') stored.push(parcel.delivery)
        return result
      })
    },
    async room() {},
    consume: async () => ({ async limit() {}, async stop() {} }),
    health: () => ({ ok: true, detail: '' }),
    count: async () => undefined,
    async close() {},
  }
  return { queue, stored, calls: () => calls }
}
