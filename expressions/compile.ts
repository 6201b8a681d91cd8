import { GatewayError } from '../gateway/errors.ts'
import { build } from './build.ts'
import { check } from './check.ts'
import { type Condition, EvaluationError, type Expression, type ExpressionFault, type Scope, type Variables } from './expression.ts'
import { createFrame, type Frame, type Run, runWith } from './frame.ts'
import { parse } from './parse.ts'
import { Maybe } from './values.ts'

export { fieldsUsed, itemSchemaOf, schemaOf, typeOf } from './paths.ts'

/** A text that cannot be compiled. */
export interface Faulty {
  readonly faults: readonly ExpressionFault[]
}

/** A rule's text, compiled; or all that is wrong with it for this scope. Fields that the schema makes optional are no fault here: they are absent. */
export function compileExpression(text: string, scope: Scope): { readonly expression: Expression } | Faulty {
  const made = compile(text, scope, false)
  if ('faults' in made) return made
  const { run } = made
  const frame = createFrame()
  return { expression: { text, evaluate: variables => plainOf(runWith(run, frame, variables)) } }
}

/** A condition's text, compiled; or all that is wrong with it: that a field is optional and not guarded, and that it yields no boolean, are faults too. */
export function compileCondition(text: string, scope: Scope): Condition | Faulty {
  const made = compile(text, scope, true)
  if ('faults' in made) return made
  const { run } = made
  const frame = createFrame()
  return { text, condition: variables => decide(text, run, frame, variables) }
}

function compile(text: string, scope: Scope, strict: boolean): { readonly run: Run } | Faulty {
  const parsed = parse(text)
  if ('fault' in parsed) return { faults: [parsed.fault] }
  const { faults } = check(parsed.node, scope, strict)
  return faults.length > 0 ? { faults } : { run: build(parsed.node, new Map()) }
}

function plainOf(value: unknown): unknown {
  return value instanceof Maybe ? value.value : value
}

function decide(text: string, run: Run, frame: Frame, variables: Variables): boolean {
  const value = outcome(text, run, frame, variables)
  if (typeof value === 'boolean') return value
  if (value === undefined) throw failed(text, `${frame.missing || 'a field'} is absent`)
  throw failed(text, 'it yields neither true nor false')
}

function outcome(text: string, run: Run, frame: Frame, variables: Variables): unknown {
  frame.missing = ''
  try {
    return plainOf(runWith(run, frame, variables))
  } catch (error) {
    if (error instanceof EvaluationError) throw failed(text, error.message)
    throw error
  }
}

function failed(text: string, why: string): GatewayError {
  return new GatewayError('CONDITION_FAILED', `the condition ${JSON.stringify(text)} cannot be evaluated: ${why}`)
}
