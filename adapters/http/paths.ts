import createRouter, { type HTTPMethod } from 'find-my-way'
import { GatewayError } from '../../gateway/errors.ts'
import type { Exchange, Refuse } from './exchange.ts'

/** What was found in the request's target. */
export interface Located {
  readonly path: Readonly<Record<string, string>> | undefined
  readonly query: Readonly<Record<string, string>> | undefined
}

/** Answers a request of one method and path; rejects with GatewayError. */
export type Endpoint = (exchange: Exchange, located: Located) => Promise<void>

/** A method and a path, and who answers there. */
export interface PathEntry {
  readonly methods: readonly HTTPMethod[]
  readonly path: string
  readonly endpoint: Endpoint
  /** Absent: a problem of RFC 9457. */
  readonly refuse?: Refuse
  /** Stands only where nobody else answers at its path. */
  readonly yields?: true
}

export interface Found extends Located {
  readonly entry: PathEntry
}

/** Finds who answers a request: `find` throws NOT_FOUND, BAD_REQUEST for a path that cannot be decoded, or METHOD_NOT_ALLOWED with the methods that are; `allowed` is empty for an unknown path. */
export interface Paths {
  find(method: string, url: string): Found
  allowed(url: string): readonly string[]
}

const ALL: readonly HTTPMethod[] = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE']

/** Throws CONFIG_INVALID where two entries claim the same method and path. */
export function createPaths(entries: readonly PathEntry[]): Paths {
  const router = createRouter({ maxParamLength: 1_000, querystringParser: parseQuery })
  const yielding = entries.filter(({ yields }) => yields)
  for (const entry of [...entries.filter(({ yields }) => !yields), ...yielding]) {
    const { methods, path, yields } = entry
    if (yields && methods.some(method => router.find(method, path))) continue
    const taken = methods.find(method => router.hasRoute(method, path))
    if (taken) throw new GatewayError('CONFIG_INVALID', `two sources claim ${taken} ${path} of listen.http`)
    router.on([...methods], path, () => {}, entry)
  }
  const allowed = (url: string) => ALL.filter(method => router.find(method, url)?.store)
  return {
    allowed,
    find(method, url) {
      const found = router.find(method as HTTPMethod, url)
      if (!found?.store) throw lost(method, url, allowed(url))
      return { entry: found.store, path: pathOf(found.params), query: queryOf(found.searchParams) }
    },
  }
}

function lost(method: string, url: string, allow: readonly string[]): GatewayError {
  const path = url.split('?', 1)[0]?.slice(0, 200) ?? ''
  if (allow.length === 0) return new GatewayError('NOT_FOUND', `nothing is at ${path}`)
  return new GatewayError('METHOD_NOT_ALLOWED', `${path} does not take ${method}; allowed: ${allow.join(', ')}`, { allow })
}

const NONE: Record<string, string> = {}

function parseQuery(text: string): Record<string, string> {
  return text ? Object.fromEntries(new URLSearchParams(text)) : NONE
}

function queryOf(query: Record<string, string>): Record<string, string> | undefined {
  return query === NONE ? undefined : query
}

function pathOf(params: Record<string, string | undefined>): Record<string, string> | undefined {
  let path: Record<string, string> | undefined
  for (const [name, value] of Object.entries(params)) {
    path ??= {}
    path[name] = value ?? ''
  }
  return path
}
