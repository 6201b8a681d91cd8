import type { IncomingHttpHeaders } from 'node:http'
import { GatewayError } from '../../gateway/errors.ts'

const TYPE = /^\s*([\w!#$&^.+-]+\/[\w!#$&^.+-]+)\s*(?:;(.*))?$/
const CHARSET = /(?:^|;)\s*charset\s*=\s*"?([^\s;"]+)"?/i

export interface Taken {
  readonly format: 'json' | 'bytes'
  readonly types: readonly string[]
}

/** The content type of a body, as it came; throws UNSUPPORTED_TYPE where the source does not take it. */
export function contentTypeOf(headers: IncomingHttpHeaders, taken: Taken): string {
  const given = headers['content-type']
  if (given === 'application/json') return given
  if (given === undefined) return missing(taken)
  const [, type = '', parameters = ''] = TYPE.exec(given) ?? []
  const name = type.toLowerCase()
  if (name === '' || !isTaken(name, taken)) throw unsupported(given, taken)
  if (taken.format === 'json') checkCharset(parameters)
  return given
}

function missing(taken: Taken): string {
  if (taken.format === 'bytes') return 'application/octet-stream'
  throw unsupported('', taken)
}

function isTaken(name: string, { format, types }: Taken): boolean {
  return format === 'bytes' || name === 'application/json' || name.endsWith('+json') || types.includes(name)
}

function checkCharset(parameters: string): void {
  const [, charset = 'utf-8'] = CHARSET.exec(parameters) ?? []
  if (/^utf-?8$/i.test(charset)) return
  throw new GatewayError('UNSUPPORTED_TYPE', `charset "${charset.slice(0, 50)}" is not taken; allowed: utf-8`)
}

function unsupported(given: string, { types }: Taken): GatewayError {
  const seen = given === '' ? 'there is no Content-Type' : `Content-Type "${given.slice(0, 100)}" is not taken`
  return new GatewayError('UNSUPPORTED_TYPE', `${seen}; allowed: ${['application/json', 'anything +json', ...types].join(', ')}`)
}

/** Throws NOT_ACCEPTABLE where Accept (RFC 9110, 12.5.1) rules JSON out. */
export function requireJsonAccepted(accept: string | undefined): void {
  if (accept === undefined || accept === '*/*' || accept === 'application/json') return
  if (accept.split(',').some(allowsJson)) return
  throw new GatewayError('NOT_ACCEPTABLE', `Accept "${accept.slice(0, 100)}" rules out application/json, which all answers here are`)
}

function allowsJson(range: string): boolean {
  const [name = '', ...parameters] = range.split(';').map(part => part.trim().toLowerCase())
  if (parameters.some(parameter => /^q=0(\.0*)?$/.test(parameter))) return false
  return name === '*/*' || name === 'application/*' || name === 'application/json' || name === ''
}
