import { Readable, type Transform } from 'node:stream'
import { createGunzip, createInflate, createInflateRaw } from 'node:zlib'
import { GatewayError } from '../../gateway/errors.ts'
import { type BodyLimits, type Encoding, isZlib, notPacked, tooLarge } from './body.ts'

const CHUNK = { chunkSize: 65_536 }

/** A body without its encoding, piece by piece; throws TOO_LARGE as soon as it inflates to too much, and NOT_READABLE where it is not what it says. */
export async function* unpackParts(
  parts: AsyncGenerator<Uint8Array, void>,
  encoding: Encoding,
  limits: Pick<BodyLimits, 'maxBodyBytes'>,
): AsyncGenerator<Uint8Array, void> {
  if (encoding === 'identity') return yield* parts
  const head = await headOf(parts)
  if (head.length === 0) return
  const packed = Readable.from(chain(head, parts), { objectMode: false })
  const inflating = inflaterOf(encoding, head)
  packed.on('error', error => inflating.destroy(error))
  try {
    let size = 0
    for await (const part of packed.pipe(inflating)) {
      size += part.length
      if (size > limits.maxBodyBytes) throw tooLarge(limits, `the ${encoding} body inflates to more than ${limits.maxBodyBytes} bytes`)
      yield part
    }
  } catch (cause) {
    throw cause instanceof GatewayError ? cause : notPacked(encoding, cause)
  } finally {
    packed.destroy()
  }
}

function inflaterOf(encoding: Encoding, head: Uint8Array): Transform {
  if (encoding === 'gzip') return createGunzip(CHUNK)
  return isZlib(head) ? createInflate(CHUNK) : createInflateRaw(CHUNK)
}

/** The beginning, two bytes at least where there are so many: they tell zlib from bare deflate. */
async function headOf(parts: AsyncGenerator<Uint8Array, void>): Promise<Uint8Array> {
  let head: Uint8Array = new Uint8Array()
  while (head.length < 2) {
    const next = await parts.next()
    if (next.done) break
    head = head.length === 0 ? next.value : Buffer.concat([head, next.value])
  }
  return head
}

async function* chain(head: Uint8Array, parts: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  yield head
  yield* parts
}
