import { fieldsOf, isFields } from '../../../config/value.ts'

const LITERAL = new Set(['enum', 'const', 'default', 'examples', 'example'])
const BY_NAME = new Set(['properties', 'patternProperties', '$defs', 'definitions', 'dependentSchemas'])

/** What draft-07 says in other words than 2020-12, which is the dialect of OpenAPI 3.1: lists of items, and dependencies. */
export function asDraft2020(node: unknown): unknown {
  if (Array.isArray(node)) return node.map(asDraft2020)
  if (!isFields(node)) return node
  const { dependencies, ...rest } = node
  const entries = Object.entries(rest).map(([name, value]): [string, unknown] => [keyword(name, node), inner(name, value)])
  return { ...Object.fromEntries(entries), ...dependent(dependencies) }
}

function keyword(name: string, { items }: Readonly<Record<string, unknown>>): string {
  if (!Array.isArray(items)) return name
  if (name === 'items') return 'prefixItems'
  return name === 'additionalItems' ? 'items' : name
}

function inner(name: string, value: unknown): unknown {
  if (LITERAL.has(name)) return value
  if (!BY_NAME.has(name)) return asDraft2020(value)
  return Object.fromEntries(Object.entries(fieldsOf(value)).map(([key, item]) => [key, asDraft2020(item)]))
}

function dependent(dependencies: unknown): Readonly<Record<string, unknown>> {
  const all = Object.entries(fieldsOf(dependencies))
  const names = all.filter(([, value]) => Array.isArray(value))
  const schemas = all.filter(([, value]) => !Array.isArray(value)).map(([name, value]) => [name, asDraft2020(value)])
  return {
    ...(names.length > 0 && { dependentRequired: Object.fromEntries(names) }),
    ...(schemas.length > 0 && { dependentSchemas: Object.fromEntries(schemas) }),
  }
}
