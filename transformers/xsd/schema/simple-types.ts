import { attribute, childElements, type XmlElement } from '../../xml/document.ts'
import { type XmlName, XSD } from '../../xml/events.ts'
import type { SimpleType } from '../model.ts'
import { isAnySimple, simpleBuiltin } from './builtins.ts'
import type { Components } from './components.ts'
import type { ReadSchema } from './documents.ts'
import { readFacets } from './facets.ts'
import { documentationOf } from './notes.ts'
import { labelOf } from './report.ts'

/** The type of an xs:simpleType. */
export function simpleTypeOf(element: XmlElement, schema: ReadSchema, components: Components, name?: XmlName): SimpleType {
  const how = childElements(element).find(({ ns, local }) => ns === XSD && local !== 'annotation')
  const own = { ...(name && { name }), ...documentationOf(element) }
  if (how?.local === 'restriction') return restricted(how, baseOf(how, schema, components), components, own)
  if (how?.local === 'list') return { ...listOf(how, schema, components), ...own }
  if (how?.local === 'union') return { ...unionOf(how, schema, components), ...own }
  return { ...simpleBuiltin('string'), ...own }
}

function baseOf(how: XmlElement, schema: ReadSchema, components: Components): SimpleType {
  const named = attribute(how, 'base')
  if (named === undefined) return inner(how, schema, components)
  const base = components.simple(how, named, schema)
  if (!isAnySimple(base)) return base
  components.report.at(how, 'xs:anySimpleType has no facets, and cannot be restricted', 'Name xs:string, or another built-in type.')
  return simpleBuiltin('string')
}

function inner(how: XmlElement, schema: ReadSchema, components: Components): SimpleType {
  const found = childElements(how).find(({ ns, local }) => ns === XSD && local === 'simpleType')
  const made = found && components.deeper(found, () => simpleTypeOf(found, schema, components))
  return made ?? simpleBuiltin('string')
}

function listOf(how: XmlElement, schema: ReadSchema, components: Components): SimpleType {
  const named = attribute(how, 'itemType')
  const item = named === undefined ? inner(how, schema, components) : components.simple(how, named, schema)
  if (hasList(item)) components.report.at(how, `${labelOf(how)}: a list of lists cannot be read: white space separates the items of both`)
  return { kind: 'simple', variety: 'list', builtin: 'anySimpleType', primitive: 'anySimpleType', item, facets: { whiteSpace: 'collapse' } }
}

function hasList({ variety, members = [] }: SimpleType): boolean {
  return variety === 'list' || members.some(hasList)
}

function unionOf(how: XmlElement, schema: ReadSchema, components: Components): SimpleType {
  const named = (attribute(how, 'memberTypes') ?? '').split(/\s+/).filter(text => text !== '')
  const within = childElements(how).filter(({ ns, local }) => ns === XSD && local === 'simpleType')
  const members = [
    ...named.map(text => components.simple(how, text, schema)),
    ...within.flatMap(element => components.deeper(element, () => simpleTypeOf(element, schema, components)) ?? []),
  ]
  // White space is treated as the member's type says that fits (Datatypes, 4.3.6).
  const facets = { whiteSpace: 'preserve' } as const
  return { kind: 'simple', variety: 'union', builtin: 'anySimpleType', primitive: 'anySimpleType', members, facets }
}

/** A base with the facets of a restriction; those of the base hold as well (Datatypes, 4.3). */
export function restricted(
  how: XmlElement,
  base: SimpleType,
  { report }: Pick<Components, 'report'>,
  own: Pick<SimpleType, 'name' | 'documentation'> = {},
): SimpleType {
  const { name: _, documentation: __, ...rest } = base
  return readFacets(how, { ...rest, ...own, base }, report)
}
