import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createHttpListener } from '../../../adapters/http/listener.ts'
import { createSoapInbound } from '../../../adapters/soap/inbound.ts'
import { isGrave } from '../../../config/faults.ts'
import type { GatewayError } from '../../../gateway/errors.ts'
import { silent } from '../../../gateway/log.ts'
import type { Answer, Headers, Message } from '../../../gateway/message.ts'
import type { Gateway } from '../../../gateway/ports.ts'
import { compileProject, createRoutes } from '../../../routes/compile.ts'
import { load } from '../../config/temporary-project.ts'
import { noBodies } from '../../support/bodies.ts'
import { createRecorder, type Recorder } from '../../support/recorder.ts'
import { openWire } from '../../support/rest-source.ts'
import { root } from '../../support/root.ts'
import { until } from '../../support/until.ts'

/** A SOAP inbound over a project whose only system answers as `answer` says. */
export interface SoapSource {
  readonly url: string
  readonly port: number
  readonly recorder: Recorder
  /** What the target answers to a request-reply, as JSON unless it says otherwise. */
  answer: (message: Message) => Partial<Answer>
  /** Bodies that the routes were planned with, as the target would get them. */
  readonly bodies: unknown[]
  /** And the headers that the routes set for it. */
  readonly headers: Headers[]
  /** What the route's `faults` make of a failure. */
  faultOf(message: Message, error: GatewayError): Promise<Answer | undefined>
  stop(): Promise<void>
}

const fixtures = join(root, 'test/fixtures/wsdl')

/** The text of a WSDL of the suite. */
export function wsdl(name: string): string {
  return readFileSync(join(fixtures, name), 'utf8')
}

/** Starts what these routes say (YAML below `routes:`) with these files; fails where the project has faults. */
export async function startSoap(routes: string, files: Readonly<Record<string, string>> = {}): Promise<SoapSource> {
  const listen = "listen: { http: '127.0.0.1:0', admin: '127.0.0.1:0' }"
  const yaml = `waybill: 1\nname: soap\n${listen}\nsystems: { target: { rest: { url: 'http://127.0.0.1:9' } } }\nroutes:\n${routes}`
  let start: (() => Promise<SoapSource>) | undefined
  const project = load({ 'waybill.yaml': yaml, ...files }, {}, loaded => {
    const compiled = compileProject(loaded)
    const faults = loaded.faults.list().filter(isGrave)
    if (faults.length > 0) throw new Error(JSON.stringify(faults, undefined, 1))
    start = () => begin(loaded, compiled)
  })
  if (!start) throw new Error(`${project.name} did not load`)
  return start()
}

async function begin(project: ReturnType<typeof load>, compiled: ReturnType<typeof compileProject>): Promise<SoapSource> {
  const recorder = createRecorder()
  const routes = createRoutes(compiled, noBodies)
  const http = createHttpListener(project, silent)
  const bodies: unknown[] = []
  const headers: Headers[] = []
  const plan = async (message: Message): Promise<string> => {
    const { deliveries } = await routes.plan(message)
    const [first] = deliveries
    if (first) headers.push(first.headers)
    if (first) bodies.push(first.contentType.includes('json') ? JSON.parse(Buffer.from(first.body).toString()) : first.body)
    return first?.entry ?? ''
  }
  const source: SoapSource & { url: string; port: number } = {
    url: '',
    port: 0,
    recorder,
    bodies,
    headers,
    answer: () => ({}),
    faultOf: async (message, error) => routes.fault(message, await plan(message), error),
    stop: () => http.stop(),
  }
  recorder.onAccept = async message => void (await plan(message))
  recorder.onCall = async message => {
    const entry = await plan(message)
    const answer = { status: 200, headers: {}, contentType: 'application/json', body: Buffer.from('{}'), ...source.answer(message) }
    return routes.reply(message, entry, answer)
  }
  const sources = Object.values(project.routes).flatMap(route =>
    route.from.map((from, index) => ({ route, source: from, index })).filter(({ source: { adapter } }) => adapter === 'soap'),
  )
  const context = {
    project,
    clients: project.clients,
    log: silent,
    bodies: noBodies,
    http,
    formats: ({ route, index }: { route: { name: string }; index: number }) => compiled.get(route.name)?.sources[index]?.formats ?? [],
  }
  const gateway: Gateway = recorder.gateway
  await createSoapInbound(sources, context).start(gateway)
  await http.start(gateway)
  source.url = http.address ?? ''
  source.port = Number(new URL(source.url).port)
  return source
}

/** What came over the wire. */
export interface Told {
  readonly status: number
  readonly head: string
  readonly body: string
}

/** Sends these bytes on a connection of their own; resolves with the bytes of the answer. */
export async function tell(port: number, bytes: string | Uint8Array): Promise<Told> {
  const wire = await openWire(port, bytes)
  await until('the answer', () => isWhole(wire.text()))
  const text = wire.text()
  wire.socket.destroy()
  const [head = '', body = ''] = split(text)
  return { status: Number(/^HTTP\/1\.1 (\d{3})/.exec(head)?.[1]), head, body }
}

function split(text: string): string[] {
  const at = text.indexOf('\r\n\r\n')
  return at < 0 ? [] : [text.slice(0, at), text.slice(at + 4)]
}

function isWhole(text: string): boolean {
  const [head, body = ''] = split(text)
  return head !== undefined && Buffer.byteLength(body) >= Number(/content-length: (\d+)/i.exec(head)?.[1] ?? 0)
}

export const NS = { '1.1': 'http://schemas.xmlsoap.org/soap/envelope/', '1.2': 'http://www.w3.org/2003/05/soap-envelope' } as const
export type Version = keyof typeof NS
export const TYPES = { '1.1': 'text/xml; charset=utf-8', '1.2': 'application/soap+xml; charset=utf-8' } as const

/** An envelope of that version. */
export function envelope(version: Version, payload: string, headers = ''): string {
  const head = headers === '' ? '' : `<S:Header>${headers}</S:Header>`
  return `<?xml version="1.0" encoding="UTF-8"?><S:Envelope xmlns:S="${NS[version]}">${head}<S:Body>${payload}</S:Body></S:Envelope>`
}

/** A POST of it, as bytes. */
export function post(body: string | Uint8Array, headers: Readonly<Record<string, string>>, path = '/ws'): Buffer {
  const bytes = Buffer.from(body)
  const lines = Object.entries({ Host: '127.0.0.1', 'Content-Length': String(bytes.length), ...headers }).map(
    ([name, value]) => `${name}: ${value}\r\n`,
  )
  return Buffer.concat([Buffer.from(`POST ${path} HTTP/1.1\r\n${lines.join('')}\r\n`), bytes])
}
