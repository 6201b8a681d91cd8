import { textFault } from './check-text.ts'
import { type Checking, describe, refuse } from './checking.ts'
import { type Path, suggestion } from './faults.ts'
import type { ConfigSchema } from './form.ts'
import { given } from './value.ts'

/** One of the values that the schema lists. */
export function checkEnum(form: ConfigSchema, value: unknown, path: Path, checking: Checking): unknown {
  const allowed = form.enum ?? [form.const]
  const found = allowed.find(one => one === value || (checking.references.written(path) !== undefined && String(one) === value))
  if (found !== undefined) return found
  const seen = describe(value, path, checking)
  const list = allowed.map(String)
  const near = typeof value === 'string' ? suggestion(value, list).replace('(known:', '(allowed:') : ` (allowed: ${list.join(', ')})`
  checking.faults.add('WRONG_VALUE', path, `${seen} is not allowed${near}`)
  return undefined
}

/** A text of the form that the schema names. */
export function checkText(form: ConfigSchema, value: unknown, path: Path, checking: Checking): unknown {
  if (typeof value !== 'string') return checkScalarAsText(form, value, path, checking)
  const fault = textFault(form, value)
  if (!fault) return value
  checking.faults.add('WRONG_VALUE', path, `${describe(value, path, checking, form)} ${fault.message}`, given('mend', fault.mend))
  return undefined
}

function checkScalarAsText(form: ConfigSchema, value: unknown, path: Path, checking: Checking): unknown {
  const scalar = typeof value === 'number' || typeof value === 'boolean'
  if (scalar && form.format === 'expression') return String(value)
  const mend = scalar ? (form.format ? MENDS[form.format]?.(value) : `quote it: "${value}"`) : undefined
  return refuse(form, value, { path, checking, mend })
}

const MENDS: Readonly<Record<string, (value: number | boolean) => string>> = {
  duration: value => `write its unit: ${value}ms, ${value}s, ${value}m, ${value}h or ${value}d`,
  size: value => `write its unit: ${value}B, ${value}KB, ${value}MB or ${value}GB`,
}

/** A number within its bounds; the text of a reference counts as one. */
export function checkNumber(form: ConfigSchema, value: unknown, path: Path, checking: Checking): unknown {
  const number = typeof value === 'string' && checking.references.written(path) && value.trim() !== '' ? Number(value) : value
  const whole = form.type === 'integer'
  if (typeof number !== 'number' || !Number.isFinite(number) || (whole && !Number.isSafeInteger(number))) {
    return refuse(form, value, { path, checking })
  }
  if (number >= (form.minimum ?? Number.NEGATIVE_INFINITY) && number <= (form.maximum ?? Number.POSITIVE_INFINITY)) return number
  checking.faults.add('WRONG_VALUE', path, `${describe(value, path, checking, form)} is out of bounds (allowed: ${bounds(form)})`)
  return undefined
}

function bounds({ minimum, maximum }: ConfigSchema): string {
  if (minimum === undefined) return `at most ${maximum}`
  return maximum === undefined ? `at least ${minimum}` : `${minimum} to ${maximum}`
}

/** `true` or `false`; the text of a reference counts as one. */
export function checkBoolean(form: ConfigSchema, value: unknown, path: Path, checking: Checking): unknown {
  if (typeof value === 'boolean') return value
  if (checking.references.written(path) && (value === 'true' || value === 'false')) return value === 'true'
  const word = typeof value === 'string' ? /^(?:(yes|on)|no|off|true|false)$/i.exec(value) : undefined
  const mend = word ? `write ${word[1] || /^true$/i.test(word[0]) ? 'true' : 'false'}, unquoted` : undefined
  return refuse(form, value, { path, checking, mend })
}
