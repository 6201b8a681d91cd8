import type { Adapter } from '../adapters/adapter.ts'
import { parseDuration, resolveOptions } from '../gateway/options.ts'
import type { Faults, Path } from './faults.ts'
import { stepsOf, targetOf } from './normalise-target.ts'
import type { RetryConfig, RouteConfig, SourceConfig } from './project.ts'
import { mergeRetry } from './retry.ts'
import { replyOptions } from './route-options.ts'
import { type Fields, fieldsOf, given, isFields, oneOrMore, textOf } from './value.ts'

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
    retry,
    path,
  }
}

function replyOf(value: unknown): RouteConfig['reply'] {
  return isFields(value) && value.within !== undefined ? resolveOptions(replyOptions, value) : undefined
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
  return {
    adapter,
    name: source.describe(options),
    options,
    ...given('schema', textOf(fields.schema)),
    ...given('client', textOf(fields.client)),
    format: fields.format === 'bytes' ? 'bytes' : 'json',
    transform: stepsOf(fields.transform, [...path, 'transform']),
    path,
  }
}
