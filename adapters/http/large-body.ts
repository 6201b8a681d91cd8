import { GatewayError } from '../../gateway/errors.ts'
import type { Message } from '../../gateway/message.ts'
import type { Bodies } from '../../gateway/ports.ts'
import { receiveParts } from './arriving.ts'
import { admitBody, type BodyLimits, type Encoding, type Memory, readBody } from './body.ts'
import type { Exchange } from './exchange.ts'
import { unpackParts } from './unpack.ts'

export interface LargeParts {
  readonly memory: Memory
  readonly bodies: Pick<Bodies, 'keep'>
  /** Throws where nothing is accepted now. */
  readonly admit: () => void
  /** What is larger goes to the body store while it comes; infinite where somebody looks into all of it. */
  readonly inlineBytes: number
}

/** A body in memory, or empty and in the body store. */
export type TakenBody = Pick<Message, 'body' | 'stored'>

const EMPTY = new Uint8Array()

/**
 * The body of a request, inflated; a large one never is in memory as a whole. Rejects as readBody does, with TIMEOUT where a large one makes no
 * progress, and with what the body store says; nothing is left in the body store then.
 */
export async function takeBody(exchange: Exchange, limits: BodyLimits, parts: LargeParts): Promise<TakenBody> {
  if (limits.maxBodyBytes <= parts.inlineBytes || isSmall(exchange, parts.inlineBytes))
    return { body: await readBody(exchange, limits, parts.memory) }
  parts.admit()
  const encoding = admitBody(exchange, limits)
  if (!encoding) return { body: EMPTY }
  return whileArriving(exchange, limits, encoding, unpacked => keepLarge(unpacked, parts))
}

/** Has a body, inflated, read piece by piece; when `read` is done, nobody looks at what may still come. */
export async function whileArriving<T>(
  exchange: Exchange,
  limits: BodyLimits,
  encoding: Encoding,
  read: (parts: AsyncGenerator<Uint8Array, void>) => Promise<T>,
): Promise<T> {
  const arriving = receiveParts(exchange, limits)
  try {
    return await read(unpackParts(arriving.parts, encoding, limits))
  } finally {
    arriving.end()
  }
}

function isSmall({ req: { headers } }: Exchange, inlineBytes: number): boolean {
  return headers['content-encoding'] === undefined && Number(headers['content-length'] ?? Number.NaN) <= inlineBytes
}

async function keepLarge(parts: AsyncGenerator<Uint8Array, void>, { memory, bodies, inlineBytes }: LargeParts): Promise<TakenBody> {
  const held: Uint8Array[] = []
  let size = 0
  try {
    while (size <= inlineBytes) {
      const next = await parts.next()
      if (next.done) return { body: Buffer.concat(held, size) }
      held.push(next.value)
      size += next.value.length
      memory.freeBytes -= next.value.length
      if (memory.freeBytes < 0) throw new GatewayError('OVERLOADED', 'too many bodies are being read at once')
    }
    return { body: EMPTY, stored: await bodies.keep(chain(held, parts)) }
  } finally {
    memory.freeBytes += size
    await parts.return()
  }
}

async function* chain(held: Uint8Array[], parts: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  for (let part = held.shift(); part; part = held.shift()) yield part
  yield* parts
}
