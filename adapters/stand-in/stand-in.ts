import type { Project, SystemConfig } from '../../config/project.ts'
import type { Variables } from '../../expressions/expression.ts'
import { asGatewayError, GatewayError } from '../../gateway/errors.ts'
import type { Log } from '../../gateway/log.ts'
import type { Answer } from '../../gateway/message.ts'
import { type Delivery, deliveryKey, type Outbound } from '../../gateway/ports.ts'
import type { MakeOutbound } from '../../routes/targets.ts'
import { parseJson } from '../../transformers/json/codec.ts'
import { adapters } from '../registry.ts'
import { answerFault } from '../rest/settlement.ts'
import { bareAnswer, compileStandIn, type PlayedRule } from './rules.ts'

/** Deliveries whose calls are remembered, so that `fail` counts for each of them. */
const REMEMBERED = 10_000

/** Whether a stand-in plays the system: queues of the gateway's own broker are real where there is one. */
export function isPlayed({ queue }: Project, { adapter, options, standIn }: SystemConfig): boolean {
  return standIn.length > 0 && (queue.kind === 'embedded' || !adapters[adapter]?.queues?.isOwn(options))
}

/** Systems that a stand-in plays are played by it, within this process; all others by what `others` makes. */
export function standInOutbounds(project: Project, log: Log, others: MakeOutbound): MakeOutbound {
  return (system, operation) =>
    isPlayed(project, system) ? createStandIn(system.name, compileStandIn(project, system), log) : others(system, operation)
}

/** Plays a system: the first rule that holds answers, after the failures that it lists for each delivery; where none holds, 501 says so. */
export function createStandIn(system: string, rules: readonly PlayedRule[], log: Log): Outbound {
  const calls = createCounter(REMEMBERED)
  return {
    async send(delivery) {
      const call = calls.next(deliveryKey(delivery))
      const answer = answerTo(chosenRule(rules, delivery, system), call)
      const { messageId, entry } = delivery
      log.info('stand-in', { system, messageId, entry, attempt: call + 1, answers: answer.status })
      if (answer.status >= 300) throw answerFault(answer, `the stand-in of ${system}`)
      return answer
    },
    async close() {},
  }
}

const UNPLAYED: Answer = { ...bareAnswer(501), contentType: 'text/plain', body: Buffer.from('no rule of the stand-in holds') }

function answerTo(rule: PlayedRule | undefined, call: number): Answer {
  const failure = rule?.fail[call]
  return failure === undefined ? (rule?.answer ?? UNPLAYED) : bareAnswer(failure)
}

/** A condition that cannot be evaluated is a mistake in the stand-in or the mapping: trying again would only hide it. */
function chosenRule(rules: readonly PlayedRule[], delivery: Delivery, system: string): PlayedRule | undefined {
  const variables = variablesOf(delivery)
  try {
    return rules.find(({ when }) => when(variables))
  } catch (cause) {
    throw new GatewayError('TARGET_REFUSED', `the stand-in of ${system}: ${asGatewayError(cause).detail}`, { cause })
  }
}

function variablesOf({ messageId, source, key = '', headers, body, params = {}, acceptedAt }: Delivery): Variables {
  const meta = { id: messageId, key, source, client: '', operation: '', path: params, query: {}, receivedAt: acceptedAt }
  return { body: bodyOf(body), headers, meta }
}

function bodyOf(body: Uint8Array): unknown {
  try {
    return parseJson(body).value
  } catch {
    return Buffer.from(body).toString()
  }
}

/** Counts by name, for the names that were last counted. */
function createCounter(most: number) {
  const counts = new Map<string, number>()
  return {
    /** How often the name was counted before. */
    next(name: string): number {
      const before = counts.get(name) ?? 0
      counts.delete(name)
      counts.set(name, before + 1)
      const [oldest] = counts.keys()
      if (counts.size > most && oldest !== undefined) counts.delete(oldest)
      return before
    },
  }
}
