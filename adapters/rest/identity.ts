import type { IncomingHttpHeaders } from 'node:http'
import { GatewayError } from '../../gateway/errors.ts'

const KEY = /^[\x21-\x7e](?:[\x20-\x7e]{0,253}[\x21-\x7e])?$/

/** The sender's Idempotency-Key, quoted or bare, without its quotes; undefined where there is none; throws BAD_REQUEST where it is not 1 to 255 printable ASCII characters. */
export function idempotencyKeyOf(headers: IncomingHttpHeaders): string | undefined {
  const given = headers['idempotency-key']
  if (given === undefined) return undefined
  const key = typeof given === 'string' ? unquoted(given.trim()) : ''
  if (KEY.test(key)) return key
  throw new GatewayError('BAD_REQUEST', 'Idempotency-Key must be 1 to 255 printable ASCII characters, bare or in double quotes, given once')
}

function unquoted(text: string): string {
  if (text.length < 2 || !text.startsWith('"') || !text.endsWith('"')) return text
  return text.slice(1, -1).replaceAll(/\\(["\\])/g, '$1')
}

/** What makes a message the same message again: the key, within its client and route. */
export function identityOf(client: string | undefined, route: string, key: string): string {
  return `rest:${client ?? '-'}:${route}:${key}`
}
