import { type Checking, nounOf, refuse } from './checking.ts'
import type { Path } from './faults.ts'
import { nearest, suggestion } from './faults.ts'
import { type ConfigSchema, type Definitions, definitionOf } from './form.ts'
import { type Fields, given, isFields } from './value.ts'

/** Checks a value by the alternative that it means. */
export function checkAlternatives(form: ConfigSchema, value: unknown, path: Path, checking: Checking): unknown {
  const fitting = alternativeFor(form.anyOf ?? [], value, checking)
  if (!fitting) return refuse(form, value, { path, checking })
  return checking.check({ ...fitting, ...given('example', form.example ?? fitting.example) }, value, path)
}

/** The alternative that a value means, by its type; of several objects the one that knows most of its keys. */
function alternativeFor(forms: readonly ConfigSchema[], value: unknown, checking: Checking): ConfigSchema | undefined {
  const all = forms.flatMap(form => flatten(form, checking.definitions))
  const kind = kindOf(value)
  const fitting = all.filter(form => kindOfSchema(form) === kind || kindOfSchema(form) === 'any')
  if (kind === 'object' && isFields(value)) return fitting.sort((a, b) => known(b, value) - known(a, value))[0]
  return fitting.find(form => form.const === value || form.enum?.some(one => one === value)) ?? fitting.find(isOpen) ?? fitting[0]
}

function flatten(form: ConfigSchema, definitions: Definitions): readonly ConfigSchema[] {
  const whole = definitionOf(form, definitions)
  return whole.anyOf ? whole.anyOf.flatMap(one => flatten(one, definitions)) : [whole]
}

function isOpen(form: ConfigSchema): boolean {
  return form.const === undefined && form.enum === undefined
}

function kindOf(value: unknown): string {
  return Array.isArray(value) ? 'array' : value === null ? 'null' : typeof value
}

function kindOfSchema(form: ConfigSchema): string {
  if (form.byKey) return 'object'
  if (form.type === 'integer') return 'number'
  const [first] = form.enum ?? [form.const]
  return form.type ?? (first === undefined ? 'any' : typeof first)
}

function known(form: ConfigSchema, value: Fields): number {
  return Object.keys(value).filter(key => Object.hasOwn(form.properties ?? form.byKey ?? {}, key)).length
}

/** Checks a value by the form that its key picks. */
export function checkForm(form: ConfigSchema, value: unknown, path: Path, checking: Checking): unknown {
  const forms = form.byKey ?? {}
  const noun = nounOf(form, path)
  if (!isFields(value)) return refuse(form, value, { path, checking })
  const [key, ...others] = Object.keys(forms).filter(name => Object.hasOwn(value, name))
  if (key === undefined) return noForm(form, value, path, checking)
  const [other] = others
  const clash = other !== undefined && !forms[key]?.properties?.[other] ? other : undefined
  if (clash !== undefined) twoForms(noun, [key, clash], path, checking)
  const rest = Object.fromEntries(Object.entries(value).filter(([name]) => name !== clash))
  return checking.check(forms[key] ?? {}, rest, path)
}

function twoForms(noun: string, [one, other]: readonly [string, string], path: Path, { faults }: Checking): void {
  const mend = 'keep one of the two'
  faults.add('CONFLICT', [...path, other], `${noun} has both "${one}" and "${other}"`, { atKey: true, mend })
}

function noForm(form: ConfigSchema, value: Fields, path: Path, checking: Checking): undefined {
  const keys = Object.keys(form.byKey ?? {})
  const all = [...new Set(Object.values(form.byKey ?? {}).flatMap(one => Object.keys(one.properties ?? {})))]
  const noun = nounOf(form, path)
  const strange = Object.keys(value).filter(key => !all.includes(key))
  const wrong = strange.find(key => nearest(key, keys)) ?? strange[0]
  const allowed = keys.map(key => `"${key}"`).join(', ')
  if (wrong === undefined) {
    checking.faults.add('MISSING', path, `${noun} needs ${keys.length > 1 ? 'one of ' : ''}${allowed}`, { atKey: true })
    return undefined
  }
  const near = suggestion(wrong, keys).replace(/ \(.*/, '')
  const message = `unknown key "${wrong}" in ${noun}${near} (it needs ${keys.length > 1 ? 'one of ' : ''}${allowed})`
  checking.faults.add('UNKNOWN_KEY', [...path, wrong], message, { atKey: true })
  return undefined
}
