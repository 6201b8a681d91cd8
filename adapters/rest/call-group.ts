import { GatewayError } from '../../gateway/errors.ts'
import type { Call } from './call.ts'

// One listener a signal, however many calls and targets share it.
const groups = new WeakMap<AbortSignal, Call[]>()

/** The running calls that end with this signal. */
export function groupOf(signal: AbortSignal): Call[] {
  const known = groups.get(signal)
  if (known) return known
  const calls: Call[] = []
  groups.set(signal, calls)
  signal.addEventListener('abort', () => failAll(calls, abortedBy(signal)), { once: true })
  return calls
}

function failAll(calls: Call[], error: GatewayError): void {
  for (const call of [...calls]) call.fail(error)
}

/** What a call that ends with its signal means: the signal's own reason, else TARGET_TIMEOUT. */
export function abortedBy({ reason }: AbortSignal): GatewayError {
  if (reason instanceof GatewayError) return reason
  return new GatewayError('TARGET_TIMEOUT', 'the gateway gave the call up before the answer came', { cause: reason })
}
