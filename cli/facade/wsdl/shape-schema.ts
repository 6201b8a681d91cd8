import type { JsonSchema } from '../../../config/project.ts'
import { isSchema, type Part } from './shape.ts'

/** A schema with more definitions says nothing to people, and would stand in the file of each operation that has one of its types. */
const MOST_DEFINITIONS = 60

/** The JSON Schema of the body as REST has it, with those definitions of `source` that it refers to; too many are left to the WSDL, by which every request is checked. */
export function restSchema(part: Part, source: JsonSchema, title: string): JsonSchema {
  const body = schemaOf(part)
  const used = definitionsUsed(body, source)
  const head = { $schema: 'https://json-schema.org/draft/2020-12/schema', title }
  const count = Object.keys(used).length
  if (count > MOST_DEFINITIONS) return { ...head, ...withoutReferences(body) }
  return { ...head, ...body, ...(count > 0 && { $defs: used }) }
}

function withoutReferences(schema: JsonSchema): JsonSchema {
  const { $ref, ...rest } = schema
  if (typeof $ref === 'string') return { description: `${$ref.replace('#/$defs/', '')} as the WSDL has it`, ...rest }
  return Object.fromEntries(Object.entries(schema).map(([key, value]) => [key, withoutReferencesIn(value)]))
}

function withoutReferencesIn(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutReferencesIn)
  return isSchema(value) ? withoutReferences(value) : value
}

function schemaOf(part: Part): JsonSchema {
  if (part.kind === 'whole') return inner(part.schema)
  if (part.kind === 'list') return { ...inner(part.schema), items: schemaOf(part.item) }
  const { description } = part.schema
  const [only] = part.fields
  if (only && only.rest === undefined) return schemaOf(only.part)
  const required = part.fields.filter(field => field.required).map(({ rest, xml }) => rest ?? xml)
  return {
    ...(description !== undefined && { description }),
    type: 'object',
    ...(required.length > 0 && { required }),
    additionalProperties: false,
    ...bounds(part.schema),
    properties: Object.fromEntries(part.fields.map(({ rest, xml, part: held }) => [rest ?? xml, schemaOf(held)])),
  }
}

/** What a message's own schema says of itself is no part of one that it stands in. */
function inner({ $schema: _draft, $defs: _defs, title: _title, ...schema }: JsonSchema): JsonSchema {
  return schema
}

function bounds({ minProperties, maxProperties }: JsonSchema): JsonSchema {
  return { ...(minProperties !== undefined && { minProperties }), ...(maxProperties !== undefined && { maxProperties }) }
}

function definitionsUsed(schema: JsonSchema, { $defs }: JsonSchema): JsonSchema {
  const all = isSchema($defs) ? $defs : {}
  const found = new Map<string, unknown>()
  const waiting = [...referencesIn(schema)]
  for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
    if (found.has(name) || !Object.hasOwn(all, name)) continue
    found.set(name, all[name])
    waiting.push(...referencesIn(all[name]))
  }
  return Object.fromEntries(Object.entries(all).filter(([name]) => found.has(name)))
}

function referencesIn(node: unknown): readonly string[] {
  if (Array.isArray(node)) return node.flatMap(referencesIn)
  if (!isSchema(node)) return []
  return Object.entries(node).flatMap(([key, value]) =>
    key === '$ref' && typeof value === 'string' ? [value.replace('#/$defs/', '')] : referencesIn(value),
  )
}
