import { createRequire } from 'node:module'
import type { Pool } from 'undici'
import { pem } from '../http/pem.ts'
import type { RestSystem } from './system-options.ts'

// Loaded where a target is really called: what only looks at a config, or plays its systems, does without it.
const load = createRequire(import.meta.url)

/** How many connections there may be, and where the project's PEM files lie. */
export interface PoolParts {
  readonly connections: number
  readonly dir: string
}

/** Kept connections to one origin over HTTP/1.1. No redirects (undici's default); the deadlines of headers and body are one, the call's own. */
export function createPool(
  origin: string,
  { connectTimeoutMs, tls }: Pick<RestSystem, 'connectTimeoutMs' | 'tls'>,
  parts: PoolParts,
): Pool {
  const { Pool }: typeof import('undici') = load('undici')
  const { connections, dir } = parts
  const { ca, cert, key, servername } = tls ?? {}
  return new Pool(origin, {
    connections,
    pipelining: 1,
    headersTimeout: 0,
    bodyTimeout: 0,
    connect: {
      timeout: connectTimeoutMs,
      rejectUnauthorized: true,
      ...(ca !== undefined && { ca: pem(ca, dir) }),
      ...(cert !== undefined && { cert: pem(cert, dir) }),
      ...(key !== undefined && { key: pem(key, dir) }),
      ...(servername !== undefined && { servername }),
    },
  })
}
