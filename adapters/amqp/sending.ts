import { GatewayError } from '../../gateway/errors.ts'
import type { PublishResult } from '../../gateway/ports.ts'

/** What a publish that was not stored means for the delivery. */
export function faultOf(result: Exclude<PublishResult, 'stored'>, place: string, reason = 'it cannot be reached'): GatewayError {
  if (result === 'returned') return new GatewayError('TARGET_RETURNED', `${place}: ${reason}`)
  const code = result === 'unfit' ? 'TARGET_REFUSED' : 'TARGET_UNAVAILABLE'
  return new GatewayError(code, `${place}: ${reason}`)
}
