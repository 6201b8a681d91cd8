import { EvaluationError, type Variables } from './expression.ts'

/** What one evaluation works on; one frame for each compiled expression, used again and again. */
export interface Frame {
  variables: Variables
  /** Items of macros, by the slot that the compiler gave them. */
  readonly locals: unknown[]
  /** The path that was found absent last. */
  missing: string
  /** Items that macros have looked at. */
  steps: number
}

/** A compiled node. Undefined is absent, and makes absent what needs it; a Maybe is an optional. */
export type Run = (frame: Frame) => unknown

const MAX_STEPS = 1_000_000
const NO_VARIABLES: Variables = Object.freeze({})

/** A frame without variables. */
export function createFrame(): Frame {
  return { variables: NO_VARIABLES, locals: [], missing: '', steps: 0 }
}

/** Runs with these variables, and keeps none of them. */
export function runWith(run: Run, frame: Frame, variables: Variables): unknown {
  frame.variables = variables
  frame.steps = 0
  try {
    return run(frame)
  } finally {
    frame.variables = NO_VARIABLES
    if (frame.locals.length > 0) frame.locals.length = 0
  }
}

/** Counts an item; throws EvaluationError beyond a million, so that loops within loops end. */
export function countStep(frame: Frame): void {
  if (++frame.steps > MAX_STEPS) throw new EvaluationError(`the expression looks at more than ${MAX_STEPS} items`)
}
