import { type Faults, type Path, suggestion } from '../../config/faults.ts'
import { ruleOptions } from './options.ts'

export type WhenMissing = 'reject' | 'omit' | 'null' | 'empty'

/** Where a rule takes its value from. */
export type Origin =
  /** Its form is wrong, which is a fault already; the field has a rule all the same. */
  | { readonly kind: 'broken' }
  | { readonly kind: 'value'; readonly text: string; readonly path: Path }
  | { readonly kind: 'is'; readonly value: unknown }
  | { readonly kind: 'table'; readonly table: string; readonly text: string; readonly path: Path }
  | { readonly kind: 'each'; readonly text: string; readonly path: Path; readonly as: string; readonly rules: readonly RuleForm[] }

/** A rule as it was read: its form is right, its expressions are not yet looked at. */
export interface RuleForm {
  /** The target field as written: `buyer.name`. */
  readonly field: string
  readonly keys: readonly string[]
  readonly path: Path
  readonly origin: Origin
  readonly default?: unknown
  readonly whenMissing?: WhenMissing
  readonly maxLength?: number
  readonly whenLonger: 'reject' | 'trim'
  readonly note?: string
  readonly edge?: string
}

type Fields = Readonly<Record<string, unknown>>

const ORIGINS = ['value', 'is', 'table', 'each'] as const
const PAIRS = [
  ['key', 'table'],
  ['as', 'each'],
  ['rules', 'each'],
  ['whenLonger', 'maxLength'],
] as const
const FIELD = /^[^.[\]]+(?:\.[^.[\]]+)*$/
const NAME = new RegExp(ruleOptions.properties.as.pattern)
const TAKEN = new Set(['body', 'headers', 'meta'])

/** The rules of a mapping, or of an `each`; what is wrong with their form is among the faults. */
export function readRules(rules: unknown, path: Path, faults: Faults): readonly RuleForm[] {
  if (!isFields(rules)) {
    faults.add('WRONG_TYPE', path, 'rules are one line a field: its name, and an expression or a rule in its long form')
    return []
  }
  const forms = Object.entries(rules).flatMap(([field, rule]) => readRule(field, rule, [...path, field], faults) ?? [])
  return forms.filter(form => {
    const inner = forms.find(other => other.field.startsWith(`${form.field}.`))
    if (inner) faults.add('CONFLICT', inner.path, `"${form.field}" has a rule of its own, which would overwrite this one`, { atKey: true })
    return !inner
  })
}

/** Rules by their name at one depth, in the order in which the names first stand. */
export function byKey(forms: readonly RuleForm[], depth: number): ReadonlyMap<string, readonly RuleForm[]> {
  const groups = new Map<string, RuleForm[]>()
  for (const form of forms) {
    const key = form.keys[depth] ?? ''
    groups.set(key, [...(groups.get(key) ?? []), form])
  }
  return groups
}

function readRule(field: string, rule: unknown, path: Path, faults: Faults): RuleForm | undefined {
  const keys = field.split('.')
  if (!FIELD.test(field) || keys.includes('__proto__')) {
    return void faults.add('WRONG_VALUE', path, `"${field}" is no field: names with dots between them, such as buyer.name`, { atKey: true })
  }
  const place = { field, keys, path, whenLonger: 'reject' } as const
  if (isFields(rule)) return { ...place, ...readLongRule(rule, path, faults) }
  if (rule !== null && typeof rule !== 'object') return { ...place, origin: { kind: 'value', text: String(rule), path } }
  const mend = 'For a constant write `is: VALUE` in the long form.'
  faults.add('WRONG_TYPE', path, `a rule is an expression or an object with ${ORIGINS.join(', ')}`, { mend })
  return { ...place, origin: { kind: 'broken' } }
}

function readLongRule(rule: Fields, path: Path, faults: Faults): Omit<RuleForm, 'field' | 'keys' | 'path'> {
  const origin = checkKeys(rule, path, faults) && readOrigin(rule, path, faults)
  const whenMissing = choice(rule, 'whenMissing', path, faults) as WhenMissing | undefined
  const whenLonger = choice(rule, 'whenLonger', path, faults) as 'reject' | 'trim' | undefined
  const maxLength = lengthOf(rule, path, faults)
  return {
    origin: origin || { kind: 'broken' },
    whenLonger: whenLonger ?? 'reject',
    ...('default' in rule && { default: rule.default }),
    ...(whenMissing && { whenMissing }),
    ...(maxLength !== undefined && { maxLength }),
    ...(typeof rule.note === 'string' && { note: rule.note }),
    ...(typeof rule.edge === 'string' && { edge: rule.edge }),
  }
}

