import type { Project, SystemConfig } from '../../config/project.ts'
import type { Variables } from '../../expressions/expression.ts'
import { asGatewayError, GatewayError } from '../../gateway/errors.ts'
import type { Log } from '../../gateway/log.ts'
import type { Answer } from '../../gateway/message.ts'
import { type Delivery, deliveryKey, type Outbound } from '../../gateway/ports.ts'
import { QUERY } from '../../gateway/query.ts'
import type { MakeOutbound } from '../../routes/targets.ts'
import { parseJson } from '../../transformers/json/codec.ts'
import { adapters } from '../registry.ts'
import { answerFault } from '../rest/settlement.ts'
import { bareAnswer, compileStandIn, type PlayedRule } from './rules.ts'
import { type Wire, wireOf } from './wire.ts'

/** Deliveries whose calls are remembered, so that `fail` counts for each of them. */
const REMEMBERED = 10_000

/** Whether a stand-in plays the system: queues of the gateway's own broker are real where there is one. */
export function isPlayed({ queue }: Project, { adapter, options, standIn }: SystemConfig): boolean {
  return standIn.length > 0 && (queue.kind === 'embedded' || !adapters[adapter]?.queues?.isOwn(options))
}

/** Systems that a stand-in plays are played by it, within this process; all others by what `others` makes. */
export function standInOutbounds(project: Project, log: Log, others: MakeOutbound): MakeOutbound {
  return (system, operation) => {
    if (!isPlayed(project, system)) return others(system, operation)
    const wire = wireOf(project, system, operation)
    return createStandIn(system.name, compileStandIn(project, system, wire), { log, wire })
  }
}

/** What a stand-in plays with. */
export interface Playing {
  readonly log: Log
  readonly wire?: Wire
}

/** Plays a system: the first rule that holds answers, after the failures that it lists for each delivery; where none holds, 501 says so. */
export function createStandIn(system: string, rules: readonly PlayedRule[], { log, wire = {} }: Playing): Outbound {
  const calls = createCounter(REMEMBERED)
  const name = `the stand-in of ${system}`
  return {
    async send(delivery) {
      const call = calls.next(deliveryKey(delivery))
      const { messageId, entry } = delivery
      const told = (answers: number) => log.info('stand-in', { system, messageId, entry, attempt: call + 1, answers })
      try {
        const answer = answerTo(chosenRule(rules, delivery, { system, wire }), call, name)
        told(answer.status)
        return answer
      } catch (error) {
        const failure = asGatewayError(error)
        told(failure.extras.answer?.status ?? 0)
        throw failure
      }
    },
    async close() {},
  }
}

const UNPLAYED: Answer = { ...bareAnswer(501), contentType: 'text/plain', body: Buffer.from('no rule of the stand-in holds') }

function answerTo(rule: PlayedRule | undefined, call: number, name: string): Answer {
  const failure = rule?.fail[call]
  if (!rule) throw answerFault(UNPLAYED, name)
  if (failure === undefined) return rule.answer(name)
  const answer = bareAnswer(failure)
  if (failure >= 300) throw answerFault(answer, name)
  return answer
}

interface Played {
  readonly system: string
  readonly wire: Wire
}

/** A condition that cannot be evaluated is a mistake in the stand-in or the mapping: trying again would only hide it. */
function chosenRule(rules: readonly PlayedRule[], delivery: Delivery, { system, wire }: Played): PlayedRule | undefined {
  const variables = variablesOf(delivery, wire)
  try {
    return rules.find(({ when }) => when(variables))
  } catch (cause) {
    throw new GatewayError('TARGET_REFUSED', `the stand-in of ${system}: ${asGatewayError(cause).detail}`, { cause })
  }
}

function variablesOf(delivery: Delivery, wire: Wire): Variables {
  const { messageId, source, key = '', headers, params = {}, acceptedAt } = delivery
  const { operation = '' } = wire
  const { [QUERY]: asked = '', ...path } = params
  const query = Object.fromEntries(new URLSearchParams(asked))
  const meta = { id: messageId, key, source, client: '', operation, path, query, receivedAt: acceptedAt }
  return { body: bodyOf(delivery, wire), headers, meta }
}

function bodyOf({ body, contentType }: Delivery, { formats }: Wire): unknown {
  try {
    return formats ? formats.request.read({ body, contentType, meta: {} }) : parseJson(body).value
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
