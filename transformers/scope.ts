import type { Path } from '../config/faults.ts'
import type { JsonSchema, Project } from '../config/project.ts'
import { compileExpression } from '../expressions/compile.ts'
import type { Expression, Scope } from '../expressions/expression.ts'

const text: JsonSchema = { type: 'string' }
const texts: JsonSchema = { type: 'object', additionalProperties: text }
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
const meta: JsonSchema = { type: 'object', required: Object.keys(names), additionalProperties: false, properties: names }

/** What a transformer's expressions may name: the body by its schema, where that is known, headers and meta. */
export function scopeOf(body: JsonSchema | undefined): Scope {
  return { body: body ?? true, headers: texts, meta }
}

/** The expression; undefined, and its faults among the project's at the path, where it does not compile. */
export function expressionAt(text: string, scope: Scope, path: Path, project: Project): Expression | undefined {
  const compiled = compileExpression(text, scope)
  if ('expression' in compiled) return compiled.expression
  for (const { message, offset } of compiled.faults) project.faults.add('EXPRESSION', path, message, { offset })
  return undefined
}
