import { createServer, type IncomingMessage, type RequestListener, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { addressFault } from '../address-fault.ts'
import type { AdminParts } from './parts.ts'
import { leaveAddress, takeAddress } from './token.ts'

export interface AdminOptions {
  /** `host:port`; port 0 takes a free one. */
  readonly address: string
  readonly token: string
  readonly parts: AdminParts
  /** The folder of the store: while the API listens, its address lies there for the commands. */
  readonly folder?: string
}

/** The management API. */
export interface Admin {
  /** Resolves with the address it listens on, `http://127.0.0.1:8081`; rejects where it is taken. */
  start(): Promise<string>
  /** Takes no new calls, waits a second for those that run; may be called twice. */
  stop(): Promise<void>
}

const MAX_CONNECTIONS = 256
const LAST_CALLS_MS = 1_000

/** The management API on an address of its own: health and metrics are open, /api needs the token. */
export function createAdmin({ address, token, parts, folder }: AdminOptions): Admin {
  const server = createServer(
    { headersTimeout: 10_000, requestTimeout: 30_000, connectionsCheckingInterval: 5_000 },
    createListener(token, parts),
  )
  server.maxConnections = MAX_CONNECTIONS
  server.keepAliveTimeout = 5_000
  server.on('error', error => parts.log.error('admin-failed', { reason: error.message }))
  return {
    async start() {
      await listen(server, address)
      const actual = `http://${shown(server.address() as AddressInfo)}`
      if (folder !== undefined) leaveAddress(folder, actual)
      return actual
    },
    async stop() {
      if (folder !== undefined) takeAddress(folder)
      await close(server)
    },
  }
}

/** Express is loaded when somebody calls: a gateway that nobody asks does without its memory. */
function createListener(token: string, parts: AdminParts): RequestListener {
  let application: Promise<RequestListener> | undefined
  return async (request: IncomingMessage, response: ServerResponse) => {
    application ??= import('./application.ts').then(({ createApplication }) => createApplication(token, parts))
    try {
      const listener = await application
      listener(request, response)
    } catch (error) {
      application = undefined
      parts.log.error('admin-failed', { reason: String(error) })
      response.destroy()
    }
  }
}

function listen(server: Server, address: string): Promise<void> {
  const colon = address.lastIndexOf(':')
  const [host, port] = [address.slice(0, colon).replace(/^\[|\]$/g, ''), Number(address.slice(colon + 1))]
  return new Promise((resolve, reject) => {
    const refuse = (cause: Error) => reject(addressFault('listen.admin', address, cause))
    server.once('error', refuse)
    server.listen({ host, port }, () => {
      server.off('error', refuse)
      resolve()
    })
  })
}

function shown({ address, port, family }: AddressInfo): string {
  return family === 'IPv6' ? `[${address}]:${port}` : `${address}:${port}`
}

async function close(server: Server): Promise<void> {
  if (!server.listening) return
  const closed = new Promise<void>(resolve => void server.close(() => resolve()))
  server.closeIdleConnections()
  const timer = setTimeout(() => server.closeAllConnections(), LAST_CALLS_MS)
  await closed
  clearTimeout(timer)
}
