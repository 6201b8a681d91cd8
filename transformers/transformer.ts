import type { Path } from '../config/faults.ts'
import type { JsonSchema, Project } from '../config/project.ts'
import type { Content, Transformer } from '../gateway/message.ts'
import type { OptionSchema } from '../gateway/options.ts'
import type { Explained } from './map/mapping.ts'

/** What a kind of transformer is made with. Faults of the config go to `project.faults`, at `path` or below it. */
export interface TransformerContext {
  readonly project: Project
  readonly path: Path
  /** The schema of the body that comes in, where it is known. */
  readonly input?: JsonSchema
}

/** A transformer that was made, and the schema of what it yields where it is known (absent: unknown; `input` itself where it changes no body). */
export interface MadeTransformer {
  readonly transform: Transformer
  readonly output?: JsonSchema
  /** What each of its rules does with a content, for those that have rules; never throws for a rule that fails. */
  explain?(content: Content): readonly Explained[]
}

/** A kind of transformer: its name is the key in YAML (`- map: name`), `options` describe what stands behind it. To add one: a file, and one line in registry.ts. */
export interface TransformerKind {
  readonly name: string
  readonly options: OptionSchema
  /** Undefined where the config has faults, which it has then added. */
  create(value: unknown, context: TransformerContext): MadeTransformer | undefined
}
