import type { JsonSchema, Project } from '../../config/project.ts'
import type { Variables } from '../../expressions/expression.ts'
import { scopeOf } from '../../expressions/scope.ts'
import { variablesOf } from '../../expressions/variables.ts'
import { GatewayError } from '../../gateway/errors.ts'
import type { Content } from '../../gateway/message.ts'
import { type CompiledRules, compileRules } from './compile.ts'
import { build, type RuleFault, TooManyFaults } from './fields.ts'
import type { Level } from './level.ts'
import { faultText, type Rule } from './rule.ts'
import { readRules } from './rule-form.ts'
import { schemaOf } from './schema-of.ts'
import { viewSchema } from './schema-view.ts'

/** A mapping, compiled once. */
export interface Mapping {
  readonly name: string
  /** The new body; throws MAPPING_FAILED with every rule that failed, at most 50. */
  apply(content: Content): unknown
  readonly rules: readonly Rule[]
  /** The schema of what it makes. */
  readonly output?: JsonSchema
}

/** What one rule does with one body. */
export interface Explained {
  /** `buyer.name`, `items[0].sku` */
  readonly field: string
  readonly rule: string
  readonly value?: unknown
  /** The source has no value, and what becomes of the field: `left out`, `null`, ... */
  readonly missing?: string
  readonly error?: string
  readonly note?: string
  readonly edge?: string
}

interface Compiled {
  readonly input: JsonSchema | undefined
  readonly mapping: Mapping | undefined
}
const compiled = new WeakMap<Project, Map<string, Compiled[]>>()

/**
 * Compiles a mapping of the project and checks it against its schemas, once for all who use it; `input` is the schema of the body that comes
 * in, for a mapping that names no `from`. Undefined where it has faults, which are then among the project's.
 */
export function compileMapping(project: Project, name: string, input?: JsonSchema): Mapping | undefined {
  const config = project.mappings[name]
  if (!config) return undefined
  const all = compiled.get(project) ?? new Map<string, Compiled[]>()
  compiled.set(project, all)
  const ofName = all.get(name) ?? []
  all.set(name, ofName)
  const known = ofName.find(one => config.from !== undefined || one.input === input)
  if (known) return known.mapping
  const mapping = compile(project, name, input)
  ofName.push({ input, mapping })
  return mapping
}

function compile(project: Project, name: string, input: JsonSchema | undefined): Mapping | undefined {
  const { from, to, rules, path } = project.mappings[name] ?? { rules: {}, path: [] }
  const before = project.faults.count
  const source = from === undefined ? input : schemaOf(project, from, [...path, 'from'])
  const target = to === undefined ? undefined : schemaOf(project, to, [...path, 'to'])
  const at = [...path, 'rules']
  const level: Level = { project, path: at, scope: scopeOf(source), file: to ?? '', ...(target && { target: viewSchema(target) }) }
  const made = compileRules(readRules(rules, at, project.faults), level)
  if (project.faults.count > before) return undefined
  return { name, rules: made.rules, apply: content => apply(name, made, content), ...(target && { output: target }) }
}

function apply(name: string, { fields }: CompiledRules, content: Content): unknown {
  const faults: RuleFault[] = []
  try {
    const body = build(fields, variablesOf(content), faults)
    if (faults.length === 0) return body
  } catch (error) {
    if (!(error instanceof TooManyFaults)) throw error
  }
  throw failed(name, faults)
}

function failed(name: string, faults: readonly RuleFault[]): GatewayError {
  const errors = faults.map(({ pointer, rule, message }) => ({ pointer, rule, message }))
  const [first] = errors
  const more = errors.length > 1 ? ` (and ${errors.length - 1} more)` : ''
  return new GatewayError('MAPPING_FAILED', `mapping ${name}: ${first?.pointer} ${first?.message}${more}`, {
    errors,
    errorCount: errors.length,
  })
}

/** What each rule of the mapping does with the body, in the order of the rules; never throws for a rule that fails. */
export function explainMapping(mapping: Mapping, content: Content): readonly Explained[] {
  return explainRules(mapping.rules, variablesOf(content), '')
}

const OUTCOMES = {
  reject: 'the message is rejected',
  omit: 'the field is left out',
  null: 'null is written',
  empty: 'an empty value is written',
}

function explainRules(rules: readonly Rule[], variables: Variables, before: string): readonly Explained[] {
  return rules.flatMap(rule => explainRule(rule, variables, before))
}

function explainRule(rule: Rule, variables: Variables, before: string): readonly Explained[] {
  const { field, note, edge } = rule.form
  const line = { field: before + field, rule: rule.text, ...(note !== undefined && { note }), ...(edge !== undefined && { edge }) }
  try {
    const value = rule.read(variables)
    if (value === undefined) return [{ ...line, ...missing(rule, variables) }]
    if (!rule.each) return [{ ...line, value }]
    const { as, rules } = rule.each
    if (!Array.isArray(value)) return [{ ...line, error: 'each needs a list' }]
    return value.flatMap((item, index) => explainRules(rules, { ...variables, [as]: item }, `${before}${field}[${index}].`))
  } catch (error) {
    return [{ ...line, error: faultText(error) }]
  }
}

function missing(rule: Rule, variables: Variables): Pick<Explained, 'missing' | 'error' | 'value'> {
  const { action, instead } = rule.missing
  const why = rule.why(variables)
  if (action === 'reject') return { error: why }
  if (instead === undefined) return { missing: `${why}: ${OUTCOMES[action]}` }
  return { value: instead, missing: `${why}: ${'default' in rule.form ? 'the default is written' : OUTCOMES[action]}` }
}
