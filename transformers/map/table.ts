import { EvaluationError, type Expression } from '../../expressions/expression.ts'
import { isExactNumber } from '../json/exact-number.ts'
import { bounded, clip, describe, type Rule } from './rule.ts'
import type { RuleForm } from './rule-form.ts'

/** Reads a code table by the key that an expression yields: its text, as the table's keys are texts. */
export function tableReader(
  name: string,
  table: Readonly<Record<string, unknown>>,
  key: Expression,
  form: RuleForm,
): Pick<Rule, 'read' | 'why'> {
  const entries = new Map(Object.entries(table))
  const { maxLength, whenLonger } = form
  const lookUp: Rule['read'] = variables => {
    const value = key.evaluate(variables)
    return value === undefined ? undefined : entries.get(keyText(value, name))
  }
  return {
    read: maxLength === undefined ? lookUp : variables => bounded(lookUp(variables), maxLength, whenLonger),
    why(variables) {
      const value = key.evaluate(variables)
      return value === undefined ? `${key.text} is missing` : `table "${name}" has no key ${clip(JSON.stringify(keyText(value, name)))}`
    },
  }
}

function keyText(value: unknown, name: string): string {
  if (typeof value === 'string') return value
  if (typeof value === 'number' || typeof value === 'boolean' || isExactNumber(value)) return String(value)
  throw new EvaluationError(`the key of table "${name}" is a text; there is ${describe(value)}`)
}
