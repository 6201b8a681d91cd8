import { createHash } from 'node:crypto'
import { connect, type Socket } from 'node:net'
import type { SourceBinding } from '../../adapters/adapter.ts'
import { createHttpListener } from '../../adapters/http/listener.ts'
import { createRestInbound } from '../../adapters/rest/inbound.ts'
import type { ClientConfig, Project, RouteConfig } from '../../config/project.ts'
import { silent } from '../../gateway/log.ts'
import type { Gateway } from '../../gateway/ports.ts'
import type { Formats } from '../../transformers/format.ts'
import { bytesFormat } from '../../transformers/formats/bytes.ts'
import { jsonFormat } from '../../transformers/formats/json.ts'

export interface SourceSketch {
  readonly options: unknown
  readonly route?: string
  readonly client?: string
  readonly format?: 'json' | 'bytes'
  readonly withinMs?: number
}

export interface RestSketch {
  readonly sources: readonly SourceSketch[]
  /** Client name to its API key; `scopes` '*' unless told. */
  readonly clients?: Readonly<Record<string, { readonly key: string; readonly scopes?: readonly string[] }>>
  readonly tls?: { readonly cert: string; readonly key: string }
  /** A free one unless told. */
  readonly port?: number
  /** Larger bodies into which nobody looks are streamed; 1 MB unless told. */
  readonly inlineBytes?: number
}

export interface RunningRest {
  readonly url: string
  readonly port: number
  stop(): Promise<void>
}

/** Starts a REST inbound with these sources on a free port. */
export async function startRest(sketch: RestSketch, gateway: Gateway): Promise<RunningRest> {
  const clients = clientsOf(sketch)
  const listen = { http: `127.0.0.1:${sketch.port ?? 0}`, ...(sketch.tls && { tls: sketch.tls }) }
  const project = { dir: '/', listen, clients, store: { inlineBodiesBytes: sketch.inlineBytes ?? 1_000_000 } } as Project
  const http = createHttpListener(project, silent)
  await createRestInbound(sketch.sources.map(bindingOf), { project, clients, http, formats: formatsOf }).start(gateway)
  await http.start(gateway)
  const url = http.address ?? ''
  return { port: Number(new URL(url).port), url, stop: () => http.stop() }
}

function bindingOf(sketch: SourceSketch): SourceBinding {
  const source = {
    adapter: 'rest',
    name: 'rest',
    options: sketch.options,
    keys: {},
    formats: [{ kind: sketch.format ?? 'json', value: {}, path: [] }],
    transform: [],
    path: [],
    ...(sketch.client !== undefined && { client: sketch.client }),
  }
  const route: RouteConfig = {
    name: sketch.route ?? 'orders',
    from: [source],
    transform: [],
    faults: [],
    to: { kind: 'list', targets: [] },
    path: [],
    ...(sketch.withinMs !== undefined && { reply: { withinMs: sketch.withinMs, late: 'drop' as const } }),
  }
  return { route, index: 0, source }
}

function clientsOf({ clients = {} }: RestSketch): Record<string, ClientConfig> {
  return Object.fromEntries(
    Object.entries(clients).map(([name, { key, scopes = ['*'] }]) => {
      const hash = createHash('sha256').update(key).digest('hex')
      return [name, { name, keyHashes: [hash], scopes, path: [] }]
    }),
  )
}

/** A bare connection: what goes over it is what the test writes. */
export interface Wire {
  readonly socket: Socket
  /** All that has come back so far. */
  text(): string
  readonly closed: Promise<void>
}

/** Opens a bare connection and writes the first bytes. */
export function openWire(port: number, first: string | Uint8Array = ''): Promise<Wire> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    const socket = connect(port, '127.0.0.1')
    socket.on('data', chunk => void chunks.push(chunk))
    socket.once('error', reject)
    const closed = new Promise<void>(done => socket.once('close', () => done()))
    socket.once('connect', () => {
      socket.on('error', () => {})
      if (first.length > 0) socket.write(first)
      resolve({ socket, closed, text: () => Buffer.concat(chunks).toString() })
    })
  })
}

function formatsOf({ source }: SourceBinding): readonly Formats[] {
  const format = source.formats[0]?.kind === 'bytes' ? bytesFormat : jsonFormat
  return [{ request: format, reply: format }]
}
