import type { Project } from '../../config/project.ts'
import type { Level, Target } from './level.ts'
import { byKey, type RuleForm } from './rule-form.ts'
import { kindOf, type SchemaView } from './schema-view.ts'

/** A rule whose value can never fit its field, and one that leaves out what the target requires, are faults. */
export function checkFit(
  form: RuleForm,
  yields: ReadonlySet<string> | undefined,
  { view, file, optional }: Partial<Target> & { optional: boolean },
  { faults }: Project,
): void {
  if (!optional && form.whenMissing === 'omit') {
    const mend = 'Write `whenMissing: reject`, or give a `default`.'
    faults.add('MAPPING', [...form.path, 'whenMissing'], `${file ?? 'the target'} requires "${form.field}"; it cannot be left out`, {
      mend,
    })
  }
  const allowed = view?.kinds
  if (!allowed) return
  const origin = form.origin.kind === 'value' || form.origin.kind === 'each' ? form.origin.path : [...form.path, form.origin.kind]
  if (yields && yields.size > 0 && ![...yields].some(kind => allowed.has(kind))) {
    const mend = 'Convert the value in the rule, or correct the schema.'
    faults.add('MAPPING', origin, `the rule yields ${list(yields)}, but "${form.field}" of ${file} is ${list(allowed)}`, { mend })
  }
  if ('default' in form && !allowed.has(kindOf(form.default))) {
    const seen = list(new Set([kindOf(form.default)]))
    faults.add('MAPPING', [...form.path, 'default'], `the default is ${seen}, but "${form.field}" of ${file} is ${list(allowed)}`)
  }
  if (form.whenMissing === 'null' && !allowed.has('null')) {
    faults.add('MAPPING', [...form.path, 'whenMissing'], `"${form.field}" of ${file} cannot be null; it is ${list(allowed)}`)
  }
}

/** Each field that the target requires, within objects that rules fill, needs a rule. */
export function checkRequired(forms: readonly RuleForm[], level: Level): void {
  if (level.target) checkObject(forms, [], level.target, level)
}

function checkObject(forms: readonly RuleForm[], keys: readonly string[], view: SchemaView, level: Level): void {
  const depth = keys.length
  for (const key of view.required) {
    if (forms.some(form => form.keys[depth] === key)) continue
    const field = [...keys, key].join('.')
    const mend = `Add a rule for "${field}".`
    level.project.faults.add('MAPPING', level.path, `no rule for "${field}", which ${level.file} requires`, { atKey: true, mend })
  }
  const deeper = forms.filter(form => form.keys.length > depth + 1)
  for (const [key, group] of byKey(deeper, depth)) {
    const inner = view.property(key)
    if (typeof inner === 'object') checkObject(group, [...keys, key], inner, level)
  }
}

const WORDS: Readonly<Record<string, string>> = {
  string: 'text',
  number: 'a number',
  boolean: 'true or false',
  array: 'a list',
  object: 'an object',
}

function list(kinds: ReadonlySet<string>): string {
  return [...kinds].map(kind => WORDS[kind] ?? kind).join(' or ')
}
