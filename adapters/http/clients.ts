import { createHash, timingSafeEqual } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'
import type { ClientConfig } from '../../config/project.ts'
import { GatewayError } from '../../gateway/errors.ts'

/** Who calls: a client of the project by its API key, undefined where no key is shown; throws UNAUTHORIZED for a key that nobody has. */
export type Identify = (headers: IncomingHttpHeaders) => ClientConfig | undefined

const BEARER = /^bearer +(\S+) *$/i

/** Keys come as `Authorization: Bearer KEY` or `X-Api-Key: KEY`; only their SHA-256 is known here. A project without clients asks for nothing. */
export function createIdentify(clients: Readonly<Record<string, ClientConfig>>): Identify {
  const known = Object.values(clients).flatMap(client => client.keyHashes.map(hash => ({ client, hash: Buffer.from(hash, 'hex') })))
  if (known.length === 0) return () => undefined
  return headers => {
    const key = presented(headers)
    if (key === undefined) return undefined
    const hash = createHash('sha256').update(key).digest()
    let found: ClientConfig | undefined
    // No early end: the time says nothing about which key was near.
    for (const one of known) if (one.hash.length === hash.length && timingSafeEqual(one.hash, hash)) found = one.client
    if (found) return found
    throw new GatewayError('UNAUTHORIZED', 'the API key is not one of a client of this project')
  }
}

function presented(headers: IncomingHttpHeaders): string | undefined {
  const key = headers['x-api-key']
  if (typeof key === 'string') return key
  const { authorization } = headers
  if (authorization === undefined) return undefined
  const [, bearer] = BEARER.exec(authorization) ?? []
  if (bearer !== undefined) return bearer
  throw new GatewayError('UNAUTHORIZED', 'Authorization is not of the form `Bearer KEY`')
}

/** Throws UNAUTHORIZED where a source needs a client and none came, FORBIDDEN where another came or the route is not in its scopes. */
export function admit(client: ClientConfig | undefined, route: string, needed: string | undefined): void {
  if (!client && needed === undefined) return
  if (!client) throw new GatewayError('UNAUTHORIZED', 'this source needs an API key: Authorization: Bearer KEY, or X-Api-Key: KEY')
  if (needed !== undefined && client.name !== needed)
    throw new GatewayError('FORBIDDEN', `this source is for another client than "${client.name}"`)
  if (client.scopes.includes('*') || client.scopes.includes(route)) return
  throw new GatewayError('FORBIDDEN', `route "${route}" is not in the scopes of client "${client.name}"`)
}
