import { GatewayError } from '../../gateway/errors.ts'
import type { Exchange } from './exchange.ts'

const never = new AbortController().signal

/** A signal for the call that a request makes: where `ends` is true it ends when the sender hangs up before it has its answer. */
export function callerOf({ res }: Exchange, ends: boolean): AbortSignal {
  if (!ends) return never
  const gone = new AbortController()
  res.once('close', () => {
    if (!res.writableFinished) gone.abort(new GatewayError('IN_DOUBT', 'the caller hung up'))
  })
  return gone.signal
}
