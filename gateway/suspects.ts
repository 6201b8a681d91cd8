import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { GatewayError } from './errors.ts'
import type { Delivery } from './ports.ts'
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

/** After one bad start suspects go side by side; after two in a row one at a time, so that only the one that kills is counted. */
export function createSuspects(store: Pick<Store, 'started'>, badStarts: number, startedAt: number): Suspects {
  let line: Promise<unknown> = Promise.resolve()

  async function marked(delivery: Delivery, send: () => Promise<Outcome>): Promise<Outcome> {
    const [starts = 1] = await store.started([delivery])
    if (starts < STARTS) return send()
    return { error: new GatewayError('CRASHED', `the gateway died ${STARTS} times while it sent this delivery`) }
  }

  return {
    includes: delivery => badStarts > 0 && delivery.acceptedAt < startedAt,
    send(delivery, send) {
      if (badStarts < 2) return marked(delivery, send)
      const turn = line.then(() => marked(delivery, send))
      line = turn.catch(() => {})
      return turn
    },
  }
}
