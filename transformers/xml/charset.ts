import { GatewayError } from '../../gateway/errors.ts'

export type Charset = 'utf-8' | 'utf-16le' | 'utf-16be' | 'iso-8859-1' | 'windows-1252' | 'us-ascii'

export interface Detected {
  readonly charset: Charset
  /** Bytes of the byte order mark. */
  readonly mark: number
}

/** So many bytes at the start tell the charset. */
export const HEAD_BYTES = 256

const NAMES = new Map<string, Charset | 'utf-16'>(
  Object.entries<Charset | 'utf-16'>({
    'utf-8': 'utf-8',
    utf8: 'utf-8',
    'utf-16': 'utf-16',
    'utf-16le': 'utf-16le',
    'utf-16be': 'utf-16be',
    'iso-8859-1': 'iso-8859-1',
    'iso_8859-1': 'iso-8859-1',
    latin1: 'iso-8859-1',
    'windows-1252': 'windows-1252',
    cp1252: 'windows-1252',
    'us-ascii': 'us-ascii',
    ascii: 'us-ascii',
  }),
)

const TAKEN = 'taken are UTF-8, UTF-16 with a byte order mark, ISO-8859-1, windows-1252 and US-ASCII'
const DECLARED = /^<\?xml[ \t\r\n][^>]*?[ \t\r\n]?encoding[ \t\r\n]*=[ \t\r\n]*["']([^"'>]*)["']/
const PARAMETER = /;\s*([^\s=;"]+)\s*=\s*("(?:[^"\\]|\\.)*"|[^;\s]*)/g

/** Byte order mark, then charset parameter, then encoding declaration, then UTF-8 (RFC 7303, section 3; XML 1.0, appendix F). Throws NOT_READABLE for others than it knows. */
export function detectCharset(head: Buffer, contentType?: string): Detected {
  const first = head[0] ?? 0
  const marked = first >= 0xef || first === 0 ? markOf(head) : undefined
  if (marked) return marked
  const parameter = contentType === undefined ? undefined : charsetParameter(contentType)
  if (parameter !== undefined) return { charset: named(parameter, 'the content type says'), mark: 0 }
  if (head.length > 1 && (first === 0 || head[1] === 0)) throw refused('the bytes look like UTF-16 or UTF-32 without a byte order mark')
  const declared = first === 0x3c && head[1] === 0x3f ? DECLARED.exec(head.toString('latin1', 0, HEAD_BYTES))?.[1] : undefined
  return { charset: declared === undefined ? 'utf-8' : named(declared, 'the document declares'), mark: 0 }
}

/** True where `head` holds all that detectCharset looks at. */
export function tellsCharset(head: Buffer): boolean {
  if (head.length >= HEAD_BYTES) return true
  return head.length >= 4 && (head[0] !== 0x3c || head[1] !== 0x3f || head.includes('?>'))
}

function markOf(head: Buffer): Detected | undefined {
  const [a, b, c, d] = head
  if ((a === 0xff && b === 0xfe && c === 0 && d === 0) || (a === 0 && b === 0 && c === 0xfe && d === 0xff))
    throw refused('the bytes are UTF-32')
  if (a === 0xef && b === 0xbb && c === 0xbf) return { charset: 'utf-8', mark: 3 }
  if (a === 0xff && b === 0xfe) return { charset: 'utf-16le', mark: 2 }
  if (a === 0xfe && b === 0xff) return { charset: 'utf-16be', mark: 2 }
  return undefined
}

function named(name: string, who: string): Charset {
  const charset = NAMES.get(name.toLowerCase())
  if (charset === 'utf-16') throw refused(`${who} UTF-16, but there is no byte order mark`)
  if (charset === undefined) throw refused(`${who} the charset ${JSON.stringify(name.slice(0, 40))}, which is not taken`)
  return charset
}

function refused(what: string): GatewayError {
  const message = `${what}; ${TAKEN}`
  return new GatewayError('NOT_READABLE', `line 1, column 1: ${message}`, { errors: [{ line: 1, column: 1, message }] })
}

function charsetParameter(contentType: string): string | undefined {
  if (!/charset/i.test(contentType)) return undefined
  for (const [, name = '', value = ''] of contentType.matchAll(PARAMETER)) {
    if (name.toLowerCase() === 'charset') return value.startsWith('"') ? value.slice(1, -1).replace(/\\(.)/g, '$1') : value
  }
  return undefined
}
