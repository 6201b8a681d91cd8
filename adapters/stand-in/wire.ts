import type { OperationConfig, Project, SystemConfig } from '../../config/project.ts'
import type { Answer } from '../../gateway/message.ts'
import { targetFormats } from '../../routes/formats.ts'
import type { Formats } from '../../transformers/format.ts'
import { adapters } from '../registry.ts'

/** How a target speaks: what a stand-in must know to play it. */
export interface Wire {
  readonly operation?: string
  /** Absent: JSON, or bytes as they are. */
  readonly formats?: Formats
  /** What a sample of its answer is, where that is not the body itself; throws what its outbound would throw. */
  sampled?(answer: Answer, name: string): Answer
}

/** The wire of a system's target. */
export function wireOf(project: Project, system: SystemConfig, operation: OperationConfig | undefined): Wire {
  const { path, options } = operation ?? system
  const formats = targetFormats(project, system, operation)
  const sampled = adapters[system.adapter]?.system?.sampled
  return {
    ...(operation && { operation: operation.name }),
    ...(formats && { formats }),
    ...(sampled && { sampled: (answer: Answer, name: string) => sampled(answer, { name, options }, { project, path }) }),
  }
}
