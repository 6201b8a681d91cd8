import type { Project, RouteConfig, SourceConfig, StepConfig } from '../../../config/project.ts'
import { entriesOf } from '../../../config/targets.ts'
import { fieldsOf, isFields } from '../../../config/value.ts'
import { fieldsUsed } from '../../../expressions/paths.ts'

const QUERY = 'meta.query.'

/** The parameters of the query that the mappings of a route read; required are those whose absence is refused. */
export function queryParameters(project: Project, route: RouteConfig, { transform }: SourceConfig): readonly object[] {
  const steps = [...transform, ...route.transform, ...entriesOf(route.to).flatMap(entry => entry.transform)]
  const found = new Map<string, object>()
  for (const rule of steps.flatMap(step => rulesOf(project, step))) {
    for (const name of namesIn(rule.text)) if (!found.has(name)) found.set(name, parameterOf(name, rule))
  }
  return [...found.values()]
}

interface Rule {
  readonly text: string
  readonly isNeeded: boolean
}

function rulesOf({ mappings }: Project, { kind, value }: StepConfig): readonly Rule[] {
  return kind === 'map' ? textsIn(mappings[String(value)]?.rules) : []
}

function textsIn(rules: unknown): readonly Rule[] {
  return Object.values(fieldsOf(rules)).flatMap(rule => {
    if (!isFields(rule)) return [{ text: String(rule), isNeeded: false }]
    const texts = [rule.value, rule.key, rule.each].filter(text => typeof text === 'string')
    const isNeeded = rule.whenMissing === 'reject' && !('default' in rule)
    return [...texts.map(text => ({ text, isNeeded })), ...textsIn(rule.rules)]
  })
}

function namesIn(text: string): readonly string[] {
  return fieldsUsed(text).flatMap(path => (path.startsWith(QUERY) ? [path.slice(QUERY.length)] : []))
}

function parameterOf(name: string, { text, isNeeded }: Rule): object {
  const [, converter] = /^(number|int|bool)\(meta\.query\.\w+\)$/.exec(text) ?? []
  const type = converter === undefined ? 'string' : TYPES[converter]
  return { name, in: 'query', ...(isNeeded && { required: true }), schema: { type } }
}

const TYPES: Readonly<Record<string, string>> = { number: 'number', int: 'integer', bool: 'boolean' }
