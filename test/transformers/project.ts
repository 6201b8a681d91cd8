import type { Fault, FaultCode, FaultDetails, Path } from '../../config/faults.ts'
import type { JsonSchema, Project } from '../../config/project.ts'
import type { Content, Headers } from '../../gateway/message.ts'
import { resolveOptions } from '../../gateway/options.ts'
import { storeOptions } from '../../gateway/store/options.ts'

/** A fault as it was added, its place not yet found in a file. */
export interface Told extends FaultDetails {
  readonly code: FaultCode
  readonly path: Path
  readonly message: string
}

export interface Parts {
  readonly dir?: string
  readonly schemas?: Readonly<Record<string, unknown>>
  readonly tables?: Project['tables']
  /** By name: `from`, `to` and `rules` as written. */
  readonly mappings?: Readonly<Record<string, { from?: string; to?: string; rules: Readonly<Record<string, unknown>> }>>
}

/** A project of these parts only, and the faults that it was told. */
export function projectOf({ dir = '/nowhere', schemas = {}, tables = {}, mappings = {} }: Parts): { project: Project; told: Told[] } {
  const told: Told[] = []
  const add = (code: FaultCode, path: Path, message: string, details: FaultDetails = {}) =>
    void told.push({ code, path, message, ...details })
  const faults = {
    add,
    list: (): readonly Fault[] => [],
    get count() {
      return told.length
    },
  }
  const project: Project = {
    dir,
    name: 'test',
    listen: { http: '127.0.0.1:0', admin: '127.0.0.1:0' },
    queue: { kind: 'embedded' },
    store: resolveOptions(storeOptions, {}),
    defaults: { retry: { delaysMs: [1_000], giveUpAfterMs: 60_000, jitter: 0 } },
    systems: {},
    routes: {},
    clients: {},
    tables,
    mappings: Object.fromEntries(Object.entries(mappings).map(([name, mapping]) => [name, { name, path: ['mappings', name], ...mapping }])),
    tests: [],
    version: '1',
    schema(file, path) {
      if (Object.hasOwn(schemas, file)) return schemas[file] as JsonSchema
      return void add('FILE', path, `no file ${file}`)
    },
    place: () => ({ file: 'waybill.yaml', line: 1, column: 1 }),
    faults,
  }
  return { project, told }
}

/** A content with that body. */
export function contentOf(body: unknown, headers: Headers = {}): Content {
  const message = {
    id: '0190a0a0-0000-7000-8000-000000000000',
    route: 'orders',
    sourceIndex: 0,
    source: 'rest POST /orders',
    correlationId: 'c',
    contentType: 'application/json',
    headers: {},
    meta: {},
    body: new Uint8Array(),
    receivedAt: 0,
  }
  return { message, body, headers, contentType: 'application/json' }
}
