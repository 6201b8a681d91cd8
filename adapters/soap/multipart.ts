/** One part of a multipart body. */
export interface Part {
  /** By name in lower case. */
  readonly headers: Readonly<Record<string, string>>
  readonly body: Buffer
}

/** A multipart/related body (RFC 2387) as it was read. */
export interface Related {
  readonly root: Part
  /** All parts by their Content-ID, without its angle brackets. */
  readonly parts: ReadonlyMap<string, Part>
}

const MAX_PARTS = 1_000
const MAX_HEADER = 16_384
const BREAK = Buffer.from('\r\n\r\n')

/** True for a multipart content type. */
export function isMultipart(contentType: string): boolean {
  return /^\s*multipart\//i.test(contentType)
}

/** The value of a content type's parameter, unquoted. */
export function parameterOf(contentType: string, name: string): string | undefined {
  const found = new RegExp(`;\\s*${name}\\s*=\\s*(?:"((?:[^"\\\\]|\\\\.)*)"|([^\\s;"]+))`, 'i').exec(contentType)
  return found?.[1]?.replaceAll(/\\(.)/g, '$1') ?? found?.[2]
}

/** The parts of a multipart body; undefined where it is none, or does not end as one. */
export function readRelated(body: Uint8Array, contentType: string): Related | undefined {
  const boundary = parameterOf(contentType, 'boundary')
  const parts =
    boundary === undefined || boundary === '' ? undefined : partsOf(Buffer.from(body.buffer, body.byteOffset, body.byteLength), boundary)
  const byId = new Map((parts ?? []).map(part => [bare(part.headers['content-id'] ?? ''), part]))
  const start = parameterOf(contentType, 'start')
  const root = start === undefined ? parts?.[0] : byId.get(bare(start))
  return root && { root, parts: byId }
}

function bare(id: string): string {
  return id.trim().replace(/^<(.*)>$/, '$1')
}

function partsOf(body: Buffer, boundary: string): Part[] | undefined {
  const delimiter = Buffer.from(`\r\n--${boundary}`, 'latin1')
  const first = body.indexOf(delimiter.subarray(2))
  const parts: Part[] = []
  let at = first < 0 ? -1 : first + delimiter.length - 2
  while (at >= 0 && parts.length < MAX_PARTS) {
    if (body.toString('latin1', at, at + 2) === '--') return parts
    const end = body.indexOf(delimiter, at)
    const part = end < 0 ? undefined : partOf(body.subarray(body.indexOf('\n', at) + 1, end))
    if (!part) return undefined
    parts.push(part)
    at = end + delimiter.length
  }
  return undefined
}

function partOf(bytes: Buffer): Part | undefined {
  if (bytes.toString('latin1', 0, 2) === '\r\n') return { headers: {}, body: bytes.subarray(2) }
  const end = bytes.indexOf(BREAK)
  if (end < 0 || end > MAX_HEADER) return undefined
  const lines = bytes
    .toString('latin1', 0, end)
    .replaceAll(/\r\n[ \t]+/g, ' ')
    .split('\r\n')
  const headers = Object.fromEntries(lines.map(headerOf))
  const body = bytes.subarray(end + BREAK.length)
  const encoded = headers['content-transfer-encoding']?.toLowerCase() === 'base64'
  return { headers, body: encoded ? Buffer.from(body.toString('latin1'), 'base64') : body }
}

function headerOf(line: string): readonly [string, string] {
  const colon = line.indexOf(':')
  return colon < 0 ? [line.toLowerCase(), ''] : [line.slice(0, colon).trim().toLowerCase(), line.slice(colon + 1).trim()]
}

/** A part that is to be written. */
export interface PartOut {
  readonly id: string
  readonly contentType: string
  readonly body: Uint8Array
}

/** The bytes of a multipart/related body; the first part is its root. */
export function writeRelated(boundary: string, parts: readonly PartOut[]): Buffer {
  const pieces = parts.flatMap(({ id, contentType, body }) => {
    const head = `--${boundary}\r\nContent-Type: ${contentType}\r\nContent-Transfer-Encoding: binary\r\nContent-ID: <${id}>\r\n\r\n`
    return [Buffer.from(head), body, LINE]
  })
  return Buffer.concat([...pieces, Buffer.from(`--${boundary}--\r\n`)])
}

const LINE = Buffer.from('\r\n')
