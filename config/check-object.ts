import { type Checking, nounOf, refuse } from './checking.ts'
import type { Path } from './faults.ts'
import { nearest, suggestion } from './faults.ts'
import { type ConfigSchema, expected, NAME_PATTERN } from './form.ts'
import { type Fields, isFields, named } from './value.ts'

const NAME = new RegExp(NAME_PATTERN)

/** An object with only the keys that are known and well; each other is a fault, as is each that is missing. */
export function checkObject(form: ConfigSchema, value: unknown, path: Path, checking: Checking): unknown {
  if (!isFields(value)) return refuse(form, value, { path, checking })
  const unknown = Object.keys(value).filter(key => !isKnown(form, key))
  for (const key of unknown) unknownKey(form, key, value, { path, checking })
  const missing = (form.required ?? []).filter(key => !Object.hasOwn(value, key))
  // A key that is nearly the missing one has been told already: one mistake is one message.
  for (const key of missing.filter(key => !unknown.some(one => nearest(one, [key])))) missingKey(form, key, path, checking)
  if (Object.keys(value).length < (form.minProperties ?? 0)) {
    checking.faults.add('WRONG_VALUE', path, `nothing stands here (allowed: at least ${form.minProperties})`, { atKey: true })
  }
  const fields = checkFields(form, value, path, checking)
  // What has a noun has a name that others use: it stays known though it is incomplete.
  return missing.length > 0 && form.noun === undefined && path.length > 0 ? undefined : fields
}

function isKnown(form: ConfigSchema, key: string): boolean {
  return Object.hasOwn(form.properties ?? {}, key) || (form.additionalProperties !== false && form.additionalProperties !== undefined)
}

function checkFields(form: ConfigSchema, value: Fields, path: Path, checking: Checking): Record<string, unknown> {
  const checked: [string, unknown][] = []
  for (const [key, item] of Object.entries(value)) {
    const own = Object.hasOwn(form.properties ?? {}, key) ? form.properties?.[key] : undefined
    const schema = own ?? (form.additionalProperties || undefined)
    if (!schema || (!own && form.names && !isName(key, path, checking))) continue
    const result = checking.check(schema, item, [...path, key])
    // A name stays known though nothing of it is well: one mistake is one message.
    if (result !== undefined || form.names) checked.push([key, result ?? {}])
  }
  return named(checked)
}

function isName(key: string, path: Path, checking: Checking): boolean {
  if (NAME.test(key)) return true
  const mend = 'use letters, digits, "-" and "_", and no "." or space'
  checking.faults.add('WRONG_VALUE', [...path, key], `"${key}" cannot be a name`, { atKey: true, mend })
  return false
}

interface Seen {
  readonly path: Path
  readonly checking: Checking
}

function unknownKey(form: ConfigSchema, key: string, value: Fields, { path, checking }: Seen): void {
  const free = Object.keys(form.properties ?? {}).filter(name => !(name in value))
  const all = Object.keys(form.properties ?? {})
  const near = suggestion(key, free).replace(/ \(.*/, '')
  const known = suggestion('', all)
    .replace('known:', 'allowed:')
    .replace('none are defined', 'no key is allowed here')
    .replace(/^;.*\?/, '')
  const where = path.length === 0 ? '' : ` in ${nounOf(form, path)}`
  checking.faults.add('UNKNOWN_KEY', [...path, key], `unknown key "${key}"${where}${near}${known}`, { atKey: true })
}

function missingKey(form: ConfigSchema, key: string, path: Path, checking: Checking): void {
  const option = form.properties?.[key]
  const noun = nounOf(form, path)
  const example = option?.example === undefined ? expected(option ?? {}, checking.definitions) : JSON.stringify(option.example)
  const mend = `add "${key}: ..." with ${example}${option?.description ? `: ${option.description}` : ''}`
  checking.faults.add('MISSING', path, `${noun} needs "${key}"`, { atKey: true, mend })
}
