import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { GatewayError } from './errors.ts'
import { type Delivery, deliveryKey } from './ports.ts'
import type { Store } from './store/port.ts'
import type { Outcome } from './target.ts'

/** A run of so long was no crash at the start: the next start suspects nobody for the ones before. */
const WELL_AFTER_MS = 60_000
/** So many starts that ended badly, the first one included, and a delivery is set aside. */
const STARTS = 3

/** Starts in a row that ended badly, counted in a file of the store's folder. */
export interface BadStarts {
  readonly before: number
  /** The run has ended well, or goes well: the next one suspects nobody. */
  forget(): void
}

/** Counts this start as a bad one until it is forgotten. */
export function countStart(folder: string): BadStarts {
  const file = join(folder, 'bad-starts')
  const before = read(file)
  writeFileSync(file, `${before + 1}\n`)
  const forget = () => rmSync(file, { force: true })
  const timer = setTimeout(() => writeFileSync(file, '1\n'), WELL_AFTER_MS).unref()
  return {
    before,
    forget() {
      clearTimeout(timer)
      forget()
    },
  }
}

function read(file: string): number {
  try {
    return Number(readFileSync(file, 'utf8')) || 0
  } catch {
    return 0
  }
}

/** Deliveries that were there when the gateway died, and so may have killed it. */
export interface Suspects {
  includes(delivery: Delivery): boolean
  /** Marks the delivery durably, then sends it; one that was started too often without an end is not sent, and its error is CRASHED. */
  send(delivery: Delivery, send: () => Promise<Outcome>): Promise<Outcome>
}

/**
 * Suspects go side by side, each marked before it is sent. What was marked already when the gateway died goes one at a time, so that only
 * the one that kills is counted again; a backlog that nobody had touched waits for none of that.
 */
export function createSuspects(store: Pick<Store, 'started' | 'begun'>, badStarts: number, startedAt: number): Suspects {
  const begun = badStarts > 0 ? keysOf(store) : Promise.resolve(new Set<string>())
  // A probe sends one delivery again and again without an end between: that is one start.
  const marked = new WeakSet<Delivery>()
  let line: Promise<unknown> = Promise.resolve()

  async function inTurn(delivery: Delivery, send: () => Promise<Outcome>): Promise<Outcome> {
    if (marked.has(delivery)) return send()
    marked.add(delivery)
    const [starts = 1] = await store.started([delivery])
    if (starts < STARTS) return send()
    return { error: new GatewayError('CRASHED', `the gateway died ${STARTS} times while it sent this delivery`) }
  }

  return {
    includes: delivery => badStarts > 0 && delivery.acceptedAt < startedAt,
    async send(delivery, send) {
      const alone = (await begun).has(deliveryKey(delivery))
      if (!alone) return inTurn(delivery, send)
      const turn = line.then(() => inTurn(delivery, send))
      line = turn.catch(() => {})
      return turn
    },
  }
}

// Where the store cannot say, it cannot mark either: that is told then.
async function keysOf(store: Pick<Store, 'begun'>): Promise<ReadonlySet<string>> {
  const deliveries = await store.begun().catch(() => [])
  return new Set(deliveries.map(deliveryKey))
}
