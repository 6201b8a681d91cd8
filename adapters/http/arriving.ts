import { GatewayError } from '../../gateway/errors.ts'
import { type BodyLimits, tooLarge } from './body.ts'
import type { Exchange } from './exchange.ts'

/** A body on its way in, as it comes over the wire. */
export interface Arriving {
  /** Asks the sender for more only when it is asked for more. Throws TOO_LARGE, TIMEOUT where 64 KB take longer than the body's time, or NOT_READABLE where the connection closed. */
  readonly parts: AsyncGenerator<Uint8Array, void>
  /** Nobody reads on; what is still to come is not looked at. */
  end(): void
}

/** What must come within the body's time. */
const PIECE = 65_536

/** Begins to read the body of a request, piece by piece. */
export function receiveParts(exchange: Exchange, { maxBodyBytes, bodyTimeoutMs }: BodyLimits): Arriving {
  const { req } = exchange
  const held: Uint8Array[] = []
  let over: GatewayError | 'complete' | undefined
  let [size, piece, leftMs] = [0, 0, bodyTimeoutMs]
  let wake = () => {}

  function finish(how: GatewayError | 'complete'): void {
    over ??= how
    exchange.fail = undefined
    req.off('data', take)
    wake()
  }
  function take(chunk: Uint8Array): void {
    size += chunk.length
    piece += chunk.length
    held.push(chunk)
    req.pause()
    if (size > maxBodyBytes) finish(tooLarge({ maxBodyBytes }, `more than ${maxBodyBytes} bytes came`))
    wake()
  }
  /** The sender's clock runs only while it is waited for. */
  async function more(): Promise<void> {
    if (piece >= PIECE) [piece, leftMs] = [0, bodyTimeoutMs]
    exchange.bodyDue = performance.now() + leftMs
    const came = new Promise<void>(resolve => {
      wake = resolve
    })
    req.resume()
    await came
    leftMs = exchange.bodyDue - performance.now()
    exchange.bodyDue = Number.POSITIVE_INFINITY
  }
  async function* parts(): AsyncGenerator<Uint8Array, void> {
    for (;;) {
      if (over instanceof GatewayError) throw over
      const chunk = held.shift()
      if (chunk) yield chunk
      else if (over) return
      else await more()
    }
  }

  exchange.bodyDue = Number.POSITIVE_INFINITY
  exchange.fail = finish
  req.on('data', take).pause()
  req.on('end', () => finish('complete'))
  req.on('error', cause => finish(new GatewayError('NOT_READABLE', `the connection closed after ${size} bytes of the body`, { cause })))
  return { parts: parts(), end: () => finish('complete') }
}
