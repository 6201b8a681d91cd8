import type { JsonSchema } from '../config/project.ts'

/** What each name of an expression holds, as far as it is known. `true`: anything. */
export type Scope = Readonly<Record<string, JsonSchema | true>>
/** The values of the names, for one evaluation. */
export type Variables = Readonly<Record<string, unknown>>

/** The kinds of values that an expression knows: those of JSON; numbers are one kind. */
export type Kind = 'string' | 'number' | 'boolean' | 'array' | 'object' | 'null'

/** A CEL text, compiled once. */
export interface Expression {
  readonly text: string
  /** Plain JSON values (numbers, ExactNumber, strings, lists, objects, null) or undefined where a field is absent; throws EvaluationError otherwise. */
  evaluate(variables: Variables): unknown
}

/** A CEL text that must yield true or false. Throws GatewayError CONDITION_FAILED where it cannot; never false in silence. */
export interface Condition {
  readonly text: string
  readonly condition: (variables: Variables) => boolean
}

/** What is wrong with an expression's text; `offset` characters into it. */
export interface ExpressionFault {
  readonly message: string
  readonly offset: number
}

/** An expression met a value that it cannot work with: a wrong type, a division by zero, a date that is none. The same values fail again. */
export class EvaluationError extends Error {
  constructor(message: string) {
    super(message)
    this.name = 'EvaluationError'
  }
}
