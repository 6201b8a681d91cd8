import { asGatewayError, GatewayError } from './errors.ts'
import { failpoint } from './failpoint.ts'
import type { Answer } from './message.ts'
import type { Delivery, Direct, Outbound, Prepared, Streaming } from './ports.ts'

/** What a system's or operation's own `settle` rule says of an answer. */
export type Verdict = 'delivered' | 'retry' | 'dead'

/** A place where deliveries go: `system` or `system.operation`, with its bounds and its own reading of answers. */
export interface Target {
  readonly name: string
  readonly outbound: Outbound & Partial<Direct & Prepared & Streaming>
  readonly inFlight: number
  readonly perSecond?: number
  /** What is sent to it is given up at once when the gateway stops: it goes on where it was. */
  readonly resumes?: true
  /** Undefined where the standard table holds. */
  verdict(answer: Answer): Verdict | undefined
}

/** How one attempt ended: no error, the target said yes. */
export interface Outcome {
  readonly answer?: Answer
  readonly error?: GatewayError
}

/** The outcome as the target's own `settle` rules read it. */
function judge(target: Target, outcome: Outcome): Outcome {
  const answer = outcome.answer ?? outcome.error?.extras.answer
  const verdict = answer && target.verdict(answer)
  if (!answer || !verdict) return outcome
  if (verdict === 'delivered') {
    const { fault: _, ...taken } = answer
    return { answer: taken }
  }
  const code = verdict === 'dead' ? 'TARGET_REFUSED' : 'TARGET_UNAVAILABLE'
  return {
    answer,
    error: new GatewayError(code, `${target.name} answered ${answer.status}, which its settle rule reads as ${verdict}`, { answer }),
  }
}

/** Sends once, and reads what came back as the target's rules do; never rejects. */
export async function trySend(target: Target, delivery: Delivery, signal: AbortSignal): Promise<Outcome> {
  try {
    failpoint('delivery.sending')
    const answer = await target.outbound.send(delivery, signal)
    failpoint('delivery.sent')
    return judge(target, answer ? { answer } : {})
  } catch (error) {
    return judge(target, { error: asGatewayError(error) })
  }
}

/** What the caller of a target that answers nothing gets. */
export const emptyAnswer: Answer = { status: 204, headers: {}, contentType: '', body: new Uint8Array() }
