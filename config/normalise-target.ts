import { resolveOptions } from '../gateway/options.ts'
import type { Faults, Path } from './faults.ts'
import type { BranchConfig, EntryConfig, RetryConfig, StepConfig, TargetConfig } from './project.ts'
import { mergeRetry } from './retry.ts'
import { batchOptions } from './route-options.ts'
import { type Fields, fieldsOf, given, isFields, listOf, oneOrMore, textOf } from './value.ts'

/** What the targets of one route have in common. */
export interface TargetParts {
  readonly faults: Faults
  readonly retry: Required<RetryConfig>
}

/** What may stand beside a target: the reason of `none`. */
interface Beside {
  readonly because: unknown
  readonly path: Path
}

/** The target form of a checked `to`; undefined where nothing sound stands there. */
export function targetOf(value: unknown, path: Path, beside: Beside, parts: TargetParts): TargetConfig | undefined {
  if (value === 'none') return noneOf(path, beside, parts)
  if (beside.because !== undefined) lonelyBecause(beside, parts)
  if (typeof value === 'string') return { kind: 'entry', entry: entryOf({ system: value }, path, parts) }
  if (Array.isArray(value)) return { kind: 'list', targets: listTargets(value, path, parts) }
  if (!isFields(value)) return undefined
  if ('first' in value) return { kind: 'first', branches: branchesOf(value.first, [...path, 'first'], parts), path }
  return typeof value.system === 'string' ? { kind: 'entry', entry: entryOf(value, path, parts) } : undefined
}

function listTargets(values: readonly unknown[], path: Path, parts: TargetParts): TargetConfig[] {
  return values.flatMap((value, index) => {
    const at = [...path, index]
    return targetOf(value, at, { because: undefined, path: at }, parts) ?? []
  })
}

function noneOf(path: Path, { because }: Beside, { faults }: TargetParts): TargetConfig {
  const mend = 'add "because: ..." beside it: why nothing is sent'
  if (because === undefined) faults.add('MISSING', path, '"none" needs "because"', { mend })
  return { kind: 'none', because: textOf(because) ?? '', path }
}

function lonelyBecause({ path }: Beside, { faults }: TargetParts): void {
  const mend = 'remove it, or write "none" for the target'
  faults.add('UNUSED', [...path, 'because'], '"because" is the reason of "none", and here a target stands', { atKey: true, mend })
}

function entryOf(value: Fields, path: Path, parts: TargetParts): EntryConfig {
  const target = textOf(value.system) ?? ''
  return {
    name: textOf(value.as) ?? target.split('.')[0] ?? target,
    target,
    ...given('when', textOf(value.when)),
    transform: stepsOf(value.transform, [...path, 'transform']),
    answer: stepsOf(value.answer, [...path, 'answer']),
    retry: mergeRetry(parts.retry, value.retry),
    ...given('batch', batchOf(value.batch, [...path, 'batch'])),
    path,
  }
}

function batchOf(value: unknown, path: Path): EntryConfig['batch'] {
  return isFields(value) ? { ...resolveOptions(batchOptions, value), path } : undefined
}

function branchesOf(value: unknown, path: Path, parts: TargetParts): BranchConfig[] {
  return listOf(value).flatMap((branch, index) => {
    const fields = fieldsOf(branch)
    const at = [...path, index]
    const key = 'otherwise' in fields ? 'otherwise' : 'to'
    const to = targetOf(fields[key], [...at, key], { because: fields.because, path: at }, parts)
    return to ? [{ ...given('when', textOf(fields.when)), to, path: at }] : []
  })
}

/** The steps of a checked pipeline; the path of a step is that of what stands behind its kind. */
export function stepsOf(value: unknown, path: Path): StepConfig[] {
  return oneOrMore(value).flatMap((step, index) => {
    const at = Array.isArray(value) ? [...path, index] : path
    return Object.entries(fieldsOf(step)).map(([kind, behind]) => ({ kind, value: behind, path: [...at, kind] }))
  })
}
