import type { TargetStatus } from '../delivery.ts'
import type { Log } from '../log.ts'
import type { Metrics } from '../metrics.ts'
import type { Health } from '../ports.ts'
import type { DeadLetter, Selection, Store } from '../store/port.ts'

/** What a delivery that is replayed is made of: the body that was planned at accept, or the original through today's mapping. */
export type Mapping = 'stored' | 'current'

/** What a replay opened, and what stays dead. */
export interface Replayed {
  readonly replayed: number
  readonly refused: readonly {
    readonly id: string
    readonly entry: string
    readonly code: string
    readonly detail: string
    /** Its place in the message that it is a record of. */
    readonly record?: DeadLetter['record']
  }[]
}

export interface Targets {
  list(): readonly TargetStatus[]
  /** Durable when resolved; false where there is no such target. */
  pause(name: string, by: string): Promise<boolean>
  resume(name: string, by: string): Promise<boolean>
}

/** The running gateway in a few facts. */
export interface Info {
  readonly project: string
  /** Of Waybill. */
  readonly version: string
  readonly configVersion: string
  /** Milliseconds since the epoch. */
  readonly startedAt: number
  readonly http: string
  /** `embedded` or `rabbitmq`. */
  readonly queueKind: string
}

/** Names and owners of the running config; nothing that could be a secret. */
export interface ConfigView {
  readonly project: string
  readonly version: string
  readonly systems: readonly {
    readonly name: string
    readonly kind: string
    readonly owner?: string
    readonly description?: string
    readonly region?: string
    readonly operations: readonly string[]
  }[]
  readonly routes: readonly {
    readonly name: string
    readonly owner?: string
    readonly description?: string
    readonly from: readonly string[]
    readonly targets: readonly string[]
  }[]
  readonly clients: readonly { readonly name: string; readonly owner?: string; readonly scopes: readonly string[] }[]
}

/** All that the admin API needs of the gateway. */
export interface AdminParts {
  readonly log: Log
  readonly store: Store
  readonly metrics: Metrics
  readonly targets: Targets
  /** Each dependency by name; from memory. */
  health(): Readonly<Record<string, Health>>
  info(): Info
  config(): ConfigView
  /** Opens dead deliveries again and hands them to the queue. Audited with `by`. */
  replay(selection: Selection, by: string, mapping: Mapping): Promise<Replayed>
  /** Messages in the target's work queue; undefined where the queue keeps none of its own. */
  count(target: string): Promise<number | undefined>
}
