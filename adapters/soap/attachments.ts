import { randomUUID } from 'node:crypto'
import { GatewayError } from '../../gateway/errors.ts'
import { faultError } from './condition.ts'

/** One part of a multipart/related package (RFC 2387), decoded; a view of the package's bytes where nothing had to be decoded. */
export interface Part {
  /** Content-ID without its angle brackets; '' for none. */
  readonly id: string
  readonly location: string
  readonly contentType: string
  readonly body: Buffer
}

/** A package: the part with the envelope, and the others. */
export interface Package {
  readonly root: Part
  readonly attachments: readonly Part[]
}

/** A content type's name in lower case, and its parameters by their names in lower case. */
export interface MediaType {
  readonly name: string
  readonly parameters: ReadonlyMap<string, string>
}

const PARAMETER = /;\s*([!#$%&'*+\-.^`|~\w]+)\s*=\s*("(?:[^"\\]|\\.)*"|[^\s;"]*)/g
const MAX_TYPE = 2_000

/** Reads a content type (RFC 9110, 8.3.1). */
export function readMediaType(text: string): MediaType {
  const short = text.slice(0, MAX_TYPE)
  const end = short.indexOf(';')
  const name = (end < 0 ? short : short.slice(0, end)).trim().toLowerCase()
  const parameters = new Map<string, string>()
  if (end < 0) return { name, parameters }
  for (const [, key = '', value = ''] of short.slice(end).matchAll(PARAMETER)) parameters.set(key.toLowerCase(), unquoted(value))
  return { name, parameters }
}

function unquoted(value: string): string {
  return value.startsWith('"') ? value.slice(1, -1).replace(/\\(.)/g, '$1') : value
}

/** True for a package of several parts: MTOM, or SOAP with Attachments. */
export function isPackage(contentType: string): boolean {
  return /^\s*multipart\/related\b/i.test(contentType)
}

const MAX_PARTS = 1_000
const MAX_PART_HEADERS = 16_384
const LINE = '\r\n'

/** The parts of a package; throws NOT_READABLE where it is broken or cut. Nothing is copied that is not encoded. */
export function readPackage(contentType: string, body: Uint8Array): Package {
  const { parameters } = readMediaType(contentType)
  const boundary = parameters.get('boundary') ?? ''
  if (boundary === '' || boundary.length > 200) throw broken('its content type names no boundary of 1 to 200 characters')
  const parts = split(Buffer.from(body.buffer, body.byteOffset, body.byteLength), boundary).map(readPart)
  const start = bare(parameters.get('start') ?? '')
  const root = start === '' ? parts[0] : parts.find(({ id }) => id === start)
  if (!root) throw broken(start === '' ? 'it has no part' : `no part has the Content-ID <${start.slice(0, 100)}> that \`start\` names`)
  return { root, attachments: parts.filter(part => part !== root) }
}

function broken(why: string): GatewayError {
  return new GatewayError('NOT_READABLE', `the multipart/related body is broken: ${why}`)
}

function split(bytes: Buffer, boundary: string): Buffer[] {
  const delimiter = Buffer.from(`${LINE}--${boundary}`, 'latin1')
  const parts: Buffer[] = []
  let at = first(bytes, delimiter)
  while (!isEnd(bytes, at)) {
    const start = bytes.indexOf(LINE, at)
    if (start < 0) throw broken('it ends inside a boundary')
    if (bytes.toString('latin1', at, Math.min(start, at + 80)).trim() !== '') throw broken('characters follow a boundary')
    const end = bytes.indexOf(delimiter, start)
    if (end < 0) throw broken('it ends before its last boundary; it may be cut')
    if (parts.length >= MAX_PARTS) throw broken(`it has more than ${MAX_PARTS} parts`)
    parts.push(bytes.subarray(start + 2, Math.max(end, start + 2)))
    at = end + delimiter.length
  }
  return parts
}

// Behind the first boundary; what stands before it is a preamble.
function first(bytes: Buffer, delimiter: Buffer): number {
  if (bytes.subarray(0, delimiter.length - 2).equals(delimiter.subarray(2))) return delimiter.length - 2
  const at = bytes.indexOf(delimiter)
  if (at < 0) throw broken('the boundary that its content type names is not there')
  return at + delimiter.length
}

function isEnd(bytes: Buffer, at: number): boolean {
  return bytes[at] === 0x2d && bytes[at + 1] === 0x2d
}

function readPart(bytes: Buffer): Part {
  const end = bytes.subarray(0, 2).equals(Buffer.from(LINE)) ? 0 : bytes.indexOf(`${LINE}${LINE}`) + 2
  if (end === 1) throw broken('a part has no empty line after its headers')
  if (end > MAX_PART_HEADERS) throw broken(`the headers of a part are longer than ${MAX_PART_HEADERS} bytes`)
  const headers = readHeaders(bytes.toString('latin1', 0, end))
  return {
    id: bare(headers.get('content-id') ?? ''),
    location: headers.get('content-location') ?? '',
    contentType: headers.get('content-type') ?? 'text/plain',
    body: decoded(bytes.subarray(end + 2), (headers.get('content-transfer-encoding') ?? '').toLowerCase()),
  }
}

function readHeaders(text: string): Map<string, string> {
  const headers = new Map<string, string>()
  for (const line of text.replace(/\r\n[ \t]+/g, ' ').split(LINE)) {
    const colon = line.indexOf(':')
    if (colon > 0) headers.set(line.slice(0, colon).trim().toLowerCase(), line.slice(colon + 1).trim())
  }
  return headers
}

function bare(id: string): string {
  return id.trim().replace(/^<([^<>]*)>$/, '$1')
}

function decoded(body: Buffer, encoding: string): Buffer {
  if (encoding === '' || encoding === 'binary' || encoding === '8bit' || encoding === '7bit') return body
  if (encoding === 'base64') return base64(body.toString('latin1'))
  if (encoding === 'quoted-printable') return quotedPrintable(body.toString('latin1'))
  throw broken(`Content-Transfer-Encoding "${encoding.slice(0, 50)}" is not known; allowed: binary, 8bit, 7bit, base64, quoted-printable`)
}

function base64(text: string): Buffer {
  const digits = text.replace(/[ \t\r\n]+/g, '')
  if (digits.length % 4 !== 0 || !/^[A-Za-z0-9+/]*={0,2}$/.test(digits)) throw broken('a part that says base64 is none')
  return Buffer.from(digits, 'base64')
}

function quotedPrintable(text: string): Buffer {
  const joined = text.replace(/[ \t]+(?=\r\n|$)/g, '').replace(/=\r\n/g, '')
  if (/=(?![0-9A-Fa-f]{2})/.test(joined)) throw broken('a part that says quoted-printable is none')
  return Buffer.from(
    joined.replace(/=([0-9A-Fa-f]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))),
    'latin1',
  )
}

/** The part that a `cid:` URI means (RFC 2392); throws NOT_READABLE where it is missing. */
export function partOf({ attachments }: Pick<Package, 'attachments'>, href: string): Part {
  const id = href.startsWith('cid:') ? unescaped(href.slice(4)) : undefined
  const found = attachments.find(part => (id === undefined ? part.location === href : part.id === id))
  if (found) return found
  throw faultError('NOT_READABLE', `no part of the message is "${href.slice(0, 200)}"`, { kind: 'Client' })
}

function unescaped(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

/** What is sent beside an envelope. */
export interface Attachment {
  readonly id: string
  readonly contentType: string
  readonly body: Uint8Array
}

/** What a package is written of. */
export interface PackageOut {
  readonly envelope: Uint8Array
  /** Of the envelope: `text/xml; charset=utf-8`. */
  readonly contentType: string
  /** The envelope refers to its attachments by xop:Include. */
  readonly xop: boolean
  readonly action?: string
  readonly attachments: readonly Attachment[]
}

/** A package (MTOM, 3.2 with XOP, 4.1; or SOAP with Attachments) and its content type. */
export function writePackage({ envelope, contentType, xop, action, attachments }: PackageOut): { contentType: string; body: Buffer } {
  const boundary = `waybill-${randomUUID()}`
  const type = readMediaType(contentType).name
  const rootType = xop ? `application/xop+xml; charset=utf-8; type="${type}"` : contentType
  const start = '<envelope@waybill>'
  const info = xop ? `; start-info="${type}"` : ''
  const named = action === undefined ? '' : `; action="${action.replace(/[\\"]/g, '\\$&')}"`
  const chunks = [envelope, ...attachments.map(({ body }) => body)].flatMap((body, index) => {
    const { id, contentType: own } = attachments[index - 1] ?? { id: start.slice(1, -1), contentType: rootType }
    const head = `Content-Type: ${line(own)}${LINE}Content-Transfer-Encoding: binary${LINE}Content-ID: <${line(id)}>${LINE}${LINE}`
    return [Buffer.from(`${LINE}--${boundary}${LINE}${head}`), body]
  })
  return {
    contentType: `multipart/related; type="${xop ? 'application/xop+xml' : type}"; start="${start}"${info}${named}; boundary="${boundary}"`,
    body: Buffer.concat([...chunks, Buffer.from(`${LINE}--${boundary}--${LINE}`)]),
  }
}

function line(text: string): string {
  return text.replace(/[^\x20-\x7e]/g, '')
}
