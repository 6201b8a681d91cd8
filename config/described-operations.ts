import type { Adapter } from '../adapters/adapter.ts'
import type { OperationConfig, Project, SystemConfig } from './project.ts'
import { entriesOf, splitTarget } from './targets.ts'
import { named } from './value.ts'

type Adapters = Readonly<Record<string, Adapter>>

/** The same project, with the operations that its routes name and that only the system's own description (a WSDL) knows. */
export function withDescribedOperations(project: Project, adapters: Adapters): Project {
  const asked = new Map<string, Set<string>>()
  for (const { target } of Object.values(project.routes).flatMap(({ to }) => entriesOf(to))) {
    const { system, operation } = splitTarget(target)
    if (operation !== undefined) asked.set(system, (asked.get(system) ?? new Set()).add(operation))
  }
  const systems = Object.values(project.systems).map(
    system => [system.name, extended(system, asked.get(system.name), project, adapters)] as const,
  )
  // The same object: what was read of its descriptions is known by it.
  return Object.assign(project, { systems: named(systems) })
}

function extended(system: SystemConfig, asked: ReadonlySet<string> | undefined, project: Project, adapters: Adapters): SystemConfig {
  const missing = [...(asked ?? [])].filter(name => !Object.hasOwn(system.operations, name))
  if (missing.length === 0) return system
  const described = describedOperations(system, project, adapters) ?? []
  const found = missing.filter(name => described.includes(name))
  return {
    ...system,
    operations: named([...Object.entries(system.operations), ...found.map(name => [name, operationOf(name, system, adapters)] as const)]),
  }
}

/** The operations that a system's own description knows; none where it has no description, undefined where that has faults, which were told. */
export function describedOperations(
  { adapter, options, path }: SystemConfig,
  project: Project,
  adapters: Adapters,
): readonly string[] | undefined {
  const known = adapters[adapter]?.system?.operations
  return known && options !== undefined ? known(options, { project, path }) : []
}

function operationOf(name: string, { adapter, options, path }: SystemConfig, adapters: Adapters): OperationConfig {
  const laid = adapters[adapter]?.system?.lay?.(options, name) ?? options
  return { name, options: laid, params: {}, transform: [], settle: [], path }
}
