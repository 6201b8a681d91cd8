import { BROKER_PROTOCOL } from './check-systems.ts'
import type { EntryConfig, Project } from './project.ts'
import { entriesOf, splitTarget } from './targets.ts'
import { fieldsOf } from './value.ts'

interface Step {
  readonly entry: EntryConfig
  /** The route that reads what the entry writes. */
  readonly to: string
}

type Steps = ReadonlyMap<string, readonly Step[]>

/** Tells routes that write into a queue which, through other routes or none, they read themselves: a message would go round for ever. */
export function checkLoops(project: Project): void {
  const readers = readersOf(project)
  const steps: Steps = new Map(
    Object.values(project.routes).map(({ name, to }) => [name, entriesOf(to).flatMap(entry => stepOf(entry, readers, project))]),
  )
  const done = new Set<string>()
  for (const name of Object.keys(project.routes)) follow([name], { steps, done, project })
}

function readersOf({ routes }: Project): ReadonlyMap<string, string> {
  const sources = Object.values(routes).flatMap(route => route.from.map(source => ({ source, route: route.name })))
  return new Map(
    sources.filter(({ source }) => source.adapter === BROKER_PROTOCOL).map(({ source, route }) => [queueOf(source.options), route]),
  )
}

function stepOf(entry: EntryConfig, readers: ReadonlyMap<string, string>, { systems }: Project): Step[] {
  const { system, operation } = splitTarget(entry.target)
  const target = systems[system]
  if (target?.adapter !== BROKER_PROTOCOL) return []
  const to = readers.get(queueOf(operation === undefined ? target.options : target.operations[operation]?.options))
  return to === undefined ? [] : [{ entry, to }]
}

/** A queue by its broker and its name; a short text is a queue of the gateway's own broker. */
function queueOf(options: unknown): string {
  const { queue, url } = typeof options === 'string' ? { queue: options, url: undefined } : fieldsOf(options)
  return JSON.stringify([url ?? null, queue ?? null])
}

interface Following {
  readonly steps: Steps
  readonly done: Set<string>
  readonly project: Project
}

function follow(way: readonly string[], following: Following): void {
  const { steps, done, project } = following
  const here = way.at(-1) ?? ''
  if (done.has(here)) return
  for (const { entry, to } of steps.get(here) ?? []) {
    const start = way.indexOf(to)
    if (start < 0) follow([...way, to], following)
    else {
      const round = [...way.slice(start), to].join(' -> ')
      const mend = 'let it write into another queue'
      project.faults.add('CONFLICT', [...entry.path, 'system'], `messages would go round for ever: ${round}`, { mend })
    }
  }
  done.add(here)
}
