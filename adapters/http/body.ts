import { constants } from 'node:buffer'
import { promisify } from 'node:util'
import zlib from 'node:zlib'
import { GatewayError } from '../../gateway/errors.ts'
import type { Exchange } from './exchange.ts'

export interface BodyLimits {
  readonly maxBodyBytes: number
  readonly bodyTimeoutMs: number
}

/** What bodies that are still being read may take together, so that many slow senders cannot fill the memory. */
export interface Memory {
  freeBytes: number
}

const EMPTY = new Uint8Array(0)
const gunzip = promisify<zlib.InputType, zlib.ZlibOptions, Buffer>(zlib.gunzip)
const inflate = promisify<zlib.InputType, zlib.ZlibOptions, Buffer>(zlib.inflate)
const inflateRaw = promisify<zlib.InputType, zlib.ZlibOptions, Buffer>(zlib.inflateRaw)

/** How a body is packed. */
export type Encoding = 'identity' | 'gzip' | 'deflate'

/** Looks at what the headers say of the body, and has the sender go on; undefined where there is none. Throws UNSUPPORTED_TYPE (encoding) or TOO_LARGE. */
export function admitBody(exchange: Exchange, limits: BodyLimits): Encoding | undefined {
  const { headers } = exchange.req
  const encoding = encodingOf(headers['content-encoding'])
  const declared = headers['content-length']
  if (declared === undefined && headers['transfer-encoding'] === undefined) return undefined
  if (Number(declared ?? 0) > limits.maxBodyBytes) throw tooLarge(limits, `Content-Length is ${declared}`)
  if (exchange.awaitsContinue) proceed(exchange)
  return encoding
}

/** The whole body, inflated; rejects with TOO_LARGE, OVERLOADED, TIMEOUT, UNSUPPORTED_TYPE (encoding) or NOT_READABLE (not what its encoding says, cut). */
export async function readBody(exchange: Exchange, limits: BodyLimits, memory: Memory): Promise<Uint8Array> {
  const encoding = admitBody(exchange, limits)
  if (!encoding) return EMPTY
  const raw = await receive(exchange, limits, memory)
  if (encoding === 'identity' || raw.length === 0) return raw
  return encoding === 'gzip' ? inflated(gunzip, raw, limits, encoding) : inflated(isZlib(raw) ? inflate : inflateRaw, raw, limits, encoding)
}

function proceed(exchange: Exchange): void {
  exchange.awaitsContinue = false
  exchange.res.writeContinue()
}

function receive(exchange: Exchange, limits: BodyLimits, memory: Memory): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    const { req } = exchange
    const chunks: Buffer[] = []
    let size = 0
    function end(error?: GatewayError): void {
      if (!exchange.fail) return
      exchange.fail = undefined
      memory.freeBytes += size
      if (error) reject(error)
      else resolve(chunks.length === 1 ? (chunks[0] ?? EMPTY) : Buffer.concat(chunks, size))
    }
    exchange.fail = end
    exchange.bodyDue = performance.now() + limits.bodyTimeoutMs
    req.on('data', (chunk: Buffer) => {
      if (!exchange.fail) return
      size += chunk.length
      memory.freeBytes -= chunk.length
      chunks.push(chunk)
      if (size > limits.maxBodyBytes) end(tooLarge(limits, `more than ${limits.maxBodyBytes} bytes came`))
      else if (memory.freeBytes < 0) end(new GatewayError('OVERLOADED', 'too many bodies are being read at once'))
    })
    req.on('end', () => end())
    req.on('error', cause => end(new GatewayError('NOT_READABLE', `the connection closed after ${size} bytes of the body`, { cause })))
  })
}

function encodingOf(given: string | undefined): Encoding {
  const name = (given ?? '').trim().toLowerCase()
  if (name === '' || name === 'identity') return 'identity'
  if (name === 'gzip' || name === 'x-gzip') return 'gzip'
  if (name === 'deflate') return name
  throw new GatewayError('UNSUPPORTED_TYPE', `Content-Encoding "${name.slice(0, 100)}" is not taken; allowed: gzip, deflate, identity`)
}

/** False for bare deflate data, which some senders call `deflate` (RFC 9110, 8.4.1.2). */
export function isZlib(raw: Uint8Array): boolean {
  const [first = 0, second = 0] = raw
  return (first & 0x0f) === 8 && (first * 256 + second) % 31 === 0
}

async function inflated(inflateWith: typeof gunzip, raw: Uint8Array, limits: BodyLimits, name: string): Promise<Uint8Array> {
  try {
    return await inflateWith(raw, { maxOutputLength: Math.min(limits.maxBodyBytes, constants.MAX_LENGTH) })
  } catch (cause) {
    if (isCode(cause, 'ERR_BUFFER_TOO_LARGE')) throw tooLarge(limits, `the ${name} body inflates to more than ${limits.maxBodyBytes} bytes`)
    throw notPacked(name, cause)
  }
}

function isCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code
}

/** The body is not what its encoding says. */
export function notPacked(name: string, cause: unknown): GatewayError {
  return new GatewayError('NOT_READABLE', `the body is not ${name}, though Content-Encoding says so`, { cause })
}

/** More than the source takes. */
export function tooLarge({ maxBodyBytes }: Pick<BodyLimits, 'maxBodyBytes'>, seen: string): GatewayError {
  return new GatewayError('TOO_LARGE', `${seen}; this source takes up to ${maxBodyBytes} bytes`)
}
