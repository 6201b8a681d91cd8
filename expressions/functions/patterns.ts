import { RE2JS } from 're2js'
import { EvaluationError } from '../expression.ts'
import { define, type FunctionSpec, failureOf, text } from './define.ts'

const MAX_PATTERN = 1_000
const patterns = new Map<string, RE2JS>()

/** Functions on patterns: RE2, whose time grows with the text's length only, whatever the pattern. */
export const patternFunctions: readonly FunctionSpec[] = [
  define({
    name: 'matches',
    params: [text('text'), text('pattern')],
    returns: 'boolean',
    description: 'True where the pattern (RE2 syntax) is found in the text; ^ and $ bind it to both ends.',
    example: 'body.sku.matches("^[A-Z]{3}-\\\\d+$")',
    verify: ([, pattern]) => (typeof pattern === 'string' ? failureOf(() => compiled(pattern)) : undefined),
    run: (value, pattern) => compiled(pattern).test(value),
  }),
]

/** Compiled once; the few hundred that a project has stay. */
function compiled(pattern: string): RE2JS {
  const known = patterns.get(pattern)
  if (known) return known
  const made = compile(pattern)
  if (patterns.size >= 500) patterns.clear()
  patterns.set(pattern, made)
  return made
}

function compile(pattern: string): RE2JS {
  if (pattern.length > MAX_PATTERN) throw new EvaluationError(`a pattern has at most ${MAX_PATTERN} characters, saw ${pattern.length}`)
  try {
    return RE2JS.compile(pattern)
  } catch (cause) {
    throw new EvaluationError(
      `matches(): the pattern ${JSON.stringify(pattern.slice(0, 60))} is not valid: ${cause instanceof Error ? cause.message : cause}`,
    )
  }
}
