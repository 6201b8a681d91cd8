import type { JsonSchema } from '../config/project.ts'

/** What each name of an expression holds, as far as it is known. `true`: anything. */
export type Scope = Readonly<Record<string, JsonSchema | true>>
export type Variables = Readonly<Record<string, unknown>>

/** A CEL text, compiled once. */
export interface Expression {
  readonly text: string
  /** Plain JSON values (numbers, ExactNumber, strings, lists, objects, null) or undefined where a field is absent; throws EvaluationError otherwise. */
  evaluate(variables: Variables): unknown
}

/** What is wrong with an expression's text; `offset` characters into it. */
export interface ExpressionFault {
  readonly message: string
  readonly offset: number
}
