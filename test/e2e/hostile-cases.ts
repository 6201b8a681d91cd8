import { deflateSync, gzipSync } from 'node:zlib'

/** One request that means harm, as the bytes that go over a bare socket, and what must come back. */
export interface HostileCase {
  readonly name: string
  readonly bytes: Uint8Array | string
  /** The answer's status; 0: the connection closes without one. */
  readonly status: number
  readonly code?: string
}

const HEAD = 'POST /orders HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n'

function json(body: string | Uint8Array, more = ''): Uint8Array {
  const bytes = Buffer.from(body)
  return Buffer.concat([Buffer.from(`${HEAD}${more}Content-Length: ${bytes.length}\r\n\r\n`), bytes])
}

const deep = (depth: number) => `{"id":"deep","a":${'['.repeat(depth)}${']'.repeat(depth)}}`
const bytesOf = (...parts: readonly (string | number)[]) =>
  Buffer.concat(parts.map(part => (typeof part === 'number' ? Buffer.from([part]) : Buffer.from(part))))

/** Bodies that are hostile in themselves. */
export const hostileBodies: readonly HostileCase[] = [
  { name: 'nesting of 100,000 levels', bytes: json(deep(100_000)), status: 400, code: 'NOT_READABLE' },
  { name: 'nesting of 400,000 open brackets', bytes: json('['.repeat(400_000)), status: 400, code: 'NOT_READABLE' },
  { name: 'a body above the limit', bytes: json(`{"id":"${'x'.repeat(1_100_000)}"}`), status: 413, code: 'TOO_LARGE' },
  { name: 'duplicate keys, of which the last wins', bytes: json('{"id":"first","id":"last"}'), status: 202 },
  { name: '__proto__ as a key', bytes: json('{"id":"proto","__proto__":{"polluted":true}}'), status: 202 },
  { name: 'constructor.prototype as keys', bytes: json('{"id":"c","constructor":{"prototype":{"polluted":true}}}'), status: 202 },
  { name: 'bytes that are no UTF-8', bytes: json(bytesOf('{"id":"', 0xff, 0xfe, '"}')), status: 400, code: 'NOT_READABLE' },
  { name: 'an overlong UTF-8 form', bytes: json(bytesOf('{"id":"', 0xc0, 0xaf, '"}')), status: 400, code: 'NOT_READABLE' },
  { name: 'a cut UTF-8 form', bytes: json(bytesOf('{"id":"', 0xe2, 0x82, '"}')), status: 400, code: 'NOT_READABLE' },
  { name: 'UTF-16 with its mark', bytes: json(Buffer.from('\ufeff{"id":1}', 'utf16le')), status: 400, code: 'NOT_READABLE' },
  { name: 'a byte order mark, which a reader may ignore (RFC 8259, 8.1)', bytes: json('\ufeff{"id":"bom"}'), status: 202 },
  { name: 'a lone surrogate, escaped', bytes: json('{"id":"\\ud800"}'), status: 400, code: 'NOT_READABLE' },
  { name: 'a lone surrogate as bytes', bytes: json(bytesOf('{"id":"', 0xed, 0xa0, 0x80, '"}')), status: 400, code: 'NOT_READABLE' },
  { name: 'no body', bytes: json(''), status: 400, code: 'NOT_READABLE' },
  { name: 'two values', bytes: json('{}{}'), status: 400, code: 'NOT_READABLE' },
  { name: 'NaN', bytes: json('{"id":NaN}'), status: 400, code: 'NOT_READABLE' },
  { name: 'a number of a million digits', bytes: json(`{"id":"n","n":${'9'.repeat(900_000)}}`), status: 400, code: 'NOT_READABLE' },
  { name: 'a number beyond every double', bytes: json('{"id":"n","n":1e999999999}'), status: 202 },
  { name: 'a gzip bomb', bytes: json(gzipSync(Buffer.alloc(50_000_000)), 'Content-Encoding: gzip\r\n'), status: 413, code: 'TOO_LARGE' },
  {
    name: 'a deflate bomb',
    bytes: json(deflateSync(Buffer.alloc(50_000_000)), 'Content-Encoding: deflate\r\n'),
    status: 413,
    code: 'TOO_LARGE',
  },
  { name: 'a body that says gzip and is not', bytes: json('{}', 'Content-Encoding: gzip\r\n'), status: 400, code: 'NOT_READABLE' },
]

/** Framing that is hostile: lengths, smuggling forms, headers. */
export const hostileFrames: readonly HostileCase[] = [
  {
    name: 'Content-Length and Transfer-Encoding',
    bytes: `${HEAD}Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n`,
    status: 400,
  },
  { name: 'two Content-Lengths', bytes: `${HEAD}Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}`, status: 400 },
  { name: 'a Content-Length below 0', bytes: `${HEAD}Content-Length: -1\r\n\r\n{}`, status: 400 },
  { name: 'a Content-Length that is no number', bytes: `${HEAD}Content-Length: two\r\n\r\n{}`, status: 400 },
  { name: 'a Content-Length of 5 GB', bytes: `${HEAD}Content-Length: 5368709120\r\n\r\n{}`, status: 413, code: 'TOO_LARGE' },
  { name: 'Transfer-Encoding: xchunked', bytes: `${HEAD}Transfer-Encoding: xchunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n`, status: 400 },
  { name: 'a chunk whose size is none', bytes: `${HEAD}Transfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n0\r\n\r\n`, status: 400 },
  { name: 'headers of 100 KB', bytes: `${HEAD}X-A: ${'a'.repeat(100_000)}\r\n\r\n`, status: 400 },
  { name: 'a thousand headers', bytes: `${HEAD}${'X-A: b\r\n'.repeat(4_000)}Content-Length: 2\r\n\r\n{}`, status: 400 },
  { name: 'a NUL in a header', bytes: `${HEAD}X-A: a\0b\r\nContent-Length: 2\r\n\r\n{}`, status: 400 },
  { name: 'a TLS greeting', bytes: Uint8Array.of(0x16, 3, 1, 0, 5, 1, 0, 0, 1, 0), status: 400 },
  { name: 'an unknown method', bytes: 'STEAL /orders HTTP/1.1\r\nHost: x\r\n\r\n', status: 400 },
  { name: 'a body slower than its deadline', bytes: `${HEAD}Content-Length: 10\r\n\r\n{"id`, status: 408, code: 'TIMEOUT' },
]
