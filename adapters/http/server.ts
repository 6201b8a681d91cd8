import http from 'node:http'
import https from 'node:https'
import { addressFault } from '../../gateway/address-fault.ts'
import { pem } from './pem.ts'

export interface ServerOptions {
  readonly tls?: { readonly cert: string; readonly key: string }
  /** The project's folder: PEM files are relative to it. */
  readonly dir: string
  /** The longest that a request may take to arrive, and an answer to come. */
  readonly requestMs: number
  readonly silenceMs: number
  readonly headersMs?: number
}

const HEADERS_MS = 10_000
/** Longer than the idle time of the usual load balancers, which must be the first to close. */
const KEEP_ALIVE_MS = 65_000
const MAX_CONNECTIONS = 20_000

/** A server that does not listen yet, with bounds on headers (16 KB, 10 s), connections and silence. */
export function createServer({ tls, dir, requestMs, silenceMs, headersMs = HEADERS_MS }: ServerOptions): http.Server {
  const bounds = {
    headersTimeout: headersMs,
    requestTimeout: requestMs + headersMs,
    keepAliveTimeout: KEEP_ALIVE_MS,
    connectionsCheckingInterval: Math.min(1_000, headersMs),
    maxHeaderSize: 16_384,
    insecureHTTPParser: false,
    noDelay: true,
    // Checked in dispatch.ts, so that the answer is a problem like all others.
    requireHostHeader: false,
  }
  const server = tls ? https.createServer({ ...bounds, cert: pem(tls.cert, dir), key: pem(tls.key, dir) }) : http.createServer(bounds)
  server.maxConnections = MAX_CONNECTIONS
  server.timeout = silenceMs
  return server
}

/** Resolves when the server listens at `host:port` (`[::1]:8080` for IPv6), with the address it got; rejects with what keeps it from that. */
export function listen(server: http.Server, address: string): Promise<string> {
  const [, host, port] = /^(?:\[?([^\]]*?)\]?:)?(\d+)$/.exec(address) ?? []
  return new Promise((resolve, reject) => {
    const refuse = (cause: Error) => reject(addressFault('listen.http', address, cause))
    server.once('error', refuse)
    server.listen({ port: Number(port), backlog: 4_096, ...(host && { host }) }, () => {
      server.off('error', refuse)
      const bound = server.address()
      resolve(
        typeof bound === 'object' && bound ? `${bound.family === 'IPv6' ? `[${bound.address}]` : bound.address}:${bound.port}` : address,
      )
    })
  })
}
