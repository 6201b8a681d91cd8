import type { Path } from '../config/faults.ts'
import type { JsonSchema, Project } from '../config/project.ts'
import { compileCondition, compileExpression } from '../expressions/compile.ts'
import type { Expression, Scope, Variables } from '../expressions/expression.ts'

export type Condition = (variables: Variables) => boolean

/** What every expression of a route may ask beside the body. */
const meta: JsonSchema = {
  type: 'object',
  required: ['id', 'key', 'source', 'client', 'operation', 'path', 'query', 'receivedAt'],
  properties: {
    id: { type: 'string' },
    key: { type: 'string' },
    source: { type: 'string' },
    client: { type: 'string' },
    operation: { type: 'string' },
    receivedAt: { type: 'number' },
    path: { type: 'object', additionalProperties: { type: 'string' } },
    query: { type: 'object', additionalProperties: { type: 'string' } },
  },
}

/** The scope of a route's expressions: the body by its schema, where that is known. */
export function scopeOf(body: JsonSchema | undefined): Scope {
  return { body: body ?? true, headers: true, meta }
}

/** The scope of a `settle` rule: the answer. */
export const answerScope: Scope = { body: true, headers: true, status: { type: 'integer' }, fault: true }

/** A condition; its faults are the project's, and then it is undefined. */
export function conditionAt(project: Project, text: string, scope: Scope, path: Path): Condition | undefined {
  const compiled = compileCondition(text, scope)
  if ('condition' in compiled) return compiled.condition
  report(project, compiled.faults, path)
  return undefined
}

/** An expression; its faults are the project's, and then it is undefined. */
export function expressionAt(project: Project, text: string, scope: Scope, path: Path): Expression | undefined {
  const compiled = compileExpression(text, scope)
  if ('expression' in compiled) return compiled.expression
  report(project, compiled.faults, path)
  return undefined
}

function report(project: Project, faults: readonly { message: string; offset: number }[], path: Path): void {
  for (const { message, offset } of faults) project.faults.add('EXPRESSION', path, message, { offset })
}
