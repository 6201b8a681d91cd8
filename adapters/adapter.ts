import type { Path } from '../config/faults.ts'
import type { ClientConfig, Project, RouteConfig, SourceConfig } from '../config/project.ts'
import type { Log } from '../gateway/log.ts'
import type { Answer } from '../gateway/message.ts'
import type { OptionSchema } from '../gateway/options.ts'
import type { Bodies, Direct, Inbound, LateReply, Outbound, Prepared, Streaming } from '../gateway/ports.ts'
import type { Formats } from '../transformers/format.ts'
import type { HttpListener } from './http/listener.ts'

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
  readonly bodies: Bodies
  /** The gateway's own broker; absent with the embedded queue. */
  readonly brokerUrl?: string
  /** For outbounds whose answers may come after a restart. */
  readonly lateReply?: LateReply
}

/** What an inbound may use besides. */
export interface InboundContext extends AdapterContext {
  /** How the bodies of a source are read and written; the first are meant where a sender leaves the choice. */
  formats(binding: SourceBinding): readonly Formats[]
  /** Serves listen.http for all adapters that speak HTTP. */
  readonly http: HttpListener
}

/** How a target is reached: the system's options with the operation's laid over them, resolved. */
export interface TargetOptions {
  /** `system` or `system.operation`. */
  readonly name: string
  readonly options: unknown
  readonly auth?: unknown
  readonly inFlight: number
}

/** Sources and systems that are queues of a broker, by their options; undefined options, which were faulty, are no queue. */
export interface Queues {
  /** True where it lies on the gateway's own broker. */
  isOwn(options: unknown): boolean
  /** The same text for the same queue of the same broker; undefined where the options name no queue. */
  identify(options: unknown): string | undefined
}

/** A protocol. To add one: a folder, and one line in registry.ts. Its name is the key in YAML: `from: { rest: ... }`, `systems: { x: { rest: ... } }`. */
export interface Adapter {
  readonly name: string
  /** Where sources and systems are queues of a broker. */
  readonly queues?: Queues
  /** What stands behind the key in a source: schema, how it is called for people, and the inbound that serves all sources of the project. */
  readonly source: {
    readonly options: OptionSchema
    /** Keys that may stand beside the adapter's own in a source. */
    readonly keys?: Readonly<Record<string, OptionSchema>>
    /** True where its messages are files: what came is in their `meta.file`. */
    files?(options: unknown): boolean
    /** What people call the source; it identifies it among all sources. */
    describe(options: unknown, keys: Readonly<Record<string, unknown>>): string
    /** True where its messages have no body unless they say so, such as those of a GET. */
    bodyless?(options: unknown): boolean
    /** How its bodies are read and written, where the protocol or its description says so. Faults go to the project's. */
    formats?(binding: SourceBinding, project: Project): Formats | undefined
    /** The system that it looks into; with stand-ins nobody looks where that one is played. */
    systemOf?(options: unknown): string | undefined
    /** Adds what in a source contradicts the rest of the project to its faults. */
    check?(source: SourceConfig, project: Project): void
    createInbound(sources: readonly SourceBinding[], context: InboundContext): Inbound
  }
  /** What stands behind the key in a system, and in its operations; absent where it is the key of sources only. */
  readonly system?: {
    readonly options: OptionSchema
    readonly operationOptions: OptionSchema
    readonly authOptions?: OptionSchema
    /** The operation's options over the system's, both resolved; absent: the members of the one over those of the other. */
    lay?(system: unknown, operation: unknown): unknown
    /** Names of the path parameters that the options need. */
    params(options: unknown): readonly string[]
    /** What the options say as expressions over the body that is sent: each comes evaluated, by its name, in `params` of a delivery. */
    computed?(options: unknown): Readonly<Record<string, string>>
    /** Its requests have a query, which operations may fill. */
    readonly hasQuery?: true
    /** Names of the operations that the system's own description (a WSDL) knows; `lay` takes one in place of an operation's options. Undefined where the description has faults, which are then among the project's. */
    operations?(options: unknown, context: { readonly project: Project; readonly path: Path }): readonly string[] | undefined
    /** As of a source; `path` is where the system or operation stands. */
    formats?(options: unknown, context: { readonly project: Project; readonly path: Path }): Formats | undefined
    /** What a sample of a target's answer is to routes, where that is not the body itself: as its outbound resolves, or throws. */
    sampled?(
      answer: Answer,
      target: Pick<TargetOptions, 'name' | 'options'>,
      context: { readonly project: Project; readonly path: Path },
    ): Answer
    createOutbound(target: TargetOptions, context: AdapterContext): Outbound & Partial<Direct & Prepared & Streaming>
  }
}
