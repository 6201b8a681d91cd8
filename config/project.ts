import type { SftpClient, SftpListen } from '../adapters/sftp/server/options.ts'
import type { RabbitmqOptions } from '../gateway/queue/options.ts'
import type { StoreOptions } from '../gateway/store/options.ts'
import type { PackKind } from '../transformers/unpack/packed.ts'
import type { Fault, FaultDetails, Faults, Path } from './faults.ts'

/** JSON Schema as it was read: draft-07 or 2020-12. */
export type JsonSchema = Readonly<Record<string, unknown>>

/** A step of a pipeline as written: `{ map: shop-order-to-order }` is kind `map` with that value. */
export interface StepConfig {
  readonly kind: string
  readonly value: unknown
  readonly path: Path
}

/** A format as written: `xml` is kind `xml` with {}, `{ xml: { many: [...] } }` with that value. */
export interface FormatConfig {
  readonly kind: string
  readonly value: unknown
  readonly path: Path
}

/** One source of a route. `options` are the adapter's, resolved (gateway/options.ts); `name` is for people: `rest POST /v1/orders`. */
export interface SourceConfig {
  readonly adapter: string
  readonly name: string
  readonly options: unknown
  /** What stands in the adapter's keys beside its own, resolved. */
  readonly keys: Readonly<Record<string, unknown>>
  readonly schema?: string
  readonly client?: string
  /** Empty: the adapter's own, else what the schema is for, else JSON. */
  readonly formats: readonly FormatConfig[]
  /** How its bodies are packed, where they are. */
  readonly unpack?: PackKind
  readonly transform: readonly StepConfig[]
  readonly path: Path
}

/** Where a target may stand: its name, a list, an entry, a router. */
export type TargetConfig =
  | { readonly kind: 'entry'; readonly entry: EntryConfig }
  | { readonly kind: 'list'; readonly targets: readonly TargetConfig[] }
  | { readonly kind: 'first'; readonly branches: readonly BranchConfig[]; readonly path: Path }
  | { readonly kind: 'none'; readonly because: string; readonly path: Path }

/** How the deliveries of an entry are collected. */
export interface BatchConfig {
  readonly count: number
  readonly sizeBytes: number
  readonly withinMs?: number
  readonly cron?: string
  readonly timeZone: string
  /** Of the batch, an expression over `body.count` and `meta`. */
  readonly header?: string
  readonly path: Path
}

export interface EntryConfig {
  /** `as`, else the system's name. */
  readonly name: string
  /** `system` or `system.operation`. */
  readonly target: string
  readonly when?: string
  readonly transform: readonly StepConfig[]
  readonly answer: readonly StepConfig[]
  readonly retry?: RetryConfig
  readonly batch?: BatchConfig
  readonly path: Path
}

export interface BranchConfig {
  /** Absent: `otherwise`. */
  readonly when?: string
  readonly to: TargetConfig
  readonly path: Path
}

export interface RetryConfig {
  readonly delaysMs?: readonly number[]
  readonly giveUpAfterMs?: number
  readonly jitter?: number
}

/** What a caller is told where the target failed: one row of a route's `faults`. */
export interface FaultConfig {
  readonly when: string
  /** A fault that the source's description declares; its detail is what the mapping makes of the target's answer. */
  readonly fault?: string
  readonly status?: number
  readonly text?: string
  readonly transform: readonly StepConfig[]
  readonly path: Path
}

/** How a route makes records of its messages. */
export interface SplitConfig {
  /** `record`: those of the source's format; else an expression that yields a list. */
  readonly each: string
  readonly rejects: 'go-on' | 'stop' | 'all-or-nothing'
  readonly stopAt: { readonly count: number } | { readonly share: number }
  readonly path: Path
}

export interface RouteConfig {
  readonly name: string
  readonly description?: string
  readonly owner?: string
  readonly from: readonly SourceConfig[]
  readonly key?: string
  readonly once?: string
  readonly expiresAfterMs?: number
  readonly when?: string
  readonly transform: readonly StepConfig[]
  readonly to: TargetConfig
  readonly reply?: { readonly withinMs: number; readonly late: 'keep' | 'drop' }
  readonly split?: SplitConfig
  /** When all records of a message have ended, or after this time, its receipt goes to a route of its own. */
  readonly done?: { readonly route: string; readonly withinMs?: number }
  readonly faults: readonly FaultConfig[]
  readonly retry?: RetryConfig
  readonly path: Path
}

