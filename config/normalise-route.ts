import type { Adapter } from '../adapters/adapter.ts'
import { type OptionSchema, parseDuration, resolveOptions } from '../gateway/options.ts'
import type { Faults, Path } from './faults.ts'
import { formatsOf } from './normalise-format.ts'
import { stepsOf, targetOf } from './normalise-target.ts'
import type { FaultConfig, RetryConfig, RouteConfig, SourceConfig } from './project.ts'
import { mergeRetry } from './retry.ts'
import { replyOptions, sourceKeys } from './route-options.ts'
import { type Fields, fieldsOf, given, isFields, listOf, oneOrMore, textOf } from './value.ts'

/** What the routes of a project have in common. */
export interface RouteParts {
  readonly adapters: Readonly<Record<string, Adapter>>
  readonly faults: Faults
  readonly retry: Required<RetryConfig>
}

/** A route as checked, in the form that code uses. */
export function routeOf(name: string, value: unknown, parts: RouteParts): RouteConfig {
  const path = ['routes', name]
  const fields = fieldsOf(value)
  const retry = mergeRetry(parts.retry, fields.retry)
  const to = targetOf(fields.to, [...path, 'to'], { because: fields.because, path }, { faults: parts.faults, retry })
  return {
    name,
    ...given('description', textOf(fields.description)),
    ...given('owner', textOf(fields.owner)),
    from: sourcesOf(fields.from, [...path, 'from'], parts),
    ...given('key', textOf(fields.key)),
    ...given('once', textOf(fields.once)),
    ...given('expiresAfterMs', parseDuration(textOf(fields.expiresAfter) ?? '')),
    ...given('when', textOf(fields.when)),
    transform: stepsOf(fields.transform, [...path, 'transform']),
    to: to ?? { kind: 'list', targets: [] },
    ...given('reply', replyOf(fields.reply)),
    ...given('split', splitOf(fields.split, [...path, 'split'])),
    ...given('done', doneOf(name, fields.done)),
    faults: faultsOf(fields.faults, [...path, 'faults']),
    retry,
    path,
  }
}

function splitOf(value: unknown, path: Path): RouteConfig['split'] {
  const { each, rejects, stopAt } = fieldsOf(value)
  if (typeof each !== 'string') return undefined
  const policy = REJECTS.find(one => one === rejects) ?? (each === 'record' ? 'go-on' : 'all-or-nothing')
  return { each, rejects: policy, stopAt: stopOf(stopAt), path }
}

const REJECTS = ['go-on', 'stop', 'all-or-nothing'] as const

function stopOf(value: unknown): NonNullable<RouteConfig['split']>['stopAt'] {
  if (typeof value === 'string') return { share: Number(value.slice(0, -1)) / 100 }
  return { count: typeof value === 'number' ? value : 1 }
}

function doneOf(name: string, value: unknown): RouteConfig['done'] {
  if (!isFields(value)) return undefined
  return { route: `${name}.done`, ...given('withinMs', parseDuration(textOf(value.within) ?? '')) }
}

/** The route of the receipts that `done` sends, which nothing else comes to; undefined where a route has none. */
export function doneRouteOf(name: string, value: unknown, { faults, retry: outer }: RouteParts): RouteConfig | undefined {
  const fields = fieldsOf(value)
  const done = fieldsOf(fields.done)
  if (!isFields(fields.done)) return undefined
  const path = ['routes', name, 'done']
  const retry = mergeRetry(outer, fields.retry)
  return {
    name: `${name}.done`,
    description: `Receipts of what ${name} has split`,
    ...given('owner', textOf(fields.owner)),
    from: [],
    transform: stepsOf(done.transform, [...path, 'transform']),
    to: targetOf(done.to, [...path, 'to'], { because: done.because, path }, { faults, retry }) ?? { kind: 'list', targets: [] },
    faults: [],
    retry,
    path,
  }
}

function replyOf(value: unknown): RouteConfig['reply'] {
  return isFields(value) && value.within !== undefined ? resolveOptions(replyOptions, value) : undefined
}

function faultsOf(value: unknown, path: Path): FaultConfig[] {
  return listOf(value).map((row, index) => {
    const fields = fieldsOf(row)
    const at = [...path, index]
    return {
      when: textOf(fields.when) ?? 'false',
      ...given('fault', textOf(fields.fault)),
      ...(typeof fields.status === 'number' && { status: fields.status }),
      ...given('text', textOf(fields.text)),
      transform: fields.map === undefined ? [] : [{ kind: 'map', value: fields.map, path: [...at, 'map'] }],
      path: at,
    }
  })
}

function sourcesOf(value: unknown, path: Path, parts: RouteParts): SourceConfig[] {
  return oneOrMore(value).flatMap((source, index) => {
    const at = Array.isArray(value) ? [...path, index] : path
    const adapter = Object.values(parts.adapters).find(({ name }) => Object.hasOwn(fieldsOf(source), name))
    return adapter ? [sourceOf(fieldsOf(source), at, adapter)] : []
  })
}

function sourceOf(fields: Fields, path: Path, { name: adapter, source }: Adapter): SourceConfig {
  const options = resolveOptions(source.options, fields[adapter])
  const keys = keysOf(source.keys ?? {}, fields)
  return {
    adapter,
    name: source.describe(options, keys),
    options,
    keys,
    ...given('schema', textOf(fields.schema)),
    ...given('client', textOf(fields.client)),
    formats: formatsOf(fields.format, [...path, 'format']),
    ...given(
      'unpack',
      KINDS.find(kind => kind === fields.unpack),
    ),
    transform: stepsOf(fields.transform, [...path, 'transform']),
    path,
  }
}

const KINDS = sourceKeys.unpack.enum

function keysOf(schemas: Readonly<Record<string, OptionSchema>>, fields: Fields): Readonly<Record<string, unknown>> {
  const properties = Object.fromEntries(
    Object.entries(schemas).filter(([name, { default: standard }]) => name in fields || standard !== undefined),
  )
  const own = Object.fromEntries(Object.entries(fields).filter(([name]) => Object.hasOwn(schemas, name)))
  return fieldsOf(resolveOptions({ type: 'object', properties }, own))
}
