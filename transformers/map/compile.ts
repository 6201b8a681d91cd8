import { suggestion } from '../../config/faults.ts'
import type { JsonSchema } from '../../config/project.ts'
import { typeOf } from '../../expressions/compile.ts'
import type { Scope } from '../../expressions/expression.ts'
import { expressionAt } from '../../expressions/scope.ts'
import { checkFit, checkRequired } from './check.ts'
import { type Field, objectField, pointerPart } from './fields.ts'
import type { Level, Target } from './level.ts'
import { type Missing, type Rule, reader, ruleField } from './rule.ts'
import { byKey, type Origin, type RuleForm } from './rule-form.ts'
import { kindOf, type SchemaView, viewSchema } from './schema-view.ts'
import { tableReader } from './table.ts'

export interface CompiledRules {
  readonly fields: readonly Field[]
  readonly rules: readonly Rule[]
}

/** Compiles rules and checks them against source and target; rules with faults are left out, and are faults of the project. */
export function compileRules(forms: readonly RuleForm[], level: Level): CompiledRules {
  const rules: Rule[] = []
  const fields = compileFields(forms, 0, level.target, { level, rules })
  checkRequired(forms, level)
  return { fields, rules }
}

interface Progress {
  readonly level: Level
  readonly rules: Rule[]
}

/** The fields at one depth of the dotted names, in the order in which they are first named. */
function compileFields(forms: readonly RuleForm[], depth: number, view: SchemaView | undefined, progress: Progress): readonly Field[] {
  return [...byKey(forms, depth)].flatMap(([key, group]) => {
    const [form] = group
    if (!form) return []
    const target = targetOf(form, key, depth, view, progress.level)
    if (target === 'none') return []
    const place = typeof target === 'object' ? target : undefined
    const optional = !view?.required.has(key)
    if (form.keys.length > depth + 1) return [objectField(key, compileFields(group, depth + 1, place?.view, progress), optional)]
    return compileRule(form, { key, optional, ...place }, progress)
  })
}

/** The place of a field in the target schema; 'none', and a fault, where the schema has no such field. */
function targetOf(form: RuleForm, key: string, depth: number, view: SchemaView | undefined, level: Level): Target | 'none' | undefined {
  const property = view?.property(key)
  if (!view || property === 'any') return undefined
  if (property) return { view: property, file: level.file }
  const field = form.keys.slice(0, depth + 1).join('.')
  const message = `${level.file} has no field "${field}"${suggestion(key, view.names)}`
  level.project.faults.add('MAPPING', form.path, message, {
    atKey: true,
    mend: 'Name a field of the target schema, or add this one to it.',
  })
  return 'none'
}

function compileRule(
  form: RuleForm,
  place: Partial<Target> & { key: string; optional: boolean },
  { level, rules }: Progress,
): readonly Field[] {
  const made = compileOrigin(form.origin, form, level, place.view)
  checkFit(form, kindsOf(form.origin, level), place, level.project)
  if (!made) return []
  const rule: Rule = { form, missing: missingOf(form, place), ...made }
  rules.push(rule)
  return [ruleField(rule, place.key, form.keys.map(pointerPart).join(''))]
}

type Made = Omit<Rule, 'form' | 'missing'>

function compileOrigin(origin: Origin, form: RuleForm, level: Level, view: SchemaView | undefined): Made | undefined {
  if (origin.kind === 'broken') return undefined
  if (origin.kind === 'is') return { text: JSON.stringify(origin.value), read: () => origin.value, why: () => '' }
  const expression = expressionAt(level.project, origin.text, level.scope, origin.path)
  const made = { text: origin.text, why: () => `${origin.text} is missing` }
  if (origin.kind === 'each') return expression && { ...made, read: reader(expression, form), ...compileEach(origin, form, level, view) }
  if (origin.kind === 'value') return expression && { ...made, read: reader(expression, form) }
  const table = Object.hasOwn(level.project.tables, origin.table) ? level.project.tables[origin.table] : undefined
  if (!table) {
    const known = suggestion(origin.table, Object.keys(level.project.tables))
    return void level.project.faults.add('UNKNOWN_NAME', [...form.path, 'table'], `unknown table "${origin.table}"${known}`)
  }
  return expression && { ...tableReader(origin.table, table, expression, form), text: `${origin.table}[${origin.text}]` }
}

function compileEach(
  origin: Extract<Origin, { kind: 'each' }>,
  form: RuleForm,
  level: Level,
  view: SchemaView | undefined,
): Pick<Made, 'each'> {
  const item = itemSchema(origin.text, level.scope)
  if (Object.hasOwn(level.scope, origin.as)) {
    level.project.faults.add('CONFLICT', [...form.path, 'as'], `"${origin.as}" names an outer item already`, { mend: 'Take another name.' })
  }
  const { target: _outer, ...outer } = level
  const scope: Scope = { ...level.scope, [origin.as]: item ?? true }
  const inner: Level = { ...outer, path: [...form.path, 'rules'], scope, ...(view?.items && { target: view.items }) }
  return { each: { as: origin.as, ...compileRules(origin.rules, inner) } }
}

/** The schema of a list's items, where the list is a plain path into something whose schema is known. */
function itemSchema(text: string, scope: Scope): JsonSchema | undefined {
  const [variable = '', ...names] = text.trim().split('.')
  const schema = Object.hasOwn(scope, variable) ? scope[variable] : undefined
  if (schema === undefined || schema === true) return undefined
  const list = names.reduce<SchemaView | 'any' | undefined>(
    (view, name) => (typeof view === 'object' ? view.property(name) : view),
    viewSchema(schema),
  )
  return typeof list === 'object' ? list.items?.schema : undefined
}

/** What a rule yields, where that is certain. */
function kindsOf(origin: Origin, level: Level): ReadonlySet<string> | undefined {
  if (origin.kind === 'broken') return undefined
  if (origin.kind === 'is') return new Set([kindOf(origin.value)])
  if (origin.kind === 'each') return new Set(['array'])
  if (origin.kind === 'table') return new Set(Object.values(level.project.tables[origin.table] ?? {}).map(kindOf))
  const kind = typeOf(origin.text, level.scope)
  return kind && new Set([kind])
}

const EMPTY: Readonly<Record<string, () => unknown>> = { array: () => [], object: () => ({}), string: () => '' }

function missingOf(form: RuleForm, { view, optional }: { view?: SchemaView; optional: boolean }): Missing {
  if ('default' in form) return { action: 'omit', implied: false, instead: form.default }
  const action = form.whenMissing ?? (optional ? 'omit' : 'reject')
  const implied = form.whenMissing === undefined
  if (action === 'null') return { action, implied, instead: null }
  if (action !== 'empty') return { action, implied }
  const kind = form.origin.kind === 'each' ? 'array' : Object.keys(EMPTY).find(name => view?.kinds?.has(name))
  return { action, implied, instead: EMPTY[kind ?? 'string']?.() }
}
