import type { WsdlMessage, WsdlOperation, WsdlPart } from '../../../adapters/soap/wsdl/model.ts'
import type { JsonSchema } from '../../../config/project.ts'
import { createElementCodec } from '../../../transformers/xsd/codec/codec.ts'
import type { ElementDeclaration, SchemaSet } from '../../../transformers/xsd/model.ts'
import { isSchema } from './shape.ts'

/** The elements that a message brings: the payload, or for rpc the parts. */
export function elementsOf({ style, use, output }: WsdlOperation, message: WsdlMessage): readonly ElementDeclaration[] {
  const { parts } = message
  // Only encoded parts may be nil (Basic Profile 1.1, R2211), and callers have no need to send such.
  const nillable = use === 'encoded' && message === output
  return (style === 'rpc' ? parts : parts.slice(0, 1)).map(part => elementOf(part, nillable))
}

function elementOf(part: WsdlPart, nillable: boolean): ElementDeclaration {
  if (part.element) return part.element
  return { name: { ns: '', local: part.name }, type: part.type, nillable, abstract: false, global: false }
}

/** The JSON Schema of a message's body, references and all in one; undefined where the envelope's body is empty. */
export function messageSchema(set: SchemaSet, operation: WsdlOperation, message: WsdlMessage): JsonSchema | undefined {
  const elements = elementsOf(operation, message)
  const [payload] = elements
  if (operation.style === 'rpc') return partsSchema(set, elements)
  return payload && createElementCodec(set, payload).schema
}

function partsSchema(set: SchemaSet, elements: readonly ElementDeclaration[]): JsonSchema {
  const defs: Record<string, unknown> = {}
  const parts = elements.map(element => {
    const { $schema: _draft, $defs, ...schema } = createElementCodec(set, element).schema
    const own = isSchema($defs) ? $defs : {}
    const names = new Map(Object.entries(own).map(([name, value]) => [name, freeName(name, value, defs)]))
    for (const [name, value] of Object.entries(own)) defs[names.get(name) ?? name] = renamed(value, names)
    return [element.name.local, renamed(schema, names)] as const
  })
  return {
    type: 'object',
    ...(parts.length > 0 && { required: parts.map(([name]) => name) }),
    additionalProperties: false,
    properties: Object.fromEntries(parts),
    ...(Object.keys(defs).length > 0 && { $defs: defs }),
  }
}

/** Parts share a type by its name; two types of one name stay two. */
function freeName(wanted: string, schema: unknown, taken: Readonly<Record<string, unknown>>): string {
  let name = wanted
  for (let number = 2; Object.hasOwn(taken, name) && JSON.stringify(taken[name]) !== JSON.stringify(schema); number++)
    name = `${wanted}-${number}`
  return name
}

function renamed(node: unknown, names: ReadonlyMap<string, string>): unknown {
  if (Array.isArray(node)) return node.map(item => renamed(item, names))
  if (!isSchema(node)) return node
  const entries = Object.entries(node).map(([key, value]) => {
    const name = key === '$ref' && typeof value === 'string' ? value.replace('#/$defs/', '') : undefined
    return [key, name === undefined ? renamed(value, names) : `#/$defs/${names.get(name) ?? name}`]
  })
  return Object.fromEntries(entries)
}
