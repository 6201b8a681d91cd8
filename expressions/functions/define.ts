import { EvaluationError, type Kind } from '../expression.ts'
import type { Numeric } from '../numbers.ts'
import { kindOf, named } from '../values.ts'

/** One parameter; `T` is what the function's body gets. */
export interface Param<T> {
  readonly name: string
  readonly kind: Kind | 'any'
  /** May be left out. */
  readonly optional?: true
  /** May be null, or a `.?` field that is absent. */
  readonly nullable?: true
  /** Only for the type. */
  readonly sample?: T
}

type Values<P extends readonly Param<unknown>[]> = { [K in keyof P]: P[K] extends Param<infer T> ? T : never }

/** A function of the expression language. Also called on its first argument: `body.name.lower()`. */
export interface FunctionSpec {
  readonly name: string
  readonly params: readonly Param<unknown>[]
  /** May repeat at the end. */
  readonly rest?: Param<unknown>
  readonly returns: Kind | 'any'
  readonly description: string
  readonly example: string
  /** Gets undefined for absent arguments, instead of being absent itself. */
  readonly acceptsAbsent?: true
  /** What is wrong with arguments that are written out; undefined stands for those that are not. */
  readonly verify?: (literals: readonly unknown[]) => string | ArgumentFault | undefined
  run(args: readonly unknown[]): unknown
}

/** What is wrong with one of the arguments, from 0. */
export interface ArgumentFault {
  readonly message: string
  readonly argument: number
}

interface Definition<P extends readonly Param<unknown>[], R> extends Omit<FunctionSpec, 'run' | 'params' | 'rest'> {
  readonly params: readonly [...P]
  readonly rest?: Param<R>
  readonly run: (...args: [...Values<P>, ...R[]]) => unknown
}

/** A spec whose body gets arguments of the kinds that its parameters say; all others are an EvaluationError that names function, parameter and value. */
export function define<const P extends readonly Param<unknown>[], R = never>(definition: Definition<P, R>): FunctionSpec {
  const { run, ...spec } = definition
  const body = run as (...args: readonly unknown[]) => unknown
  return {
    ...spec,
    run(args) {
      for (let index = 0; index < args.length; index++) check(spec, index, args[index])
      return body(...args)
    },
  }
}

/** A parameter that is a text. */
export const text = (name: string): Param<string> => ({ name, kind: 'string' })
/** A parameter that is a number. */
export const number = (name: string): Param<Numeric> => ({ name, kind: 'number' })
/** A parameter that is a list. */
export const list = (name: string): Param<readonly unknown[]> => ({ name, kind: 'array' })
/** A parameter that is an object. */
export const object = (name: string): Param<Readonly<Record<string, unknown>>> => ({ name, kind: 'object' })
/** A parameter of any kind. */
export const any = (name: string): Param<unknown> => ({ name, kind: 'any' })

/** The same parameter, which may be left out. */
export function optional<T>(param: Param<T>): Param<T | undefined> {
  return { name: param.name, kind: param.kind, optional: true }
}

/** The same parameter, for which null may stand. */
export function nullable<T>(param: Param<T>): Param<T | null> {
  return { name: param.name, kind: param.kind, nullable: true }
}

/** What a check of an argument throws, as a text; undefined where it throws nothing. */
export function failureOf(check: () => unknown): string | undefined {
  try {
    check()
    return undefined
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}

/** `date(text: string, format: string): string` */
export function signature({ name, params, rest, returns }: FunctionSpec): string {
  const parts = params.map(param => `${param.name}${param.optional ? '?' : ''}: ${param.kind}`)
  return `${name}(${[...parts, ...(rest ? [`...${rest.name}: ${rest.kind}`] : [])].join(', ')}): ${returns}`
}

function check(spec: Pick<FunctionSpec, 'name' | 'params' | 'rest'>, index: number, value: unknown): void {
  const param = spec.params[index] ?? spec.rest
  if (param === undefined || param.kind === 'any' || (value === null && param.nullable)) return
  const kind = kindOf(value)
  if (kind === param.kind || (value === undefined && param.optional)) return
  throw new EvaluationError(`${spec.name}(): ${param.name} must be ${named(param.kind)}, saw ${named(kind)}${short(value)}`)
}

function short(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' ? ` (${JSON.stringify(value).slice(0, 40)})` : ''
}
