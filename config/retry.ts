import { resolveOptions } from '../gateway/options.ts'
import type { RetryConfig } from './project.ts'
import { RETRY_DEFAULTS, retryOptions } from './route-options.ts'
import { fieldsOf, given } from './value.ts'

/** A retry policy as checked, laid over the next outer one. */
export function mergeRetry(outer: Required<RetryConfig>, value: unknown): Required<RetryConfig> {
  const { delays, giveUpAfterMs, jitter } = resolveOptions(retryOptions, fieldsOf(value))
  const sound = delays?.filter(delay => delay !== undefined)
  return { ...outer, ...given('delaysMs', sound), ...given('giveUpAfterMs', giveUpAfterMs), ...given('jitter', jitter) }
}

/** The policy of a project that says nothing. */
export function defaultRetry(): Required<RetryConfig> {
  return mergeRetry({ delaysMs: [], giveUpAfterMs: 0, jitter: 0 }, RETRY_DEFAULTS)
}
