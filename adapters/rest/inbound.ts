import type { Server } from 'node:http'
import { Server as NetServer } from 'node:net'
import type { Gateway, Inbound, Listening } from '../../gateway/ports.ts'
import type { AdapterContext, SourceBinding } from '../adapter.ts'
import { createMemory } from './body.ts'
import { createIdentify, type Identify } from './clients.ts'
import { type Desk, expireBodies, misread, serve } from './dispatch.ts'
import { createPaths, type PathEntry, type Paths } from './paths.ts'
import { createReceiptEndpoint, createReceiptsEndpoint } from './receipts.ts'
import { createServer, listen } from './server.ts'
import { createSourceEndpoint } from './source.ts'
import { restSource } from './source-options.ts'

const STOP_MS = 25_000
const WATCH_MS = 200
/** Kept-alive connections are told 503 for so long before they are closed. */
const FAREWELL_MS = 250

/** All REST sources of a project and the receipts behind listen.http. After `stop` begins, what still comes is answered 503 DRAINING and its connection closed. */
export function createRestInbound(sources: readonly SourceBinding[], context: AdapterContext): Inbound & Listening {
  let started: { readonly server: Server; readonly desk: Desk; readonly address: string } | undefined
  let stopped: Promise<void> | undefined
  return {
    get address() {
      return started?.address
    },
    async start(gateway) {
      const desk = { paths: pathsOf(sources, gateway, context), log: context.log, seats: new Map(), running: 0, draining: false }
      const server = open(sources, context, desk)
      const { http, tls } = context.project.listen
      const address = `${tls ? 'https' : 'http'}://${await listen(server, http)}`
      started = { server, desk, address }
      context.log.debug('rest-listening', { address })
    },
    stop() {
      stopped ??= started ? close(started.server, started.desk) : Promise.resolve()
      return stopped
    },
  }
}

function pathsOf(sources: readonly SourceBinding[], gateway: Gateway, { clients }: AdapterContext): Paths {
  const identify = createIdentify(clients)
  const memory = createMemory(sources.map(({ source }) => restSource(source.options).maxBodyBytes))
  const entries = sources.map((binding): PathEntry => {
    const { method, path } = restSource(binding.source.options)
    return { methods: [method], path, endpoint: createSourceEndpoint(binding, { gateway, identify, memory }) }
  })
  return createPaths([...entries, ...receiptEntries(gateway, identify, Object.keys(clients).length > 0)])
}

function receiptEntries({ receipts }: Gateway, identify: Identify, hasClients: boolean): PathEntry[] {
  return [
    { methods: ['GET', 'HEAD'], path: '/receipts/:id', endpoint: createReceiptEndpoint(receipts, identify, hasClients) },
    { methods: ['GET', 'HEAD'], path: '/receipts', endpoint: createReceiptsEndpoint(receipts, identify, hasClients) },
  ]
}

function open(sources: readonly SourceBinding[], { project }: AdapterContext, desk: Desk): Server {
  const { tls } = project.listen
  const server = createServer({
    ...(tls && { tls }),
    dir: project.dir,
    requestMs: Math.max(0, ...sources.map(({ source }) => restSource(source.options).bodyTimeoutMs)),
    silenceMs: Math.max(120_000, ...sources.map(({ route }) => (route.reply?.withinMs ?? 0) + 30_000)),
  })
  server.on('request', (req, res) => void serve(desk, req, res, false))
  server.on('checkContinue', (req, res) => void serve(desk, req, res, true))
  server.on('clientError', (error, socket) => misread(desk, error, socket))
  const watch = setInterval(() => expireBodies(desk, performance.now()), WATCH_MS).unref()
  server.once('close', () => clearInterval(watch))
  return server
}

async function close(server: Server, desk: Desk): Promise<void> {
  desk.draining = true
  for (const { exchange } of desk.seats.values()) if (exchange) exchange.res.shouldKeepAlive = false
  // http.Server's own close would cut kept-alive connections whose next request is on its way; this only stops listening.
  const closed = new Promise<void>(resolve => NetServer.prototype.close.call(server, () => resolve()))
  const end = performance.now() + STOP_MS
  const farewell = performance.now() + FAREWELL_MS
  await waitFor(closed, () => performance.now() > end || (desk.running === 0 && performance.now() > farewell))
  server.closeAllConnections()
  server.close(() => {})
  await closed
}

async function waitFor(closed: Promise<void>, over: () => boolean): Promise<void> {
  let isClosed = false
  void closed.then(() => {
    isClosed = true
  })
  while (!isClosed && !over()) await new Promise(resolve => setTimeout(resolve, 20))
}
