import type { Expression, Variables } from '../expressions/expression.ts'
import { EvaluationError } from '../expressions/expression.ts'
import { type ErrorCode, GatewayError } from '../gateway/errors.ts'
import { writeJsonText } from '../transformers/json/codec.ts'

/** The expression's value as a text; undefined where it is absent or null. What cannot be evaluated is the sender's to hear: `what` says which part of the route asked. */
export function textOf(
  expression: Expression,
  variables: Variables,
  what: string,
  code: ErrorCode = 'CONDITION_FAILED',
): string | undefined {
  const value = yieldOf(expression, variables, what, code)
  if (value === undefined || value === null) return undefined
  return typeof value === 'string' ? value : writeJsonText(value)
}

/** The expression's value; undefined where it is absent. */
export function yieldOf(expression: Expression, variables: Variables, what: string, code: ErrorCode): unknown {
  try {
    return expression.evaluate(variables)
  } catch (error) {
    if (!(error instanceof EvaluationError)) throw error
    throw new GatewayError(code, `${what} \`${expression.text}\` cannot be evaluated: ${error.message}`, { cause: error })
  }
}
