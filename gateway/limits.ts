import { GatewayError } from './errors.ts'
import type { Store } from './store/port.ts'

export interface Bounds {
  readonly maxQueued: number
  readonly maxQueuedSizeBytes: number
  readonly minFreeBytes: number
}

/** Admits messages while there is room for them. */
export interface Limits {
  /** Throws OVERLOADED at a bound, STORE_UNAVAILABLE when the store cannot be written, DRAINING once closed. */
  admit(): void
  /** From now on nothing is admitted. */
  close(): void
}

/** Limits by what the store holds. */
export function createLimits(store: Pick<Store, 'fill'>, bounds: Bounds): Limits {
  let closed = false
  return {
    admit() {
      if (closed) throw new GatewayError('DRAINING', 'the gateway is stopping', { retryAfterMs: 5_000 })
      const fill = store.fill()
      if (!fill.ok) throw new GatewayError('STORE_UNAVAILABLE', fill.detail, { retryAfterMs: 10_000 })
      const full = reached(fill, bounds)
      if (full) throw new GatewayError('OVERLOADED', full, { retryAfterMs: 10_000 })
    },
    close() {
      closed = true
    },
  }
}

function reached(fill: ReturnType<Store['fill']>, bounds: Bounds): string | undefined {
  if (fill.queued >= bounds.maxQueued) return `${fill.queued} deliveries wait; the bound is store.maxQueued = ${bounds.maxQueued}`
  if (fill.queuedBytes >= bounds.maxQueuedSizeBytes)
    return `${fill.queuedBytes} bytes wait; the bound is store.maxQueuedSize = ${bounds.maxQueuedSizeBytes}`
  if (fill.freeBytes < bounds.minFreeBytes)
    return `${fill.freeBytes} bytes are free on the store's disk; the bound is store.minFree = ${bounds.minFreeBytes}`
  return undefined
}
