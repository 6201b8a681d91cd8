import { type Bag, createBag } from './bag.ts'
import { type Breaker, createBreaker } from './breaker.ts'
import type { Delivery } from './ports.ts'
import type { Target } from './target.ts'

/** One target's way from the store to the queue. */
export interface Feed {
  readonly target: Target
  readonly breaker: Breaker
  /** On their way to the queue: not yet known to be settled, or to be durable there. */
  readonly handing: Bag<readonly Delivery[]>
  /** The store holds some that are due: fresh ones join behind them. */
  behind: boolean
  /** Counts the calls to look again, so that one which comes while a page is read is not missed. */
  asked: number
  pumping: boolean
  paused: boolean
  nextDueAt: number
  timer: NodeJS.Timeout | undefined
  lastError: string | undefined
}

/** A feed that has nothing to do yet. */
export function createFeed(target: Target): Feed {
  return {
    target,
    breaker: createBreaker(),
    handing: createBag(),
    behind: false,
    asked: 0,
    pumping: false,
    paused: false,
    nextDueAt: Number.POSITIVE_INFINITY,
    timer: undefined,
    lastError: undefined,
  }
}
