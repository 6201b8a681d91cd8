import type { Expression, Variables } from '../../expressions/expression.ts'
import { EvaluationError } from '../../expressions/expression.ts'
import { GatewayError } from '../../gateway/errors.ts'
import { ExactNumber } from '../json/exact-number.ts'
import type { SheetParam } from './sheet.ts'

/** The values of a stylesheet's parameters; one that is absent or null is not given, and the stylesheet's own default holds. Throws MAPPING_FAILED. */
export function paramsOf(expressions: Readonly<Record<string, Expression>>, variables: Variables): readonly SheetParam[] {
  return Object.entries(expressions).flatMap(([name, expression]) => {
    const value = evaluate(name, expression, variables)
    return value === undefined || value === null ? [] : [[name, xpathOf(name, value)] as const]
  })
}

function evaluate(name: string, expression: Expression, variables: Variables): unknown {
  try {
    return expression.evaluate(variables)
  } catch (error) {
    if (!(error instanceof EvaluationError)) throw error
    throw new GatewayError('MAPPING_FAILED', `xslt: the parameter ${name} \`${expression.text}\` cannot be evaluated: ${error.message}`)
  }
}

function xpathOf(name: string, value: unknown): string {
  if (typeof value === 'string') return quoted(value)
  if (typeof value === 'boolean') return `${value}()`
  if (value instanceof ExactNumber) return quoted(String(value))
  if (typeof value === 'number') return /^-?[\d.]+$/.test(String(value)) ? String(value) : quoted(String(value))
  throw new GatewayError('MAPPING_FAILED', `xslt: the parameter ${name} must be a text, a number, true or false`)
}

/** XPath 1.0 has no escapes: a text with both quotes is put together. */
function quoted(text: string): string {
  if (!text.includes("'")) return `'${text}'`
  if (!text.includes('"')) return `"${text}"`
  return `concat('${text.replaceAll("'", `', "'", '`)}')`
}
