import type { Adapter } from '../adapters/adapter.ts'
import { resolveOptions } from '../gateway/options.ts'
import type { Path } from './faults.ts'
import { formatOf } from './normalise-format.ts'
import { stepsOf } from './normalise-target.ts'
import type { OperationConfig, SettleRule, StandInRule, SystemConfig } from './project.ts'
import { limitsOptions } from './system-options.ts'
import { type Fields, fieldsOf, given, listOf, named, textOf } from './value.ts'

/** The adapter of a system whose protocol is not known: what is wrong with it was said. */
export const UNKNOWN_ADAPTER = ''

/** A system as checked, in the form that code uses. */
export function systemOf(name: string, value: unknown, adapters: Readonly<Record<string, Adapter>>): SystemConfig {
  const path = ['systems', name]
  const fields = fieldsOf(value)
  const adapter = Object.values(adapters).find(one => one.system && Object.hasOwn(fields, one.name))
  const options = adapter?.system && resolveOptions(adapter.system.options, fields[adapter.name])
  const authOptions = adapter?.system?.authOptions
  return {
    name,
    ...given('description', textOf(fields.description)),
    ...given('owner', textOf(fields.owner)),
    ...given('region', textOf(fields.region)),
    adapter: adapter?.name ?? UNKNOWN_ADAPTER,
    options,
    ...given('auth', authOptions && fields.auth !== undefined ? resolveOptions(authOptions, fields.auth) : undefined),
    ...given('format', formatOf(fields.format, [...path, 'format'])),
    limits: resolveOptions(limitsOptions, fieldsOf(fields.limits)),
    operations: adapter ? operationsOf(fields, options, adapter, path) : {},
    settle: settleOf(fields.settle, [...path, 'settle']),
    standIn: standInOf(fields.standIn, [...path, 'standIn']),
    path,
  }
}

function operationsOf(system: Fields, under: unknown, adapter: Adapter, path: Path): Readonly<Record<string, OperationConfig>> {
  const all = Object.entries(fieldsOf(system.operations))
  return named(
    all.map(([name, value]) => [name, operationOf(name, fieldsOf(value), { under, adapter, path: [...path, 'operations', name] })]),
  )
}

interface OperationParts {
  readonly under: unknown
  readonly adapter: Adapter
  readonly path: Path
}

function operationOf(name: string, fields: Fields, { under, adapter, path }: OperationParts): OperationConfig {
  return {
    name,
    options: layOver(under, fields[adapter.name], adapter),
    params: textsOf(fields.path),
    ...given('query', fields.query === undefined ? undefined : textsOf(fields.query)),
    ...given('format', formatOf(fields.format, [...path, 'format'])),
    transform: stepsOf(fields.transform, [...path, 'transform']),
    settle: settleOf(fields.settle, [...path, 'settle']),
    path,
  }
}

function textsOf(value: unknown): Readonly<Record<string, string>> {
  return named(Object.entries(fieldsOf(value)).map(([name, text]) => [name, String(text)]))
}

function layOver(under: unknown, value: unknown, { system }: Adapter): unknown {
  if (value === undefined || !system) return under
  const over = resolveOptions(system.operationOptions, value)
  return system.lay ? system.lay(under, over) : { ...fieldsOf(under), ...fieldsOf(over) }
}

function settleOf(value: unknown, path: Path): SettleRule[] {
  return listOf(value).flatMap((rule, index) => {
    const { when, as } = fieldsOf(rule)
    const known = as === 'delivered' || as === 'retry' || as === 'dead'
    return typeof when === 'string' && known ? [{ when, as, path: [...path, index] }] : []
  })
}

function standInOf(value: unknown, path: Path): StandInRule[] {
  return listOf(value).map((rule, index) => {
    const fields = fieldsOf(rule)
    const fail = listOf(fields.fail).filter(status => typeof status === 'number')
    return {
      ...given('when', textOf(fields.when)),
      ...(fail.length > 0 && { fail }),
      ...given('answer', fields.answer ?? fields.then),
      ...(fields.answer === undefined && fields.then !== undefined && { answerKey: 'then' as const }),
      ...given('fault', faultOf(fields.fault)),
      ...(typeof fields.status === 'number' && { status: fields.status }),
      path: [...path, index],
    }
  })
}

function faultOf(value: unknown): StandInRule['fault'] {
  if (value === undefined) return undefined
  const { name, code, text } = typeof value === 'string' ? { name: value } : fieldsOf(value)
  return { name: textOf(name) ?? '', code: textOf(code) ?? 'Client', text: textOf(text) ?? '' }
}
