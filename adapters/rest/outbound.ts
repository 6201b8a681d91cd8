import { createRequire } from 'node:module'
import type { Dispatcher, Pool } from 'undici'
import type { Answer } from '../../gateway/message.ts'
import type { Delivery, Outbound } from '../../gateway/ports.ts'
import type { AdapterContext, TargetOptions } from '../adapter.ts'
import { pem } from '../http/pem.ts'
import { Call } from './call.ts'
import { abortedBy, groupOf } from './call-group.ts'
import { createRequestHeaders } from './request-headers.ts'
import { createRequestTarget } from './request-target.ts'
import { type RestAuth, type RestSystem, restSystem } from './system-options.ts'

// Loaded where a target is really called: what only looks at a config, or plays its systems, does without it.
const load = createRequire(import.meta.url)

/** Delivers over HTTP/1.1: 2xx resolves with the answer; all else rejects with TARGET_REFUSED, TARGET_UNAVAILABLE or TARGET_TIMEOUT, with the answer where there was one. */
export function createRestOutbound({ name, options, auth, inFlight }: TargetOptions, { project }: AdapterContext): Outbound {
  const system = restSystem(options)
  const target = createRequestTarget(system)
  const headersOf = createRequestHeaders(system, auth as RestAuth | undefined)
  const limits = { name, timeoutMs: system.timeoutMs, maxReplyBytes: system.maxReplyBytes }
  const { Pool }: typeof import('undici') = load('undici')
  const pool = new Pool(target.origin, poolOptions(system, inFlight, project.dir))

  async function send(delivery: Delivery, signal: AbortSignal): Promise<Answer> {
    if (signal.aborted) throw abortedBy(signal)
    const request: Dispatcher.DispatchOptions = {
      method: system.method,
      path: target.path(delivery.params),
      headers: headersOf(delivery),
      body: system.method === 'GET' || delivery.body.length === 0 ? null : delivery.body,
    }
    return new Promise((resolve, reject) => {
      pool.dispatch(request, new Call(limits, { resolve, reject }, groupOf(signal)))
    })
  }

  return { send, close: () => pool.close() }
}

// No redirects (undici's default); the deadlines of headers and body are one, the call's own.
function poolOptions({ connectTimeoutMs, tls }: RestSystem, connections: number, dir: string): Pool.Options {
  const { ca, cert, key, servername } = tls ?? {}
  return {
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
  }
}
