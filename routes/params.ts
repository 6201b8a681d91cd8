import type { JsonSchema, OperationConfig, Project } from '../config/project.ts'
import type { Expression, Variables } from '../expressions/expression.ts'
import { expressionAt, scopeOf } from '../expressions/scope.ts'
import { variablesOf } from '../expressions/variables.ts'
import { GatewayError } from '../gateway/errors.ts'
import { QUERY } from '../gateway/query.ts'
import { writeJsonText } from '../transformers/json/codec.ts'
import { textOf, yieldOf } from './evaluate.ts'
import type { CompiledEntry } from './route.ts'

interface Named {
  readonly name: string
  readonly expression: Expression | undefined
}

/** What fills an operation's path and query: from the body before its own transformers. Undefined where it has neither. */
export function compileParams(project: Project, operation: OperationConfig, input: JsonSchema | undefined): CompiledEntry['params'] {
  const { params, query = {}, name: called } = operation
  const compile = (texts: Readonly<Record<string, string>>, kind: string): readonly Named[] =>
    Object.entries(texts).map(([name, text]) => ({
      name,
      expression: expressionAt(project, text, scopeOf(input), [...operation.path, kind, name]),
    }))
  const inPath = compile(params, 'path')
  const inQuery = compile(query, 'query')
  if (inPath.length + inQuery.length === 0) return undefined
  return content => {
    const variables = variablesOf(content)
    const asked = inQuery.length > 0 ? queryOf(inQuery, variables, called) : ''
    return {
      ...Object.fromEntries(inPath.map(one => [one.name, pathValue(one, variables, called)])),
      ...(asked !== '' && { [QUERY]: asked }),
    }
  }
}

function pathValue({ name, expression }: Named, variables: Variables, operation: string): string {
  const what = `the path parameter ${name} of operation ${operation}`
  const text = expression && textOf(expression, variables, what, 'MAPPING_FAILED')
  if (text === undefined || text === '') throw new GatewayError('MAPPING_FAILED', `${what} is absent or empty`)
  return text
}

/** Encoded. What is absent is left out, a list names its parameter for each of its items. */
function queryOf(all: readonly Named[], variables: Variables, operation: string): string {
  const query = new URLSearchParams()
  for (const { name, expression } of all) {
    const what = `the query parameter ${name} of operation ${operation}`
    const value = expression && yieldOf(expression, variables, what, 'MAPPING_FAILED')
    for (const item of Array.isArray(value) ? value : [value]) {
      if (item !== undefined && item !== null) query.append(name, typeof item === 'string' ? item : writeJsonText(item))
    }
  }
  return query.toString()
}
