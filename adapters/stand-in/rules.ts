import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import type { Path } from '../../config/faults.ts'
import type { Project, StandInRule, SystemConfig } from '../../config/project.ts'
import { typeOfFile } from '../../config/sample.ts'
import type { Condition } from '../../expressions/expression.ts'
import { conditionAt, scopeOf } from '../../expressions/scope.ts'
import type { Answer } from '../../gateway/message.ts'
import { writeJson } from '../../transformers/json/codec.ts'

/** One rule of a stand-in, ready to play. */
export interface PlayedRule {
  readonly when: Condition['condition']
  /** Statuses that a message meets first, one a call. */
  readonly fail: readonly number[]
  readonly answer: Answer
}

/** The rules of a system's stand-in, their files read once; what does not compile or cannot be read is among the project's faults. */
export function compileStandIn(project: Project, { standIn }: SystemConfig): readonly PlayedRule[] {
  return standIn.flatMap(rule => {
    const when = rule.when === undefined ? always : conditionAt(project, rule.when, scopeOf(undefined), [...rule.path, 'when'])
    const answer = answerOf(project, rule)
    return when && answer ? [{ when, fail: rule.fail ?? [], answer }] : []
  })
}

const always = () => true

/** An answer of this status that says nothing. */
export function bareAnswer(status: number): Answer {
  return { status, headers: {}, contentType: '', body: new Uint8Array() }
}

function answerOf(project: Project, { answer, answerKey = 'answer', status = 200, path }: StandInRule): Answer | undefined {
  if (answer === undefined) return bareAnswer(status)
  if (typeof answer !== 'string') return { ...bareAnswer(status), contentType: 'application/json', body: writeJson(answer) }
  const body = readSample(project, answer, [...path, answerKey])
  return body && { ...bareAnswer(status), contentType: typeOfFile(answer), body }
}

function readSample({ dir, faults }: Project, file: string, path: Path): Uint8Array | undefined {
  try {
    return readFileSync(resolve(dir, file))
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown'
    return void faults.add('FILE', path, `"${file}" cannot be read (${code})`)
  }
}
