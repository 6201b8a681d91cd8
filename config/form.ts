import type { OptionSchema } from '../gateway/options.ts'

/** An OptionSchema with what only the config's own forms need. */
export interface ConfigSchema extends OptionSchema {
  /** For people, with its article: `a route`. */
  readonly noun?: string
  /** The form is picked by which of these keys the value has, before it is checked: one mistake is one message. */
  readonly byKey?: Readonly<Record<string, ConfigSchema>>
  /** The keys are names that others refer to: letters, digits, `-` and `_`. */
  readonly names?: true
  /** What stands here is checked by the code that uses it. */
  readonly checkedElsewhere?: true
  readonly properties?: Readonly<Record<string, ConfigSchema>>
  readonly items?: ConfigSchema
  readonly anyOf?: readonly ConfigSchema[]
  readonly additionalProperties?: false | ConfigSchema
}

/** Schemas that others refer to by `$ref: '#/$defs/NAME'`. */
export type Definitions = Readonly<Record<string, ConfigSchema>>

/** What a name of the config may look like. */
export const NAME_PATTERN = '^[A-Za-z0-9_][A-Za-z0-9_-]*$'

const REF = '#/$defs/'

/** A schema that refers to a definition. */
export function refer(name: string): ConfigSchema {
  return { $ref: `${REF}${name}` }
}

/** The schema itself, or the definition that it refers to. */
export function definitionOf(schema: ConfigSchema, definitions: Definitions): ConfigSchema {
  const name = schema.$ref?.startsWith(REF) ? schema.$ref.slice(REF.length) : undefined
  return (name === undefined ? undefined : definitions[name]) ?? schema
}

/** What is allowed, in words: `a duration such as 5s or a list`. */
export function expected(schema: ConfigSchema, definitions: Definitions): string {
  const form = definitionOf(schema, definitions)
  if (form.anyOf) return [...new Set(form.anyOf.map(one => expected(one, definitions)))].join(' or ')
  if (form.const !== undefined) return `"${form.const}"`
  if (form.enum) return form.enum.map(value => `"${value}"`).join(' or ')
  if (form.byKey || form.type === 'object') return form.noun ? `${form.noun} (keys and values)` : 'keys and values'
  return form.format ? FORMATS[form.format] : (TYPES[form.type ?? ''] ?? 'a value')
}

const FORMATS: Readonly<Record<NonNullable<OptionSchema['format']>, string>> = {
  duration: 'a duration such as 5s',
  size: 'a size such as 8MB',
  expression: 'an expression',
  file: 'the path of a file',
  address: 'an address such as 127.0.0.1:8080',
  url: 'a URL',
}
const TYPES: Readonly<Record<string, string>> = {
  string: 'text',
  number: 'a number',
  integer: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
}
