import type { Path } from '../config/faults.ts'
import type { JsonSchema, Project } from '../config/project.ts'
import { compileCondition, compileExpression } from './compile.ts'
import type { Condition, Expression, ExpressionFault, Scope } from './expression.ts'

const text: JsonSchema = { type: 'string' }
const texts: JsonSchema = { type: 'object', additionalProperties: text }
const file: JsonSchema = {
  type: 'object',
  required: ['name', 'folder', 'bytes', 'sha256'],
  additionalProperties: false,
  properties: { name: text, folder: text, bytes: { type: 'integer' }, sha256: text, modifiedAt: text },
}
const record: JsonSchema = {
  type: 'object',
  required: ['number'],
  additionalProperties: false,
  properties: { number: { type: 'integer' }, line: { type: 'integer' }, entry: text, header: {} },
}
const names = {
  id: text,
  key: text,
  source: text,
  client: text,
  operation: text,
  receivedAt: { type: 'number' },
  path: texts,
  query: texts,
}
const meta: JsonSchema = {
  type: 'object',
  additionalProperties: false,
  properties: { ...names, file, record },
}

/** What of meta messages may have beside what all have. */
export type Extra = 'file' | 'record'

/** What the expressions of routes and transformers may name: the body by its schema, where that is known, headers and meta; `sure` is what all messages have, so that conditions need no guard. */
export function scopeOf(body: JsonSchema | undefined, sure: readonly Extra[] = []): Scope {
  return { body: body ?? true, headers: texts, meta: { ...meta, required: [...Object.keys(names), ...sure] } }
}

/** What a `settle` rule may name: the target's answer. */
export const answerScope: Scope = { body: true, headers: texts, status: { type: 'integer' }, fault: true }

/** What a row of a route's `faults` may name: the target's answer, where it gave one, and what went wrong. */
export const faultScope: Scope = {
  ...answerScope,
  error: { type: 'object', required: ['code', 'detail'], properties: { code: text, detail: text } },
}

/** The expression; undefined, and its faults among the project's at the path, where it does not compile. */
export function expressionAt(project: Project, text: string, scope: Scope, path: Path): Expression | undefined {
  const compiled = compileExpression(text, scope)
  if ('expression' in compiled) return compiled.expression
  return report(project, compiled.faults, path)
}

/** The condition; undefined, and its faults among the project's at the path, where it does not compile. */
export function conditionAt(project: Project, text: string, scope: Scope, path: Path): Condition['condition'] | undefined {
  const compiled = compileCondition(text, scope)
  if ('condition' in compiled) return compiled.condition
  return report(project, compiled.faults, path)
}

function report(project: Project, faults: readonly ExpressionFault[], path: Path): undefined {
  for (const { message, offset } of faults) project.faults.add('EXPRESSION', path, message, { offset })
  return undefined
}
