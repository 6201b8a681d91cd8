import type { ConfigView } from './parts.ts'

interface Named {
  readonly name: string
  readonly owner?: string
  readonly description?: string
}

/** What the view takes of a project; options, credentials and addresses are not among it. */
export interface ConfigSource {
  readonly name: string
  readonly version: string
  readonly systems: Readonly<Record<string, Named & { readonly adapter: string; readonly region?: string; readonly operations: object }>>
  readonly routes: Readonly<Record<string, Named & { readonly from: readonly { readonly name: string }[]; readonly to: unknown }>>
  readonly clients: Readonly<Record<string, Named & { readonly scopes: readonly string[] }>>
}

/** Names and owners of a project for the admin API: made of what was picked, so that a new option of the config cannot leak. */
export function configView({ name, version, systems, routes, clients }: ConfigSource): ConfigView {
  return {
    project: name,
    version,
    systems: Object.values(systems).map(({ adapter, region, operations, ...system }) => ({
      ...picked(system),
      kind: adapter,
      ...(region !== undefined && { region }),
      operations: Object.keys(operations),
    })),
    routes: Object.values(routes).map(({ from, to, ...route }) => ({
      ...picked(route),
      from: from.map(source => source.name),
      targets: [...targetsOf(to)],
    })),
    clients: Object.values(clients).map(({ scopes, ...client }) => ({ ...picked(client), scopes })),
  }
}

/** The names of all targets that may stand somewhere in a route's `to`: of entries, lists, routers. */
export function targetsOf(to: unknown, found: Set<string> = new Set()): Set<string> {
  if (typeof to !== 'object' || to === null) return found
  if ('target' in to && typeof to.target === 'string') found.add(to.target)
  for (const inner of ['entry', 'to'] as const) if (inner in to) targetsOf(Reflect.get(to, inner), found)
  for (const list of ['targets', 'branches'] as const) {
    const items: unknown = list in to ? Reflect.get(to, list) : undefined
    if (Array.isArray(items)) for (const item of items) targetsOf(item, found)
  }
  return found
}

function picked({ name, owner, description }: Named): Named {
  return { name, ...(owner !== undefined && { owner }), ...(description !== undefined && { description }) }
}
