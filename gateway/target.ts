import { GatewayError } from './errors.ts'
import type { Answer } from './message.ts'
import type { Direct, Outbound, Prepared } from './ports.ts'

/** What a system's or operation's own `settle` rule says of an answer. */
export type Verdict = 'delivered' | 'retry' | 'dead'

/** A place where deliveries go: `system` or `system.operation`, with its bounds and its own reading of answers. */
export interface Target {
  readonly name: string
  readonly outbound: Outbound & Partial<Direct & Prepared>
  readonly inFlight: number
  readonly perSecond?: number
  /** Undefined where the standard table holds. */
  verdict(answer: Answer): Verdict | undefined
}

/** How one attempt ended: no error, the target said yes. */
export interface Outcome {
  readonly answer?: Answer
  readonly error?: GatewayError
}

/** The outcome as the target's own `settle` rules read it. */
export function judge(target: Target, outcome: Outcome): Outcome {
  const answer = outcome.answer ?? outcome.error?.extras.answer
  const verdict = answer && target.verdict(answer)
  if (!answer || !verdict) return outcome
  if (verdict === 'delivered') return { answer }
  const code = verdict === 'dead' ? 'TARGET_REFUSED' : 'TARGET_UNAVAILABLE'
  return {
    answer,
    error: new GatewayError(code, `${target.name} answered ${answer.status}, which its settle rule reads as ${verdict}`, { answer }),
  }
}
