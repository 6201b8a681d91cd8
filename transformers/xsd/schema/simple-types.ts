import { attribute, childElements, type XmlElement } from '../../xml/document.ts'
import { type XmlName, XSD } from '../../xml/events.ts'
import type { Facets, SimpleType } from '../model.ts'
import { xsdPattern } from '../values/patterns.ts'
import { simpleBuiltin } from './builtins.ts'
import type { Components } from './components.ts'
import type { ReadSchema } from './documents.ts'
import { documentationOf } from './notes.ts'

type Draft = { -readonly [K in keyof Facets]?: Facets[K] }

const NUMBERS = new Set(['length', 'minLength', 'maxLength', 'totalDigits', 'fractionDigits'])
const TEXTS = new Set(['minInclusive', 'maxInclusive', 'minExclusive', 'maxExclusive'])
const OPPOSITE: Readonly<Record<string, keyof Facets>> = {
  minInclusive: 'minExclusive',
  minExclusive: 'minInclusive',
  maxInclusive: 'maxExclusive',
  maxExclusive: 'maxInclusive',
}

/** The type of an xs:simpleType. */
export function simpleTypeOf(element: XmlElement, schema: ReadSchema, components: Components, name?: XmlName): SimpleType {
  const how = childElements(element).find(({ ns, local }) => ns === XSD && local !== 'annotation')
  const own = { ...(name && { name }), ...documentationOf(element) }
  if (how?.local === 'restriction') return { ...restricted(how, baseOf(how, schema, components), components), ...own }
  if (how?.local === 'list') return { ...listOf(how, schema, components), ...own }
  if (how?.local === 'union') return { ...unionOf(how, schema, components), ...own }
  components.report.at(element, 'a simpleType is a restriction, a list or a union; here none of them stands')
  return { ...simpleBuiltin('string'), ...own }
}

function baseOf(how: XmlElement, schema: ReadSchema, components: Components): SimpleType {
  const named = attribute(how, 'base')
  return named === undefined ? inner(how, schema, components) : components.simple(how, named, schema)
}

function inner(how: XmlElement, schema: ReadSchema, components: Components): SimpleType {
  const found = childElements(how).find(({ ns, local }) => ns === XSD && local === 'simpleType')
  if (found) return simpleTypeOf(found, schema, components)
  components.report.at(how, `this ${how.local} names no type and brings none`)
  return simpleBuiltin('string')
}

function listOf(how: XmlElement, schema: ReadSchema, components: Components): SimpleType {
  const named = attribute(how, 'itemType')
  const item = named === undefined ? inner(how, schema, components) : components.simple(how, named, schema)
  return { kind: 'simple', variety: 'list', builtin: 'anySimpleType', primitive: 'anySimpleType', item, facets: { whiteSpace: 'collapse' } }
}

function unionOf(how: XmlElement, schema: ReadSchema, components: Components): SimpleType {
  const named = (attribute(how, 'memberTypes') ?? '').split(/\s+/).filter(text => text !== '')
  const within = childElements(how).filter(({ ns, local }) => ns === XSD && local === 'simpleType')
  const members = [
    ...named.map(text => components.simple(how, text, schema)),
    ...within.map(element => simpleTypeOf(element, schema, components)),
  ]
  return {
    kind: 'simple',
    variety: 'union',
    builtin: 'anySimpleType',
    primitive: 'anySimpleType',
    members,
    facets: { whiteSpace: 'collapse' },
  }
}

/** A base with the facets of a restriction; those of the base hold as well (Datatypes, 4.3). */
export function restricted(how: XmlElement, base: SimpleType, { report }: Pick<Components, 'report'>): SimpleType {
  const facets: Draft = { ...base.facets }
  const enumeration: string[] = []
  const patterns: string[] = []
  for (const element of childElements(how)) {
    const value = attribute(element, 'value')
    if (element.ns !== XSD || value === undefined) continue
    if (element.local === 'enumeration') enumeration.push(value)
    else if (element.local === 'pattern') patterns.push(checked(element, value))
    else setFacet(facets, element, value)
  }
  if (enumeration.length > 0) facets.enumeration = enumeration
  if (patterns.length > 0) facets.patterns = [...(base.facets.patterns ?? []), patterns]
  const { name: _, documentation: __, ...rest } = base
  return { ...rest, base, facets: { whiteSpace: base.facets.whiteSpace, ...facets } }

  function checked(element: XmlElement, pattern: string): string {
    try {
      xsdPattern(pattern)
      return pattern
    } catch (error) {
      report.at(element, `the pattern ${pattern} cannot be used: ${error instanceof Error ? error.message : String(error)}`)
      return '.*'
    }
  }

  function setFacet(draft: Draft, element: XmlElement, value: string): void {
    const { local } = element
    if (NUMBERS.has(local)) Object.assign(draft, { [local]: Number(value) })
    else if (TEXTS.has(local)) {
      Object.assign(draft, { [local]: value.trim() })
      const other = OPPOSITE[local]
      if (other) delete draft[other]
    } else if (local === 'whiteSpace' && (value === 'preserve' || value === 'replace' || value === 'collapse')) draft.whiteSpace = value
    else report.at(element, `${local} is no facet with such a value: "${value}"`)
  }
}