/** True where it knows all keys. */
function checkKeys(rule: Fields, path: Path, faults: Faults): boolean {
  const known = Object.keys(ruleOptions.properties)
  const strange = Object.keys(rule).filter(name => !known.includes(name))
  for (const key of strange) {
    faults.add('UNKNOWN_KEY', [...path, key], `unknown key "${key}" in a rule${suggestion(key, known)}`, { atKey: true })
  }
  for (const [key, needs] of PAIRS) {
    if (key in rule && !(needs in rule))
      faults.add('CONFLICT', [...path, key], `"${key}" is of use beside "${needs}" only`, { atKey: true })
  }
  for (const key of ['default', 'whenMissing', 'maxLength'] as const) {
    if (key in rule && 'is' in rule) faults.add('CONFLICT', [...path, key], `"${key}" is of no use beside a constant`, { atKey: true })
  }
  return strange.length === 0
}

function readOrigin(rule: Fields, path: Path, faults: Faults): Origin | undefined {
  const [kind, other] = ORIGINS.filter(name => name in rule)
  if (!kind) return void faults.add('MISSING', path, `a rule needs one of ${ORIGINS.join(', ')}`)
  if (other) {
    const message = `a rule has one of ${ORIGINS.join(', ')}; here is ${kind} as well`
    return void faults.add('CONFLICT', [...path, other], message, { atKey: true })
  }
  if (kind === 'is') return { kind, value: rule.is }
  if (kind === 'table') return readTable(rule, path, faults)
  const text = expressionText(rule, kind, path, faults)
  if (kind === 'each') return readEach(text, rule, path, faults)
  return text === undefined ? undefined : { kind, text, path: [...path, kind] }
}

function readTable(rule: Fields, path: Path, faults: Faults): Origin | undefined {
  const text = expressionText(rule, 'key', path, faults)
  if (typeof rule.table !== 'string') return void faults.add('WRONG_TYPE', [...path, 'table'], 'a table is named by a text')
  return text === undefined ? undefined : { kind: 'table', table: rule.table, text, path: [...path, 'key'] }
}

function readEach(text: string | undefined, rule: Fields, path: Path, faults: Faults): Origin | undefined {
  const { as, rules } = rule
  const inner = rules === undefined ? missing('rules', path, faults) : readRules(rules, [...path, 'rules'], faults)
  if (as === undefined) return missing('as', path, faults)
  if (typeof as !== 'string' || !NAME.test(as) || TAKEN.has(as)) {
    const mend = 'Take letters, digits and _, and no name that expressions know already (body, headers, meta).'
    return void faults.add('WRONG_VALUE', [...path, 'as'], `${JSON.stringify(as)} cannot name the item`, { mend })
  }
  return text === undefined || !inner ? undefined : { kind: 'each', text, path: [...path, 'each'], as, rules: inner }
}

function missing(key: 'as' | 'rules', path: Path, faults: Faults): undefined {
  faults.add('MISSING', path, `"each" needs "${key}"`, {
    mend: key === 'as' ? 'Add `as: NAME`, by which rules call the item.' : 'Add `rules`.',
  })
}

function expressionText(rule: Fields, key: string, path: Path, faults: Faults): string | undefined {
  const text = rule[key]
  if (typeof text === 'string' || typeof text === 'number' || typeof text === 'boolean') return String(text)
  if (text === undefined) return void faults.add('MISSING', path, `a rule with "table" needs "${key}", an expression`)
  return void faults.add('WRONG_TYPE', [...path, key], `"${key}" is an expression; for a constant write \`is\``)
}

/** One of the words that an option allows; null, which YAML makes of a bare null, is the word. */
function choice(rule: Fields, key: 'whenMissing' | 'whenLonger', path: Path, faults: Faults): string | undefined {
  if (!(key in rule)) return undefined
  const allowed: readonly string[] = ruleOptions.properties[key].enum
  const word = String(rule[key])
  if (allowed.includes(word)) return word
  const near = suggestion(word, allowed).replace('(known:', '(allowed:')
  return void faults.add('WRONG_VALUE', [...path, key], `"${word}" is not allowed${near}`)
}

function lengthOf({ maxLength }: Fields, path: Path, faults: Faults): number | undefined {
  if (maxLength === undefined) return undefined
  if (typeof maxLength === 'number' && Number.isSafeInteger(maxLength) && maxLength >= 0) return maxLength
  return void faults.add(
    'WRONG_TYPE',
    [...path, 'maxLength'],
    `maxLength is a whole number of characters, not ${JSON.stringify(maxLength)}`,
  )
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
