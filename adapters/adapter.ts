import type { ClientConfig, Project, RouteConfig, SourceConfig } from '../config/project.ts'
import type { Log } from '../gateway/log.ts'
import type { OptionSchema } from '../gateway/options.ts'
import type { Direct, Inbound, Listening, Outbound, Prepared } from '../gateway/ports.ts'

/** A source, and the route that it belongs to. */
export interface SourceBinding {
  readonly route: RouteConfig
  readonly index: number
  readonly source: SourceConfig
}

/** What an adapter may know of the project beside its own options. */
export interface AdapterContext {
  readonly project: Project
  readonly clients: Readonly<Record<string, ClientConfig>>
  readonly log: Log
  /** The gateway's own broker; absent with the embedded queue. */
  readonly brokerUrl?: string
}

/** How a target is reached: the system's options with the operation's laid over them, resolved. */
export interface TargetOptions {
  /** `system` or `system.operation`. */
  readonly name: string
  readonly options: unknown
  readonly auth?: unknown
  readonly inFlight: number
}

/** A protocol. To add one: a folder, and one line in registry.ts. Its name is the key in YAML: `from: { rest: ... }`, `systems: { x: { rest: ... } }`. */
export interface Adapter {
  readonly name: string
  /** What stands behind the key in a source: schema, how it is called for people, and the inbound that serves all sources of the project. */
  readonly source: {
    readonly options: OptionSchema
    describe(options: unknown): string
    createInbound(sources: readonly SourceBinding[], context: AdapterContext): Inbound & Partial<Listening>
    /** True where the source is a queue of the gateway's own broker, which stand-ins play when there is none. */
    onOwnBroker?(options: unknown): boolean
  }
  /** What stands behind the key in a system, and in its operations. */
  readonly system: {
    readonly options: OptionSchema
    readonly operationOptions: OptionSchema
    readonly authOptions?: OptionSchema
    /** The operation's options over the system's, both resolved; absent: the members of the one over those of the other. */
    lay?(system: unknown, operation: unknown): unknown
    /** Names of the path parameters that the options need. */
    params(options: unknown): readonly string[]
    createOutbound(target: TargetOptions, context: AdapterContext): Outbound & Partial<Direct & Prepared>
  }
}
