import type { Server } from 'node:http'
import { Server as NetServer } from 'node:net'
import type { Project } from '../../config/project.ts'
import type { Log } from '../../gateway/log.ts'
import type { Inbound, Listening } from '../../gateway/ports.ts'
import type { BodyLimits, Memory } from './body.ts'
import { type Desk, expireBodies, misread, serve } from './dispatch.ts'
import { createPaths, type PathEntry } from './paths.ts'
import { createServer, listen } from './server.ts'

const STOP_MS = 25_000
const WATCH_MS = 200
/** Kept-alive connections are told 503 for so long before they are closed. */
const FAREWELL_MS = 250
/** Silence on a connection beyond what the slowest route may take. */
const SILENCE_MS = 120_000
const SLACK_MS = 30_000
/** Bodies that are being read may take this together, or four of the largest. */
const BODIES_BYTES = 67_108_864

/** What an adapter serves at listen.http. */
export interface HttpEntry extends PathEntry {
  /** What one of its bodies may take in memory, and how long it may take to come. */
  readonly limits?: BodyLimits
  /** How long its answer may take. */
  readonly withinMs?: number
}

/** The one HTTP server of a project: adapters add what they serve while they start, and it starts last. After `stop` begins, what still comes is refused with DRAINING and its connection closed. */
export interface HttpListener extends Inbound, Listening {
  add(entries: readonly HttpEntry[]): void
  /** Shared by all bodies that are being read. */
  readonly memory: Memory
}

/** A listener that does not listen yet. */
export function createHttpListener(project: Pick<Project, 'dir' | 'listen'>, log: Log): HttpListener {
  const entries: HttpEntry[] = []
  const memory = { freeBytes: BODIES_BYTES }
  let started: { readonly server: Server; readonly desk: Desk; readonly address: string } | undefined
  let stopped: Promise<void> | undefined
  return {
    memory,
    get address() {
      return started?.address
    },
    add(more) {
      entries.push(...more)
      memory.freeBytes = Math.max(memory.freeBytes, ...more.map(({ limits }) => 4 * (limits?.maxBodyBytes ?? 0)))
    },
    async start() {
      const desk = { paths: createPaths(entries), log, seats: new Map(), running: 0, draining: false }
      const server = open(entries, project, desk)
      const address = `${project.listen.tls ? 'https' : 'http'}://${await listen(server, project.listen.http)}`
      started = { server, desk, address }
      log.debug('http-listening', { address })
    },
    stop() {
      stopped ??= started ? close(started.server, started.desk) : Promise.resolve()
      return stopped
    },
  }
}

function open(entries: readonly HttpEntry[], { dir, listen: { tls } }: Pick<Project, 'dir' | 'listen'>, desk: Desk): Server {
  const server = createServer({
    ...(tls && { tls }),
    dir,
    requestMs: Math.max(0, ...entries.map(({ limits }) => limits?.bodyTimeoutMs ?? 0)),
    silenceMs: Math.max(SILENCE_MS, ...entries.map(({ withinMs = 0 }) => withinMs + SLACK_MS)),
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
