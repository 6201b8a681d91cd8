import type { Path } from '../../config/faults.ts'
import type { Project } from '../../config/project.ts'
import type { Scope } from '../../expressions/expression.ts'
import type { SchemaView } from './schema-view.ts'

/** What the rules of one level are compiled in. */
export interface Level {
  readonly project: Project
  /** Of `rules`. */
  readonly path: Path
  readonly scope: Scope
  /** The object that the rules make, where its schema is known. */
  readonly target?: SchemaView
  /** The target schema's file, for what people are told. */
  readonly file: string
}

/** The place that a rule fills, by the target schema. */
export interface Target {
  readonly view: SchemaView
  readonly file: string
}
