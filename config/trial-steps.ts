import { asGatewayError, type GatewayError } from '../gateway/errors.ts'
import type { Content, Headers } from '../gateway/message.ts'
import type { CompiledRoute } from '../routes/route.ts'
import { writeJsonText } from '../transformers/json/codec.ts'
import type { MadeTransformer } from '../transformers/transformer.ts'
import type { Path } from './faults.ts'
import type { Project, RouteConfig, StepConfig } from './project.ts'

/** A place in a file of the project: `routes/orders.yaml:12`. */
export type Where = string

/** What one transformer did. */
export interface TriedStep {
  /** `map shop-order-to-order` */
  readonly step: string
  readonly where: Where
  /** Rule by rule, for those that have rules. */
  readonly rules?: ReturnType<NonNullable<MadeTransformer['explain']>>
  /** Headers that it set. */
  readonly headers?: Headers
  /** What it made, where that is another body than it got. */
  readonly body?: unknown
  readonly error?: string
}

/** One transformer that ran, or is running. */
export interface Note {
  readonly step: StepConfig
  readonly entry: string | undefined
  readonly rules: TriedStep['rules'] | undefined
  readonly before: Content
  after?: Content
  error?: GatewayError
}

/** Looks over the shoulder of all transformers of a project: `watch` is for compileProject. */
export function createNotes() {
  const list: Note[] = []
  const watch = (step: StepConfig, made: MadeTransformer, entry: string | undefined) => async (before: Content) => {
    const note: Note = { step, entry, before, rules: made.explain?.(before) }
    list.push(note)
    try {
      note.after = await made.transform(before)
      return note.after
    } catch (error) {
      note.error = asGatewayError(error)
      throw error
    }
  }
  return { list, watch }
}

/** A note in the terms of a trial. */
export function stepOf({ step, rules, before, after, error }: Note, project: Project): TriedStep {
  const value = typeof step.value === 'string' ? step.value : writeJsonText(step.value)
  const headers = after && Object.fromEntries(Object.entries(after.headers).filter(([name, text]) => before.headers[name] !== text))
  return {
    step: `${step.kind} ${value}`,
    where: whereOf(project, step.path),
    ...(rules && { rules }),
    ...(headers && Object.keys(headers).length > 0 && { headers }),
    ...(after && after.body !== before.body && { body: after.body }),
    ...(error && { error: `${error.code}: ${error.detail}` }),
  }
}

/** Whether the transformer makes the sender's answer of the target's, or a fault of its failure, and no body for the target. */
export function isOfAnswer({ step, entry }: Note, { config, entries }: CompiledRoute): boolean {
  if (entry === undefined) return isWithin(step.path, [...config.path, 'faults'])
  const own = entries.get(entry)?.config
  return own !== undefined && isWithin(step.path, [...own.path, 'answer'])
}

function isWithin(path: Path, outer: Path): boolean {
  return outer.every((one, index) => one === path[index])
}

/** The path in the config of a place in a route: `to[2].first[0]`. */
export function placePath({ path }: RouteConfig, place: string): Path {
  const steps = place.match(/\d+|[a-z]+/gi) ?? []
  return [...path, ...steps.map(step => (/^\d/.test(step) ? Number(step) : step))]
}

/** The file and line of a path. */
export function whereOf(project: Project, path: Path): Where {
  const { file, line } = project.place(path)
  return `${file}:${line}`
}
