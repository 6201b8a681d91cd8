/** One option, or a whole group of them: JSON Schema with our annotations. Written once beside the code that uses it; type, check, defaults, editor schema and reference page come from it. */
export interface OptionSchema {
  readonly type?: 'object' | 'array' | 'string' | 'number' | 'integer' | 'boolean'
  readonly format?: OptionFormat
  readonly description?: string
  readonly default?: unknown
  readonly enum?: readonly (string | number)[]
  readonly const?: string | number | boolean
  readonly pattern?: string
  readonly minLength?: number
  readonly minimum?: number
  readonly maximum?: number
  readonly items?: OptionSchema
  readonly minItems?: number
  readonly properties?: Readonly<Record<string, OptionSchema>>
  readonly required?: readonly string[]
  readonly additionalProperties?: false | OptionSchema
  readonly minProperties?: number
  readonly anyOf?: readonly OptionSchema[]
  readonly $ref?: string
  /** The value is a credential: never logged, printed or served. */
  readonly secret?: true
  /** One value of it, for the reference page. */
  readonly example?: unknown
}

/**
 * What a text stands for. `duration` (`250ms`, `5s`, `2m`, `1h`, `3d`) and `size` (`64KB`, `8MB`) become numbers, and the option's name
 * in code gets its unit: `timeout` is `timeoutMs`, `maxBody` is `maxBodyBytes`. `expression` is CEL; `file` is a path from the project's folder.
 */
export type OptionFormat = 'duration' | 'size' | 'expression' | 'file' | 'address' | 'url'

export const duration = { type: 'string', format: 'duration' } as const satisfies OptionSchema
export const size = { type: 'string', format: 'size' } as const satisfies OptionSchema
export const expression = { type: 'string', format: 'expression', minLength: 1 } as const satisfies OptionSchema

type Name<K extends string, S> = S extends { format: 'duration' } ? `${K}Ms` : S extends { format: 'size' } ? `${K}Bytes` : K
type Present<S> = S extends { properties: infer P }
  ? {
      [K in keyof P & string]: P[K] extends { default: unknown }
        ? K
        : S extends { required: readonly (infer R)[] }
          ? K extends R
            ? K
            : never
          : never
    }[keyof P & string]
  : never
type Fields<P, K extends keyof P & string> = { readonly [N in K as Name<N, P[N]>]: Options<P[N]> }
type Flat<T> = { readonly [K in keyof T]: T[K] }
type ObjectOptions<S, P> = Flat<
  Fields<P, Extract<keyof P & string, Present<S>>> & Partial<Fields<P, Exclude<keyof P & string, Present<S>>>>
>

/** The TypeScript type of a group of options after `resolveOptions`: defaults filled in, units in the names. */
export type Options<S> = S extends { const: infer C }
  ? C
  : S extends { enum: readonly (infer E)[] }
    ? E
    : S extends { anyOf: readonly (infer A)[] }
      ? A extends unknown
        ? Options<A>
        : never
      : S extends { format: 'duration' | 'size' }
        ? number
        : S extends { type: 'string' }
          ? string
          : S extends { type: 'number' | 'integer' }
            ? number
            : S extends { type: 'boolean' }
              ? boolean
              : S extends { type: 'array'; items: infer I }
                ? readonly Options<I>[]
                : S extends { properties: infer P }
                  ? ObjectOptions<S, P>
                  : S extends { additionalProperties: infer V }
                    ? V extends false
                      ? Record<string, never>
                      : Readonly<Record<string, Options<V>>>
                    : unknown

const UNITS: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  B: 1,
  KB: 1_024,
  MB: 1_024 ** 2,
  GB: 1_024 ** 3,
}
const DURATION = /^(\d+(?:\.\d+)?)(ms|s|m|h|d)$/
const SIZE = /^(\d+(?:\.\d+)?)(B|KB|MB|GB)$/

/** Milliseconds of `250ms`, `5s`, `2m`, `1h`, `3d`; undefined for any other text. */
export function parseDuration(text: string): number | undefined {
  return measure(DURATION, text)
}

/** Bytes of `512B`, `64KB`, `8MB`, `1GB` (1 KB = 1,024 B); undefined for any other text. */
export function parseSize(text: string): number | undefined {
  return measure(SIZE, text)
}

function measure(pattern: RegExp, text: string): number | undefined {
  const [, amount, unit] = pattern.exec(text) ?? []
  const factor = UNITS[unit ?? '']
  return amount === undefined || factor === undefined ? undefined : Number(amount) * factor
}

/** The options in code's form. Expects a value that the schema has already accepted; fills defaults, turns durations and sizes into numbers. */
export function resolveOptions<const S extends OptionSchema>(schema: S, value: unknown): Options<S> {
  return resolve(schema, value) as Options<S>
}

function resolve(schema: OptionSchema, given: unknown): unknown {
  const value = given === undefined ? schema.default : given
  if (value === undefined) return undefined
  if (schema.format === 'duration') return parseDuration(String(value))
  if (schema.format === 'size') return parseSize(String(value))
  if (Array.isArray(value)) return schema.items ? value.map(item => resolve(schema.items as OptionSchema, item)) : value
  if (schema.anyOf) return resolve(fitting(schema.anyOf, value), value)
  if (typeof value !== 'object' || value === null) return value
  return resolveObject(schema, value as Record<string, unknown>)
}

/** By its type; of several objects the one that knows most of its keys. */
function fitting(alternatives: readonly OptionSchema[], value: unknown): OptionSchema {
  const kind = Array.isArray(value) ? 'array' : typeof value
  const all = alternatives.filter(one => (one.type === 'integer' ? 'number' : one.type) === kind)
  if (typeof value !== 'object' || value === null) return all[0] ?? {}
  const known = ({ properties = {} }: OptionSchema) => Object.keys(value).filter(key => Object.hasOwn(properties, key)).length
  return all.sort((a, b) => known(b) - known(a))[0] ?? {}
}

function resolveObject(schema: OptionSchema, value: Record<string, unknown>): unknown {
  const { properties, additionalProperties } = schema
  const result: Record<string, unknown> = {}
  for (const [name, option] of Object.entries(properties ?? {})) {
    const resolved = resolve(option, value[name])
    if (resolved !== undefined) result[codeName(name, option)] = resolved
  }
  for (const [name, item] of Object.entries(value)) {
    if (properties?.[name]) continue
    result[name] = additionalProperties ? resolve(additionalProperties, item) : item
  }
  return result
}

/** The name that an option bears in code: with its unit. */
export function codeName(name: string, option: OptionSchema): string {
  if (option.format === 'duration') return `${name}Ms`
  if (option.format === 'size') return `${name}Bytes`
  return name
}
