import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import type { Path } from '../../config/faults.ts'
import type { Project, StandInRule, SystemConfig } from '../../config/project.ts'
import { typeOfFile } from '../../config/sample.ts'
import type { Condition } from '../../expressions/expression.ts'
import { conditionAt, scopeOf } from '../../expressions/scope.ts'
import { asGatewayError, GatewayError } from '../../gateway/errors.ts'
import type { Answer } from '../../gateway/message.ts'
import type { Format } from '../../transformers/format.ts'
import { parseJson, writeJson } from '../../transformers/json/codec.ts'
import { answerFault } from '../rest/settlement.ts'
import type { Wire } from './wire.ts'

/** One rule of a stand-in, ready to play. */
export interface PlayedRule {
  readonly when: Condition['condition']
  /** Statuses that a message meets first, one a call. */
  readonly fail: readonly number[]
  /** What the target's outbound would give: the answer; throws what an outbound throws. `name`: the stand-in's, for texts. */
  answer(name: string): Answer
}

/** The rules of a system's stand-in, played on one of its wires, their files read once; what does not compile or cannot be read is among the project's faults. */
export function compileStandIn(project: Project, { standIn }: SystemConfig, wire: Wire = {}): readonly PlayedRule[] {
  return standIn.flatMap(rule => {
    const { when, content } = partsOf(project, rule)
    if (!when || !content) return []
    const made = once(() => answerOf(rule, content, wire))
    return [{ when, fail: rule.fail ?? [], answer: name => played(made(), name, wire) }]
  })
}

interface Parts {
  readonly when: Condition['condition'] | undefined
  readonly content: Content | undefined
}

/** What is the same on all wires, of which a system has one for each operation. */
const parts = new WeakMap<StandInRule, Parts>()

function partsOf(project: Project, rule: StandInRule): Parts {
  const known = parts.get(rule)
  if (known) return known
  const when = rule.when === undefined ? always : conditionAt(project, rule.when, scopeOf(undefined), [...rule.path, 'when'])
  const made = { when, content: contentOf(project, rule) }
  parts.set(rule, made)
  return made
}

const always = () => true

/** Tells rules whose answer none of the system's wires can carry. Of several operations each has rules of its own. */
export function checkStandIn(project: Project, system: SystemConfig, wires: readonly Wire[]): void {
  for (const rule of system.standIn) {
    const { content } = partsOf(project, rule)
    const error = content && whyNone(rule, content, wires)
    if (error) project.faults.add('WRONG_VALUE', [...rule.path, keyOf(rule)], error.detail)
  }
}

/** Why the first of the wires cannot carry it, where no other can. */
function whyNone(rule: StandInRule, content: Content, wires: readonly Wire[]): GatewayError | undefined {
  let first: GatewayError | undefined
  for (const wire of wires) {
    const error = whyNot(rule, content, wire)
    if (!error) return undefined
    first ??= error
  }
  return first
}

function keyOf({ fault, answerKey = 'answer' }: StandInRule): string {
  return fault ? 'fault' : answerKey
}

function whyNot(rule: StandInRule, content: Content, wire: Wire): GatewayError | undefined {
  try {
    answerOf(rule, content, wire)
    return undefined
  } catch (error) {
    return asGatewayError(error)
  }
}

function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined
  return () => {
    made ??= { value: make() }
    return made.value
  }
}

/** An answer of this status that says nothing. */
export function bareAnswer(status: number): Answer {
  return { status, headers: {}, contentType: '', body: new Uint8Array() }
}

/** What a rule answers: nothing, a value, or a file. */
type Content = { readonly kind: 'none' } | { readonly kind: 'value'; readonly value: unknown } | Sampled

interface Sampled {
  readonly kind: 'file'
  readonly contentType: string
  readonly body: Uint8Array
}

function contentOf(project: Project, { answer, answerKey = 'answer', path }: StandInRule): Content | undefined {
  if (answer === undefined) return { kind: 'none' }
  if (typeof answer !== 'string') return { kind: 'value', value: answer }
  const body = readSample(project, answer, [...path, answerKey])
  return body && { kind: 'file', contentType: typeOfFile(answer), body }
}

function readSample({ dir, faults }: Project, file: string, path: Path): Uint8Array | undefined {
  try {
    return readFileSync(resolve(dir, file))
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown'
    return void faults.add('FILE', path, `"${file}" cannot be read (${code})`)
  }
}

/** Values, and JSON where the target speaks something else, are written as the target writes; other files are what it sends. */
function answerOf({ fault, status = fault ? 500 : 200 }: StandInRule, content: Content, { formats }: Wire): Answer {
  const bare = { ...bareAnswer(status), ...(fault && { fault }) }
  const format = fault ? declared(fault.name, formats) : formats?.reply
  if (content.kind === 'none') return bare
  if (content.kind === 'value') return { ...bare, ...written(content.value, format) }
  const { contentType, body } = content
  const isValue = format !== undefined && contentType === 'application/json' && !format.takes(contentType)
  return { ...bare, ...(isValue ? written(parseJson(body).value, format) : { contentType, body }) }
}

function declared(name: string, formats: Wire['formats']): Format | undefined {
  if (name === '') return undefined
  const format = formats?.fault?.(name)
  if (format || !formats?.fault) return format
  throw new GatewayError('MAPPING_FAILED', `no fault "${name}" is declared`)
}

function written(value: unknown, format: Format | undefined): Pick<Answer, 'contentType' | 'body'> {
  return format
    ? { contentType: format.contentType, body: format.write(value) }
    : { contentType: 'application/json', body: writeJson(value) }
}

function played(answer: Answer, name: string, { sampled }: Wire): Answer {
  const { fault, status } = answer
  if (fault) {
    const code = fault.code.startsWith('Server') ? 'TARGET_UNAVAILABLE' : 'TARGET_REFUSED'
    throw new GatewayError(code, `${name} answered the fault ${fault.code}${fault.text === '' ? '' : `: ${fault.text}`}`, { answer })
  }
  if (sampled && answer.body.length > 0) return sampled(answer, name)
  if (status >= 300) throw answerFault(answer, name)
  return answer
}
