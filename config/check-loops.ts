import type { SystemChecks } from './check-systems.ts'
import type { EntryConfig, Project } from './project.ts'
import { entriesOf, splitTarget } from './targets.ts'

interface Step {
  readonly entry: EntryConfig
  /** The route that reads what the entry writes. */
  readonly to: string
}

type Steps = ReadonlyMap<string, readonly Step[]>

/** Tells routes that write into a queue which, through other routes or none, they read themselves: a message would go round for ever. */
export function checkLoops(project: Project, { adapters }: Pick<SystemChecks, 'adapters'>): void {
  const queueOf: QueueOf = (protocol, options) => adapters[protocol]?.queues?.identify(options)
  const readers = readersOf(project, queueOf)
  const steps: Steps = new Map(
    Object.values(project.routes).map(({ name, to }) => [
      name,
      entriesOf(to).flatMap(entry => stepOf(entry, { readers, queueOf, project })),
    ]),
  )
  const done = new Set<string>()
  for (const name of Object.keys(project.routes)) follow([name], { steps, done, project })
}

type QueueOf = (protocol: string, options: unknown) => string | undefined

interface Reading {
  readonly readers: ReadonlyMap<string, string>
  readonly queueOf: QueueOf
  readonly project: Project
}

function readersOf({ routes }: Project, queueOf: QueueOf): ReadonlyMap<string, string> {
  const sources = Object.values(routes).flatMap(route => route.from.map(source => ({ source, route: route.name })))
  return new Map(
    sources.flatMap(({ source, route }) => {
      const queue = queueOf(source.adapter, source.options)
      return queue === undefined ? [] : [[queue, route] as const]
    }),
  )
}

function stepOf(entry: EntryConfig, { readers, queueOf, project: { systems } }: Reading): Step[] {
  const { system, operation } = splitTarget(entry.target)
  const target = systems[system]
  const queue = target && queueOf(target.adapter, operation === undefined ? target.options : target.operations[operation]?.options)
  const to = queue === undefined ? undefined : readers.get(queue)
  return to === undefined ? [] : [{ entry, to }]
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
