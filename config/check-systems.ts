import type { Adapter } from '../adapters/adapter.ts'
import type { Path } from './faults.ts'
import { suggestion } from './faults.ts'
import type { OperationConfig, Project, SystemConfig } from './project.ts'

/** What the checks of systems know beside the project. */
export interface SystemChecks {
  readonly adapters: Readonly<Record<string, Adapter>>
  /** The gateway's own broker is played: with the embedded queue its sources and systems are no faults. */
  readonly brokerPlayed?: boolean
}

/** Tells path parameters without a value, values without a parameter, and what needs a broker where there is none. */
export function checkSystems(project: Project, { adapters, brokerPlayed = false }: SystemChecks): void {
  for (const system of Object.values(project.systems)) {
    const adapter = adapters[system.adapter]
    if (adapter && system.options !== undefined) checkParams(system, adapter, project)
  }
  if (project.queue.kind === 'embedded' && !brokerPlayed) checkBroker(project, adapters)
}

function checkParams(system: SystemConfig, adapter: Adapter, project: Project): void {
  const own = adapter.system?.params(system.options) ?? []
  const operations = Object.values(system.operations)
  for (const operation of operations) {
    checkOperation(operation, adapter.system?.params(operation.options) ?? [], project)
    if (operation.query && !adapter.system?.hasQuery)
      project.faults.add('CONFLICT', [...operation.path, 'query'], `${adapter.name} has no query`, { atKey: true, mend: 'Remove it.' })
  }
  if (own.length === 0 || operations.length > 0) return
  const message = `nothing gives a value to ${own.map(name => `":${name}"`).join(', ')}`
  const mend = 'put the path into an operation, with "path" beside it, and let routes name that'
  project.faults.add('MISSING', [...system.path, system.adapter], message, { mend })
}

function checkOperation({ params, path }: OperationConfig, needed: readonly string[], { faults }: Project): void {
  const given = Object.keys(params)
  for (const name of given.filter(one => !needed.includes(one))) {
    const message = `the path has no parameter ":${name}"${suggestion(name, needed)}`
    faults.add('UNKNOWN_NAME', [...path, 'path', name], message, { atKey: true })
  }
  const missing = needed.filter(name => !given.includes(name))
  // One given name that the path does not have is most likely the missing one: that was said.
  if (missing.length === 0 || given.some(name => !needed.includes(name))) return
  const message = `the path needs a value for ${missing.map(name => `":${name}"`).join(', ')}`
  faults.add('MISSING', path, message, { atKey: true, mend: `add path: { ${missing.map(name => `${name}: body.${name}`).join(', ')} }` })
}

function checkBroker(project: Project, adapters: SystemChecks['adapters']): void {
  for (const { adapter, options, path } of Object.values(project.systems)) {
    if (adapters[adapter]?.queues?.isOwn(options)) noBroker([...path, adapter], 'this queue', project)
  }
  for (const { adapter, options, path } of Object.values(project.routes).flatMap(route => route.from)) {
    if (adapters[adapter]?.queues?.isOwn(options)) noBroker([...path, adapter], 'this source', project)
  }
}

function noBroker(path: Path, what: string, { faults }: Project): void {
  const message = `${what} is on the gateway's own broker, and with the embedded queue there is none`
  faults.add('CONFLICT', path, message, {
    mend: 'add its url, or queue: { rabbitmq: { url: ... } } to waybill.yaml, or run with --stand-ins',
  })
}