export interface SettleRule {
  readonly when: string
  readonly as: 'delivered' | 'retry' | 'dead'
  readonly path: Path
}

export interface StandInRule {
  readonly when?: string
  /** Statuses to answer first, one a call, before `answer`. */
  readonly fail?: readonly number[]
  /** A file of the project, or a value; absent: 200 without a body. */
  readonly answer?: unknown
  /** The key that the answer is written under; absent: `answer`. */
  readonly answerKey?: 'answer' | 'then'
  /** A fault in place of an answer, which is then its detail. */
  readonly fault?: { readonly code: string; readonly name: string; readonly text: string }
  readonly status?: number
  readonly path: Path
}

export interface OperationConfig {
  readonly name: string
  /** The adapter's options for this operation, resolved, laid over the system's. */
  readonly options: unknown
  /** Path parameters: expressions over the body that the operation gets, before its own transform. */
  readonly params: Readonly<Record<string, string>>
  /** Query parameters, likewise; what is absent is left out. */
  readonly query?: Readonly<Record<string, string>>
  readonly format?: FormatConfig
  readonly transform: readonly StepConfig[]
  readonly settle: readonly SettleRule[]
  readonly path: Path
}

export interface SystemConfig {
  readonly name: string
  readonly description?: string
  readonly owner?: string
  readonly region?: string
  readonly adapter: string
  /** The adapter's options, resolved; auth beside them as the adapter's own option schema has it. */
  readonly options: unknown
  readonly auth?: unknown
  readonly format?: FormatConfig
  readonly limits: { readonly inFlight: number; readonly perSecond?: number }
  readonly operations: Readonly<Record<string, OperationConfig>>
  readonly settle: readonly SettleRule[]
  readonly standIn: readonly StandInRule[]
  readonly path: Path
}

export interface ClientConfig {
  readonly name: string
  readonly owner?: string
  /** SHA-256 of each API key, in hex. */
  readonly keyHashes: readonly string[]
  /** Route names; '*' is all. */
  readonly scopes: readonly string[]
  /** Absent: it cannot log in by SFTP. */
  readonly sftp?: SftpClient
  readonly path: Path
}

/** A mapping file as written; its rules are compiled by transformers/map. */
export interface MappingConfig {
  readonly name: string
  readonly from?: string
  readonly to?: string
  readonly owner?: string
  readonly rules: Readonly<Record<string, unknown>>
  readonly path: Path
}

export interface RouteTest {
  readonly name: string
  readonly send: {
    readonly to: string
    readonly body: unknown
    readonly headers: Readonly<Record<string, string>>
    readonly source: number
    /** Path parameters and query, as expressions see them in `meta`. */
    readonly path?: Readonly<Record<string, string>>
    readonly query?: Readonly<Record<string, string>>
  }
  readonly expect: unknown
  readonly path: Path
}

/** A project, read, references put in, defaults filled, units resolved. */
export interface Project {
  readonly dir: string
  readonly name: string
  readonly listen: {
    readonly http: string
    readonly admin: string
    readonly tls?: { readonly cert: string; readonly key: string }
    readonly sftp?: string | SftpListen
  }
  readonly queue: { readonly kind: 'embedded' } | { readonly kind: 'rabbitmq'; readonly options: RabbitmqOptions }
  readonly store: StoreOptions
  readonly defaults: { readonly retry: Required<RetryConfig> }
  readonly systems: Readonly<Record<string, SystemConfig>>
  readonly routes: Readonly<Record<string, RouteConfig>>
  readonly clients: Readonly<Record<string, ClientConfig>>
  readonly mappings: Readonly<Record<string, MappingConfig>>
  /** Code tables: key to value. */
  readonly tables: Readonly<Record<string, Readonly<Record<string, unknown>>>>
  readonly tests: readonly RouteTest[]
  /** Hash of all that was read: the config's version. */
  readonly version: string
  /** Reads a JSON Schema file of the project once (a path from the project's folder); adds a fault at `path` where it cannot. */
  schema(file: string, path: Path): JsonSchema | undefined
  /** Where a path of the config stands: the file from the project's folder, line and column from 1; the nearest thing above it where it is not written. */
  place(path: Path, details?: FaultDetails): { readonly file: string; readonly line: number; readonly column: number }
  readonly faults: Faults & { list(): readonly Fault[] }
}
