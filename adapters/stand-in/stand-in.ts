import { readFileSync } from 'node:fs'
import { extname, resolve } from 'node:path'
import type { Project, StandInRule, SystemConfig } from '../../config/project.ts'
import type { Condition, Variables } from '../../expressions/expression.ts'
import { conditionAt, scopeOf } from '../../expressions/scope.ts'
import type { Log } from '../../gateway/log.ts'
import type { Answer } from '../../gateway/message.ts'
import type { Delivery, Outbound } from '../../gateway/ports.ts'
import type { MakeOutbound } from '../../routes/targets.ts'
import { parseJson, writeJson } from '../../transformers/json/codec.ts'
import { answerFault } from '../rest/settlement.ts'

/** Messages whose calls are remembered, so that `fail` counts for each of them. */
const REMEMBERED = 10_000

interface Rule {
  readonly when: Condition['condition']
  readonly fail: readonly number[]
  readonly answer: Answer
}

/** Systems that have a stand-in are played by it, within this process; all others are really called. */
export function standInOutbounds(project: Project, log: Log, real: MakeOutbound): MakeOutbound {
  return (system, operation) => (system.standIn.length > 0 ? createStandIn(project, system, log) : real(system, operation))
}

/** Plays a system by its `standIn` rules: the first that holds answers, after the failures it lists for each message. */
export function createStandIn(project: Project, system: SystemConfig, log: Log): Outbound {
  const rules = system.standIn.map(rule => compileRule(project, rule))
  const calls = new Map<string, number>()
  return {
    async send(delivery) {
      const rule = rules.find(({ when }) => when(variablesOf(delivery)))
      const call = count(calls, delivery)
      const status = rule?.fail[call]
      const answer = status === undefined ? (rule?.answer ?? unplayed) : { ...unplayed, status }
      log.info('stand-in', {
        system: system.name,
        messageId: delivery.messageId,
        entry: delivery.entry,
        attempt: call + 1,
        answers: answer.status,
      })
      if (answer.status >= 300) throw answerFault(answer, `the stand-in of ${system.name}`)
      return answer
    },
    async close() {},
  }
}

const unplayed: Answer = { status: 501, headers: {}, contentType: '', body: new Uint8Array() }

function count(calls: Map<string, number>, { messageId, entry }: Delivery): number {
  const key = `${messageId} ${entry}`
  const before = calls.get(key) ?? 0
  calls.delete(key)
  calls.set(key, before + 1)
  const [oldest] = calls.keys()
  if (calls.size > REMEMBERED && oldest !== undefined) calls.delete(oldest)
  return before
}

function compileRule(project: Project, { when, fail, answer, status, path }: StandInRule): Rule {
  const condition = when === undefined ? undefined : conditionAt(project, when, scopeOf(undefined), [...path, 'when'])
  return { when: condition ?? (() => when === undefined), fail: fail ?? [], answer: answerOf(project, answer, status ?? 200) }
}

function answerOf(project: Project, answer: unknown, status: number): Answer {
  if (answer === undefined) return { ...unplayed, status }
  if (typeof answer !== 'string') return { status, headers: {}, contentType: 'application/json', body: writeJson(answer) }
  const file = resolve(project.dir, answer)
  return { status, headers: {}, contentType: extname(file) === '.xml' ? 'application/xml' : 'application/json', body: readFileSync(file) }
}

function variablesOf({ messageId, source, key, headers, body, params }: Delivery): Variables {
  return {
    body: bodyOf(body),
    headers,
    meta: { id: messageId, key: key ?? '', source, client: '', operation: '', path: params ?? {}, query: {}, receivedAt: 0 },
  }
}

function bodyOf(body: Uint8Array): unknown {
  try {
    return parseJson(body).value
  } catch {
    return Buffer.from(body).toString()
  }
}
