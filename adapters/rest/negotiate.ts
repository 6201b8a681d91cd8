import type { IncomingHttpHeaders } from 'node:http'
import { GatewayError } from '../../gateway/errors.ts'
import type { Formats } from '../../transformers/format.ts'
import { bytesFormat } from '../../transformers/formats/bytes.ts'
import { jsonFormat } from '../../transformers/formats/json.ts'

const TYPE = /^\s*([\w!#$&^.+-]+\/[\w!#$&^.+-]+)\s*(?:;(.*))?$/
const CHARSET = /(?:^|;)\s*charset\s*=\s*"?([^\s;"]+)"?/i

/** What a source takes: the content types of its formats, and others that its options list. */
export interface Taken {
  readonly formats: readonly Formats[]
  readonly types: readonly string[]
}

/** The content type of a body, as it came; throws UNSUPPORTED_TYPE where the source does not take it. */
export function contentTypeOf(headers: IncomingHttpHeaders, taken: Taken): string {
  const given = headers['content-type']
  if (given === 'application/json' && taken.formats[0]?.request === jsonFormat) return given
  if (given === undefined) return missing(taken)
  const [, type = '', parameters = ''] = TYPE.exec(given) ?? []
  const name = type.toLowerCase()
  const format = taken.formats.find(({ request }) => request.takes(name))?.request
  if (name === '' || (!format && !taken.types.includes(name))) throw unsupported(given, taken)
  // XML says itself what it is written in; JSON is UTF-8.
  if (format === jsonFormat) checkCharset(parameters)
  return given
}

function missing(taken: Taken): string {
  const [first] = taken.formats
  if (first?.request === bytesFormat) return first.request.contentType
  throw unsupported('', taken)
}

/** The content type of a form, as it came; throws UNSUPPORTED_TYPE where it is none. */
export function requireFormType(given: string | undefined): string {
  const [, type = ''] = TYPE.exec(given ?? '') ?? []
  if (given !== undefined && type.toLowerCase() === 'multipart/form-data') return given
  const seen = given === undefined ? 'there is no Content-Type' : `Content-Type "${given.slice(0, 100)}" is not taken`
  throw new GatewayError('UNSUPPORTED_TYPE', `${seen}; allowed: multipart/form-data`)
}

function checkCharset(parameters: string): void {
  const [, charset = 'utf-8'] = CHARSET.exec(parameters) ?? []
  if (/^utf-?8$/i.test(charset)) return
  throw new GatewayError('UNSUPPORTED_TYPE', `charset "${charset.slice(0, 50)}" is not taken; allowed: utf-8`)
}

function unsupported(given: string, { formats, types }: Taken): GatewayError {
  const seen = given === '' ? 'there is no Content-Type' : `Content-Type "${given.slice(0, 100)}" is not taken`
  return new GatewayError('UNSUPPORTED_TYPE', `${seen}; allowed: ${[...formats.flatMap(namesOf), ...types].join(', ')}`)
}

function namesOf({ request: { contentType } }: Formats): string[] {
  return [contentType, `anything +${contentType.split('/')[1]}`]
}

/** Throws NOT_ACCEPTABLE where Accept (RFC 9110, 12.5.1) rules JSON out. */
export function requireJsonAccepted(accept: string | undefined): void {
  if (accept === undefined || accept === '*/*' || accept === 'application/json') return
  if (acceptedOf(accept, ['application/json']) === undefined) {
    throw new GatewayError('NOT_ACCEPTABLE', `Accept "${accept.slice(0, 100)}" rules out application/json, which all answers here are`)
  }
}

/** The content type of the reply that the sender wants, of those that the source writes; undefined where it leaves the choice. Throws NOT_ACCEPTABLE where it wants none of them. */
export function replyTypeOf(accept: string | undefined, formats: readonly Formats[]): string | undefined {
  const types = formats.map(({ reply }) => reply.contentType)
  if (accept === undefined || types.includes('application/octet-stream') || ranges(accept).every(({ name }) => name === '*/*'))
    return undefined
  const found = acceptedOf(accept, types)
  if (found !== undefined) return found
  throw new GatewayError(
    'NOT_ACCEPTABLE',
    `Accept "${accept.slice(0, 100)}" rules out ${types.join(' and ')}, which this source answers in`,
  )
}

/** The type that Accept likes best; of equals the first. */
function acceptedOf(accept: string, types: readonly string[]): string | undefined {
  const wanted = ranges(accept)
  const rated = types.map(type => ({ type, quality: qualityOf(type, wanted) })).filter(({ quality }) => quality > 0)
  return rated.sort((a, b) => b.quality - a.quality)[0]?.type
}

interface Range {
  readonly name: string
  readonly quality: number
}

function ranges(accept: string): readonly Range[] {
  return accept.split(',').map(range => {
    const [name = '', ...parameters] = range.split(';').map(part => part.trim().toLowerCase())
    const quality = parameters.map(parameter => /^q=([01](?:\.\d*)?)$/.exec(parameter)?.[1]).find(found => found !== undefined)
    return { name: name || '*/*', quality: quality === undefined ? 1 : Number(quality) }
  })
}

// The most specific range counts: a type before `application/*` before `*/*`.
function qualityOf(type: string, wanted: readonly Range[]): number {
  const [group, subtype = ''] = type.split('/')
  const near = subtype === 'xml' ? ['text/xml'] : []
  const names = [type, ...near, `${group}/*`, '*/*']
  const found = names.map(name => wanted.find(range => range.name === name)).find(range => range !== undefined)
  return found?.quality ?? 0
}
