import type { EntryConfig, Project, RouteConfig, StepConfig, TargetConfig } from './project.ts'

/** All entries that stand anywhere in a `to`, in order. */
export function entriesOf(to: TargetConfig): readonly EntryConfig[] {
  if (to.kind === 'entry') return [to.entry]
  if (to.kind === 'list') return to.targets.flatMap(entriesOf)
  return to.kind === 'first' ? to.branches.flatMap(branch => entriesOf(branch.to)) : []
}

/** All steps of all pipelines of a route. */
export function stepsOfRoute(route: RouteConfig): readonly StepConfig[] {
  const ofEntries = entriesOf(route.to).flatMap(({ transform, answer }) => [...transform, ...answer])
  return [...[...route.from, route, ...route.faults].flatMap(({ transform }) => transform), ...ofEntries]
}

/** All steps of all pipelines of a project. */
export function stepsOfProject({ routes, systems }: Project): readonly StepConfig[] {
  const operations = Object.values(systems).flatMap(system => Object.values(system.operations))
  return [...Object.values(routes).flatMap(stepsOfRoute), ...operations.flatMap(({ transform }) => transform)]
}

/** The system's name of a target, and its operation's if it names one. */
export function splitTarget(target: string): { readonly system: string; readonly operation?: string } {
  const dot = target.indexOf('.')
  return dot < 0 ? { system: target } : { system: target.slice(0, dot), operation: target.slice(dot + 1) }
}
