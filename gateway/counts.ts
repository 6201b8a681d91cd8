/** One count and the labels that it is told under. `count` may be raised by whoever holds it: that is all a message pays. */
export interface Tally {
  readonly labels: Readonly<Record<string, string>>
  count: number
}

/** What the gauges show of a target, read when somebody asks for the metrics. */
export interface TargetGauges {
  readonly target: string
  readonly inFlight: number
  readonly queued: number
  /** Milliseconds since the epoch: when the oldest undelivered one was accepted. */
  readonly oldestAt?: number
  readonly breakerOpen: boolean
}

/** Where the gauges are read. */
export interface GaugeSources {
  targets(): Promise<readonly TargetGauges[]>
  /** Milliseconds that the store's last commits took. */
  commitMs(): { readonly p50: number; readonly p99: number }
  queueUp(): boolean
}

/** What is counted, by metric name without prefix and suffix. */
export type Counts = Readonly<Record<'accepted' | 'duplicates' | 'refused' | 'delivered' | 'retried' | 'dead', readonly Tally[]>>

/** Milliseconds between two looks of the watch on the event loop. */
export const LOOP_RESOLUTION_MS = 20
