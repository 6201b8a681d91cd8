import type { Compiler } from './compile.ts'
import type { SimpleReading } from './simple.ts'

/** A document that is being read. */
export interface Reading extends SimpleReading {
  readonly compiler: Compiler
  /** The attribute whose value is being read; '' in content. */
  within: string
}
