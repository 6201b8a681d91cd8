import type { Faults, Path } from './faults.ts'
import { type ConfigSchema, type Definitions, expected } from './form.ts'
import type { References } from './references.ts'
import { given } from './value.ts'

/** What a check may ask and tell. */
export interface Checking {
  readonly faults: Faults
  readonly definitions: Definitions
  readonly references: References
  /** Checks what stands deeper. */
  check(schema: ConfigSchema, value: unknown, path: Path): unknown
}

/** A check of one kind of value: what is well of it, undefined where nothing is. */
export type Check = (schema: ConfigSchema, value: unknown, path: Path, checking: Checking) => unknown

/** Tells what was expected and what was seen instead. */
export function refuse(form: ConfigSchema, value: unknown, { path, checking, mend }: Refused): undefined {
  const nothing = value === null || value === undefined
  const seen = nothing ? 'nothing' : describe(value, path, checking, form)
  const message = `expected ${expected(form, checking.definitions)}, saw ${seen}`
  checking.faults.add('WRONG_TYPE', path, message, { atKey: nothing, ...given('mend', mend) })
  return undefined
}

interface Refused {
  readonly path: Path
  readonly checking: Checking
  readonly mend?: string | undefined
}

/** What a value is called: by its form, else by its key. */
export function nounOf(form: ConfigSchema, path: Path): string {
  const last = path.at(-1)
  return form.noun ?? (typeof last === 'string' ? `"${last}"` : 'this')
}

/** What was seen, in words; never a value that came from a reference or is a secret. */
export function describe(value: unknown, path: Path, checking: Checking, schema?: ConfigSchema): string {
  const written = checking.references.written(path)
  if (written !== undefined) return `the value of ${written}`
  if (schema?.secret) return 'the value'
  if (Array.isArray(value)) return 'a list'
  if (typeof value === 'string') return JSON.stringify(value.length > 60 ? `${value.slice(0, 57)}...` : value)
  if (typeof value === 'object' && value !== null) return 'keys and values'
  return typeof value === 'boolean' ? String(value) : `the number ${String(value)}`
}
