import { adapters } from '../adapters/registry.ts'
import type { JsonSchema, OperationConfig, Project, SystemConfig } from '../config/project.ts'
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

/** Where a delivery goes, in the config. */
export interface ConfiguredTarget {
  readonly system: SystemConfig
  readonly operation?: OperationConfig | undefined
}

/** What of a target is an expression over the body, before its own transformers: an operation's path and query, and what its options compute, such as a file's name. Undefined where nothing is. */
export function compileParams(
  project: Project,
  { system, operation }: ConfiguredTarget,
  input: JsonSchema | undefined,
): CompiledEntry['params'] {
  const { options, path } = operation ?? system
  const called = operation ? `operation ${operation.name}` : `system ${system.name}`
  const compile = (texts: Readonly<Record<string, string>>, kind: string): readonly Named[] =>
    Object.entries(texts).map(([name, text]) => ({ name, expression: expressionAt(project, text, scopeOf(input), [...path, kind, name]) }))
  const inPath = compile(operation?.params ?? {}, 'path')
  const inQuery = compile(operation?.query ?? {}, 'query')
  const computed = compile(adapters[system.adapter]?.system?.computed?.(options) ?? {}, system.adapter)
  if (inPath.length + inQuery.length + computed.length === 0) return undefined
  return content => {
    const variables = variablesOf(content)
    const asked = inQuery.length > 0 ? queryOf(inQuery, variables, called) : ''
    return {
      ...Object.fromEntries(inPath.map(one => [one.name, paramOf(one, variables, `the path parameter ${one.name} of ${called}`)])),
      ...Object.fromEntries(computed.map(one => [one.name, paramOf(one, variables, `the ${one.name} of ${called}`)])),
      ...(asked !== '' && { [QUERY]: asked }),
    }
  }
}

function paramOf({ expression }: Named, variables: Variables, what: string): string {
  const text = expression && textOf(expression, variables, what, 'MAPPING_FAILED')
  if (text === undefined || text === '') throw new GatewayError('MAPPING_FAILED', `${what} is absent or empty`)
  return text
}

/** Encoded. What is absent is left out, a list names its parameter for each of its items. */
function queryOf(all: readonly Named[], variables: Variables, called: string): string {
  const query = new URLSearchParams()
  for (const { name, expression } of all) {
    const what = `the query parameter ${name} of ${called}`
    const value = expression && yieldOf(expression, variables, what, 'MAPPING_FAILED')
    for (const item of Array.isArray(value) ? value : [value]) {
      if (item !== undefined && item !== null) query.append(name, typeof item === 'string' ? item : writeJsonText(item))
    }
  }
  return query.toString()
}
