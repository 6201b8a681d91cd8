import type { GatewayError } from '../gateway/errors.ts'
import type { Headers, Message } from '../gateway/message.ts'
import { compileProject } from '../routes/compile.ts'
import type { CompiledRoute, Trace } from '../routes/route.ts'
import type { Path } from './faults.ts'
import type { Project } from './project.ts'
import { createRehearsal, type Rehearsed } from './rehearsal.ts'
import { readContent } from './sample.ts'
import { createNotes, isOfAnswer, type Note, placePath, stepOf, type TriedStep, type Where, whereOf } from './trial-steps.ts'

/** What one entry would get. Without a body: its transformers refused, or another entry's did. */
export interface TriedEntry {
  readonly entry: string
  readonly target: string
  readonly chosen?: string
  readonly where: Where
  readonly steps: readonly TriedStep[]
  readonly params?: Readonly<Record<string, string>>
  readonly headers?: Headers
  readonly contentType?: string
  readonly body?: unknown
}

/** What would happen to a message, step by step. What is absent was not reached. */
export interface Trial {
  readonly project: string
  readonly route: string
  readonly source: string
  readonly contentType: string
  readonly bytes: number
  /** False: the body cannot be read in the source's format. */
  readonly readable: boolean
  readonly schema?: { readonly file: string; readonly fits: boolean }
  readonly steps: readonly TriedStep[]
  /** What key, once, conditions and entries see. */
  readonly body?: unknown
  readonly key?: { readonly rule: string; readonly value?: string }
  readonly once?: { readonly rule: string; readonly value?: string }
  readonly decisions: readonly {
    readonly place: string
    readonly where: Where
    readonly when: string
    readonly holds: boolean
    readonly error?: string
  }[]
  readonly entries: readonly TriedEntry[]
  readonly filtered?: string
  readonly answer: Pick<Rehearsed['answer'], 'status' | 'body' | 'fault'> & {
    readonly code?: string
    readonly detail?: string
    readonly where?: Where
    /** What the entry's `answer` made of the target's. */
    readonly steps?: readonly TriedStep[]
  }
}

/** Tries a message on a project that has no faults; systems whose answer the sender waits for are played by their stand-ins. */
export async function tryMessage(project: Project, message: Message): Promise<Trial> {
  const notes = createNotes()
  const compiled = compileProject(project, notes.watch)
  const route = compiled.get(message.route)
  if (!route) throw new Error(`no route ${message.route}`)
  const trace: Trace = { decisions: [] }
  const rehearsed = await createRehearsal(project, compiled)(message, trace)
  return trialOf({ project, message, route, trace, rehearsed, notes: notes.list })
}

/** What was seen of a message on its way. */
export interface Seen {
  readonly project: Project
  readonly message: Message
  readonly route: CompiledRoute
  readonly trace: Trace
  readonly rehearsed: Rehearsed
  readonly notes: readonly Note[]
}

/** What was seen, step by step. */
export function trialOf(seen: Seen): Trial {
  const { project, message, route, trace, rehearsed, notes } = seen
  const { config } = route
  const schema = config.from[message.sourceIndex]?.schema
  const once = rehearsed.plan?.once?.value
  return {
    project: project.name,
    route: message.route,
    source: message.source,
    contentType: message.contentType,
    bytes: message.body.length,
    readable: trace.read !== undefined,
    ...(schema !== undefined && trace.read && { schema: { file: schema, fits: trace.fits === true } }),
    steps: notes.filter(note => note.entry === undefined && !isOfAnswer(note, route)).map(note => stepOf(note, project)),
    ...(trace.canonical && { body: shown(trace.canonical.body, message.contentType) }),
    ...(config.key !== undefined && trace.canonical && { key: ruled(config.key, trace.key) }),
    ...(config.once !== undefined && trace.canonical && { once: ruled(config.once, once) }),
    decisions: trace.decisions.map(one => ({ ...one, where: whereOf(project, placePath(config, one.place)) })),
    entries: entriesOf(seen),
    ...(rehearsed.plan?.filtered !== undefined && { filtered: rehearsed.plan.filtered }),
    answer: answerOf(seen),
  }
}

function ruled(rule: string, value: string | undefined) {
  return { rule, ...(value !== undefined && { value }) }
}

/** A body that the pipeline holds, its numbers with their exact text. */
function shown(body: unknown, contentType: string): unknown {
  return body instanceof Uint8Array ? readContent(body, contentType) : body
}

function entriesOf({ project, route, trace, rehearsed, notes }: Seen): readonly TriedEntry[] {
  const own = (entry: string) => notes.filter(note => note.entry === entry && !isOfAnswer(note, route))
  const stepsFor = (entry: string) => own(entry).map(note => stepOf(note, project))
  const reached = new Set(notes.flatMap(({ entry }) => (entry === undefined ? [] : [entry])))
  const planned = rehearsed.deliveries.map(({ entry, target, chosen, params, headers, contentType }) => ({
    ...{ entry, target, chosen, headers, contentType },
    ...(params && { params }),
    where: whereOf(project, placePath(route.config, chosen)),
    steps: stepsFor(entry),
    body: shown((own(entry).at(-1)?.after ?? trace.canonical)?.body, contentType),
  }))
  if (rehearsed.plan) return planned
  return [...reached].flatMap(entry => {
    const { target, path } = route.entries.get(entry)?.config ?? { target: entry, path: route.config.path }
    return [{ entry, target, where: whereOf(project, path), steps: stepsFor(entry) }]
  })
}

function answerOf(seen: Seen): Trial['answer'] {
  const { project, route, notes } = seen
  const { status, body, fault, error } = seen.rehearsed.answer
  const steps = notes.filter(note => isOfAnswer(note, route)).map(note => stepOf(note, project))
  const answer = { status, body, ...(fault && { fault }), ...(steps.length > 0 && { steps }) }
  if (!error) return answer
  const path = pathOf(seen, error)
  return { ...answer, code: error.code, detail: error.detail, ...(path && { where: whereOf(project, path) }) }
}

/** Where in the config the message was refused. */
function pathOf({ message, route, trace, rehearsed, notes }: Seen, { detail, code }: GatewayError): Path | undefined {
  const { config } = route
  const source = config.from[message.sourceIndex]
  const step = notes.find(note => note.error)?.step
  if (step) return step.path
  if (rehearsed.plan) return undefined
  if (!trace.fits) return trace.read && source?.schema !== undefined ? [...source.path, 'schema'] : source?.path
  const failed = trace.decisions.find(decision => decision.error !== undefined)
  if (failed) return [...placePath(config, failed.place), 'when']
  const [, part] = /^(key|once) /.exec(detail) ?? []
  return [...config.path, part ?? (code === 'CONDITION_FAILED' ? 'when' : 'to')]
}
