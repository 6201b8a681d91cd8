import { GatewayError } from '../../gateway/errors.ts'
import { QUERY } from '../../gateway/query.ts'
import type { RestSystem } from './system-options.ts'

type Values = Readonly<Record<string, string>> | undefined

/** Where a system's requests go. */
export interface RequestTarget {
  /** Scheme, host and port. */
  readonly origin: string
  /** Names of the path parameters, in order. */
  readonly params: readonly string[]
  /** The path with these parameters, and their query, put in; throws TARGET_REFUSED where one is missing or would change the path's shape. */
  path(params: Values): string
}

const PARAM = /:([A-Za-z_]\w*)/

/** Compiled once: the url's path, the operation's appended to it. */
export function createRequestTarget({ url, path = '' }: Pick<RestSystem, 'url' | 'path'>): RequestTarget {
  const { origin, pathname, search } = new URL(url)
  const whole = path === '' ? pathname + search : pathname.replace(/\/$/, '') + path
  const parts = whole.split(PARAM)
  const params = namesIn(parts)
  const filled = (values: Values) => parts.map((part, index) => (index % 2 === 0 ? part : segment(part, values?.[part]))).join('')
  const made = params.length === 0 ? () => whole : filled
  return { origin, params, path: values => withQuery(made(values), values?.[QUERY]) }
}

function withQuery(path: string, query: string | undefined): string {
  return query === undefined ? path : `${path}${path.includes('?') ? '&' : '?'}${query}`
}

/** Names of the path parameters of a system's options; those of a url that is none are not looked for. */
export function paramsOf({ url, path = '' }: Pick<RestSystem, 'url' | 'path'>): readonly string[] {
  return namesIn(`${URL.canParse(url) ? new URL(url).pathname : ''}${path}`.split(PARAM))
}

// Odd parts are names of parameters.
function namesIn(parts: readonly string[]): readonly string[] {
  return parts.filter((_, index) => index % 2 === 1)
}

function segment(name: string, value: string | undefined): string {
  if (value === undefined || value === '') throw refused(name, 'has no value')
  // A server that resolves dot segments would call something else.
  if (value === '.' || value === '..') throw refused(name, `is "${value}"`)
  return encodeURIComponent(Buffer.from(value).toString())
}

function refused(name: string, seen: string): GatewayError {
  return new GatewayError('TARGET_REFUSED', `path parameter :${name} ${seen}; nothing was sent`)
}
