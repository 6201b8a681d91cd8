import type { Adapter } from '../adapters/adapter.ts'
import { resolveOptions } from '../gateway/options.ts'
import { rabbitmqOptions } from '../gateway/queue/options.ts'
import { storeOptions } from '../gateway/store/options.ts'
import { withDescribedOperations } from './described-operations.ts'
import type { FaultList } from './fault-list.ts'
import { clientOf } from './normalise-client.ts'
import { doneRouteOf, type RouteParts, routeOf } from './normalise-route.ts'
import { systemOf } from './normalise-system.ts'
import { testsOf } from './normalise-test.ts'
import type { MappingConfig, Project } from './project.ts'
import { listenOptions } from './project-options.ts'
import type { References } from './references.ts'
import { defaultRetry, mergeRetry } from './retry.ts'
import { createSchemas } from './schema-files.ts'
import { type Fields, fieldsOf, given, named, textOf } from './value.ts'

/** What a checked config is made a project with. */
export interface ProjectParts {
  readonly dir: string
  readonly version: string
  readonly adapters: Readonly<Record<string, Adapter>>
  readonly faults: FaultList
  readonly references: References
  readonly place: Project['place']
}

/** The project of a checked config: defaults filled, units resolved; what was wrong is left out. */
export function projectOf(config: Fields, parts: ProjectParts): Project {
  const { dir, version, adapters, faults, place } = parts
  const retry = mergeRetry(defaultRetry(), fieldsOf(config.defaults).retry)
  const tests = Object.entries(fieldsOf(config.tests))
  const project: Project = {
    dir,
    version,
    name: textOf(config.name) ?? '',
    listen: resolveOptions(listenOptions, fieldsOf(config.listen)),
    queue: queueOf(config.queue),
    store: resolveOptions(storeOptions, fieldsOf(config.store)),
    defaults: { retry },
    systems: each(config.systems, (name, value) => systemOf(name, value, adapters)),
    routes: routesOf(config.routes, { adapters, faults, retry }),
    clients: each(config.clients, (name, value) => clientOf(name, value, parts)),
    mappings: each(config.mappings, mappingOf),
    tables: each(config.tables, (_, value) => fieldsOf(value)),
    tests: tests.flatMap(([file, value]) => testsOf(file, value)),
    schema: createSchemas({ dir, faults, models: fieldsOf(config.models) }),
    place,
    faults,
  }
  return withDescribedOperations(project, adapters)
}

function routesOf(value: unknown, parts: RouteParts): Project['routes'] {
  const routes = each(value, (name, route) => routeOf(name, route, parts))
  const done = each(value, (name, route) => doneRouteOf(name, route, parts))
  return named([...Object.values(routes), ...Object.values(done)].map(route => [route.name, route] as const))
}

function each<T>(value: unknown, make: (name: string, value: unknown) => T | undefined): Readonly<Record<string, T>> {
  const made = Object.entries(fieldsOf(value)).map(([name, item]) => [name, make(name, item)] as const)
  return named(made.flatMap(([name, item]) => (item === undefined ? [] : [[name, item] as const])))
}

function queueOf(value: unknown): Project['queue'] {
  const options = fieldsOf(value).rabbitmq
  return options === undefined ? { kind: 'embedded' } : { kind: 'rabbitmq', options: resolveOptions(rabbitmqOptions, options) }
}

function mappingOf(name: string, value: unknown): MappingConfig {
  const { from, to, owner, rules } = fieldsOf(value)
  const path = ['mappings', name]
  return {
    name,
    ...given('from', textOf(from)),
    ...given('to', textOf(to)),
    ...given('owner', textOf(owner)),
    rules: fieldsOf(rules),
    path,
  }
}
