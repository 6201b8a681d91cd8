import { Cron } from 'croner'
import { asGatewayError } from './errors.ts'
import { failpoint } from './failpoint.ts'
import type { Log } from './log.ts'
import { type Message, newId } from './message.ts'
import { type Batching, type Bodies, type Delivery, deliveryKey } from './ports.ts'
import type { Relay } from './relay.ts'
import type { Store } from './store/port.ts'

/** How often it is looked whether a batch is full. */
const LOOK_MS = 500
/** Members that are read from the store at once. */
const PAGE = 200

export interface BatcherParts {
  readonly batches: readonly Batching[]
  readonly store: Pick<Store, 'waiting' | 'due' | 'accept'>
  readonly bodies: Pick<Bodies, 'keep'>
  readonly relay: Pick<Relay, 'offer'>
  readonly log: Log
}

/** Collects deliveries and sends them on as one. */
export interface Batcher {
  start(): void
  /** Resolves when nothing of it runs any more. */
  stop(): Promise<void>
}

/** Closes batches as their bounds say. What it has not closed stays queued, and is looked at again after a restart. */
export function createBatcher(parts: BatcherParts): Batcher {
  let timer: NodeJS.Timeout | undefined
  let stopped = false
  let running: Promise<void> = Promise.resolve()
  const clocks = new Map(parts.batches.map(batch => [batch.waits, clockOf(batch)]))
  const look = async () => {
    for (const batch of parts.batches) {
      if (stopped) return
      const now = Date.now()
      const rang = clocks.get(batch.waits)?.(now) ?? false
      await closeFull(parts, batch, { now, rang, stopped: () => stopped }).catch(error => {
        parts.log.warn('batch-failed', { batch: batch.waits, detail: asGatewayError(error).detail })
      })
    }
    if (!stopped) timer = setTimeout(next, LOOK_MS).unref()
  }
  const next = () => {
    running = look()
  }
  return {
    start() {
      if (parts.batches.length > 0) next()
    },
    stop() {
      stopped = true
      clearTimeout(timer)
      return running
    },
  }
}

/** True once for each time of the schedule that has come since the last look. */
function clockOf({ cron }: Batching): (now: number) => boolean {
  if (!cron) return () => false
  const schedule = new Cron(cron.pattern, { timezone: cron.timeZone, paused: true })
  let due = schedule.nextRun()?.getTime()
  return now => {
    if (due === undefined || now < due) return false
    due = schedule.nextRun(new Date(now))?.getTime()
    return true
  }
}

interface Moment {
  readonly now: number
  readonly rang: boolean
  readonly stopped: () => boolean
}

/** Closes batches until what is left fills none. */
async function closeFull(parts: BatcherParts, batch: Batching, { now, rang, stopped }: Moment): Promise<void> {
  while (!stopped()) {
    const waiting = (await parts.store.waiting()).find(({ target }) => target === batch.waits)
    const [oldest] = waiting ? await parts.store.due(batch.waits, now, 1) : []
    if (!waiting || !oldest) return
    const late = rang || (batch.withinMs !== undefined && now - oldest.acceptedAt >= batch.withinMs)
    // what is on its way in another batch counts as well: then it is looked closer
    if (!late && !isFull(batch, waiting.count, waiting.bytes)) return
    const members = await collect(parts, batch, now)
    const full = isFull(
      batch,
      members.length,
      members.reduce((sum, one) => sum + one.body.length, 0),
    )
    if (!late && !full) return
    await close(parts, batch, members)
    if (!full) return
  }
}

function isFull({ count, sizeBytes }: Batching, members: number, bytes: number): boolean {
  return members >= count || bytes >= sizeBytes
}

/** The members of the next batch, the oldest first. */
async function collect({ store }: BatcherParts, { waits, count, sizeBytes }: Batching, now: number): Promise<readonly Delivery[]> {
  const members: Delivery[] = []
  const held = new Set<string>()
  let bytes = 0
  while (members.length < count && bytes < sizeBytes) {
    const page = await store.due(waits, now, Math.min(PAGE, count - members.length), held)
    for (const one of page) {
      if (bytes >= sizeBytes) break
      members.push(one)
      held.add(deliveryKey(one))
      bytes += one.body.length
    }
    if (page.length === 0) break
  }
  return members
}

/** Writes the file, then accepts it as a message that carries its members, in one transaction. */
async function close({ store, bodies, relay, log }: BatcherParts, batch: Batching, members: readonly Delivery[]): Promise<void> {
  const { route, entry, target, contentType } = batch
  const id = newId()
  const bare: Message = {
    ...{ id, route, sourceIndex: 0, source: batch.waits, correlationId: id, contentType, headers: {}, meta: {} },
    ...{ body: NOTHING, receivedAt: Date.now() },
  }
  const stored = await bodies.keep(batch.write(bodiesOf(members), bare))
  const message = { ...bare, stored }
  const params = batch.params(message, members.length)
  const delivery = { entry, target, contentType, headers: {}, ...(params && { params }), body: NOTHING, stored, chosen: 'batch' }
  failpoint('batch.accepting')
  const [accepted] = await store.accept([{ message, deliveries: [delivery] }], 'store', { batch: { id, members } })
  failpoint('batch.accepted')
  log.info('batch-closed', { batch: batch.waits, id, members: members.length, bytes: stored.bytes })
  if (accepted?.kind === 'accepted') await relay.offer(accepted.deliveries)
}

const NOTHING = new Uint8Array()

async function* bodiesOf(members: readonly Delivery[]): AsyncGenerator<Uint8Array> {
  for (const { body } of members) yield body
}
