import type { JsonSchema, Project, StepConfig } from '../config/project.ts'
import type { Content, Transformer } from '../gateway/message.ts'
import { transformers } from '../transformers/registry.ts'
import type { MadeTransformer } from '../transformers/transformer.ts'

/** A chain of transformers as one, and the schema of what it yields where that is known. */
export interface Pipeline {
  /** Absent: there is nothing to do. */
  readonly transform?: Transformer
  readonly output?: JsonSchema
}

/** What pipelines are compiled in. */
export interface Compiling {
  readonly project: Project
  /** Sees each step as it is made and gives what is to run: `waybill try` looks over its shoulder. */
  readonly watch?: (step: StepConfig, made: MadeTransformer, entry: string | undefined) => Transformer
  /** The entry that the pipeline belongs to; absent for those that run before the routing. */
  readonly entry?: string
}

/** Makes the steps of a pipeline; faults go to the project's. */
export function compilePipeline(
  { project, watch, entry }: Compiling,
  steps: readonly StepConfig[],
  input: JsonSchema | undefined,
): Pipeline {
  const made: Transformer[] = []
  let schema = input
  for (const step of steps) {
    const kind = transformers[step.kind]
    const one = kind?.create(step.value, { project, path: step.path, ...(schema && { input: schema }) })
    if (one) made.push(watch ? watch(step, one, entry) : one.transform)
    schema = one?.output
  }
  const transform = chain(made)
  return { ...(transform && { transform }), ...(schema && { output: schema }) }
}

/** Some transformers, one after the other; undefined where there are none. */
export function chain(transformers: readonly (Transformer | undefined)[]): Transformer | undefined {
  const present = transformers.filter(one => one !== undefined)
  const [first, ...rest] = present
  return rest.reduce<Transformer | undefined>((before, next) => before && (content => then(before(content), next)), first)
}

/** Goes on at once with a value, later with a promise: a pipeline without asynchronous steps stays synchronous. */
export function then<A, B>(value: A | Promise<A>, next: (value: A) => B | Promise<B>): B | Promise<B> {
  return value instanceof Promise ? value.then(next) : next(value)
}

/** The content after the transformer, or as it is. */
export function run(transform: Transformer | undefined, content: Content): Content | Promise<Content> {
  return transform ? transform(content) : content
}
