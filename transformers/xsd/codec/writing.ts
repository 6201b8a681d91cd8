import type { Compiler } from './compile.ts'
import type { ElementPlan } from './plan.ts'
import type { SimpleWriting } from './simple.ts'

/** A body that is being written. */
export interface Writing extends SimpleWriting {
  readonly compiler: Compiler
  /** What has been written, without the root's `<name`. */
  text: string
  /** Where in the body it is. */
  readonly path: (string | number)[]
  /** How many entries of the `$items` of the object at hand are written. */
  itemsDone: number
  /** The pointer of that place. */
  readonly where: () => string
  /** Writes a child with all that is in it. */
  element(element: ElementPlan, value: unknown): void
  /** Notes that a namespace must be declared. */
  use(space: number): void
}
