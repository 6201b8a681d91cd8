import { GatewayError } from '../../gateway/errors.ts'

const PORTS: Readonly<Record<string, string>> = { 'amqp:': '5672', 'amqps:': '5671' }
const LOOPBACK = new Set(['localhost', '[::1]', '127.0.0.1'])

/** A broker as people may read it, without credentials: `rabbit.example:5672/vhost`. Two addresses with the same name are the same broker. */
export function brokerName(url: string): string {
  const { hostname, port, protocol, pathname } = parse(url)
  const name = hostname.toLowerCase()
  const host = LOOPBACK.has(name) ? '127.0.0.1' : name
  const vhost = pathname.length > 1 ? decodeURIComponent(pathname.slice(1)) : '/'
  return `${host}:${port || PORTS[protocol]}${vhost.startsWith('/') ? '' : '/'}${vhost}`
}

/** Where a source or target lives. */
export interface Broker {
  readonly url: string
  /** It is the gateway's own. */
  readonly own: boolean
}

/** The broker of a source or target; throws CONFIG_INVALID where there is none. */
export function brokerOf(what: string, url: string | undefined, own: string | undefined): Broker {
  const chosen = url ?? own
  if (chosen === undefined) {
    throw new GatewayError(
      'CONFIG_INVALID',
      `${what} names no url, so it means the gateway's own broker, and with the embedded queue there is none; give it a url, or set queue: { rabbitmq: { url } }`,
    )
  }
  return { url: chosen, own: own !== undefined && brokerName(chosen) === brokerName(own) }
}

/** The user that a URL logs in as. */
export function userOf(url: string): string {
  return decodeURIComponent(parse(url).username) || 'guest'
}

function parse(url: string): URL {
  if (!URL.canParse(url)) throw badUrl()
  const parsed = new URL(url)
  if (!(parsed.protocol in PORTS) || parsed.hostname === '') throw badUrl()
  return parsed
}

function badUrl(): GatewayError {
  return new GatewayError('CONFIG_INVALID', 'a broker url cannot be read; allowed: amqp://user:password@host:port/vhost, or amqps://')
}
