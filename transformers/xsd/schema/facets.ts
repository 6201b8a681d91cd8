import { attribute, childElements, type XmlElement } from '../../xml/document.ts'
import { clark, XSD } from '../../xml/events.ts'
import type { Facets, SimpleType } from '../model.ts'
import { xsdPattern } from '../values/patterns.ts'
import { createSimpleValue } from '../values.ts'
import { checkFacets } from './facet-rules.ts'
import { quote, type SchemaReport } from './report.ts'

export type FacetName = keyof Facets | 'pattern'

/** A facet as it stands in a restriction. */
export interface SaidFacet {
  readonly name: FacetName
  readonly value: string
  readonly element: XmlElement
}

type Draft = { -readonly [K in keyof Facets]?: Facets[K] }

const NUMBERS: ReadonlySet<string> = new Set(['length', 'minLength', 'maxLength', 'totalDigits', 'fractionDigits'])
const BOUNDS: ReadonlySet<string> = new Set(['minInclusive', 'maxInclusive', 'minExclusive', 'maxExclusive'])
const OTHERS: ReadonlySet<string> = new Set(['pattern', 'enumeration', 'whiteSpace'])

// Facets that no derived type may change, by the type that says so.
const fixed = new WeakMap<SimpleType, ReadonlySet<string>>()

/** The type with the facets of a restriction laid over those of its base; what is wrong with them is told. */
export function readFacets(how: XmlElement, type: SimpleType & { readonly base: SimpleType }, report: SchemaReport): SimpleType {
  const said = facetsIn(how)
  const { base } = type
  const sound = checkFacets(said, base, fixed.get(base) ?? new Set(), report)
  const made: SimpleType = sound ? { ...type, facets: merged(said, type, report) } : type
  const names = said.filter(({ element }) => /^(?:true|1)$/.test(attribute(element, 'fixed')?.trim() ?? '')).map(({ name }) => name)
  if (names.length > 0 || fixed.has(base)) fixed.set(made, new Set([...(fixed.get(base) ?? []), ...names]))
  return made
}

function facetsIn(how: XmlElement): readonly SaidFacet[] {
  return childElements(how).flatMap(element => {
    const { ns, local } = element
    const value = attribute(element, 'value')
    return ns === XSD && value !== undefined && isFacet(local) ? [{ name: local, value, element }] : []
  })
}

function isFacet(name: string): name is FacetName {
  return NUMBERS.has(name) || BOUNDS.has(name) || OTHERS.has(name)
}

function merged(said: readonly SaidFacet[], type: SimpleType & { readonly base: SimpleType }, report: SchemaReport): Facets {
  const facets: Draft = { ...type.facets }
  const patterns = said.filter(({ name, element, value }) => name === 'pattern' && isPattern(element, value, report))
  const enumeration = said.filter(({ name }) => name === 'enumeration')
  for (const { name, value } of said) {
    if (NUMBERS.has(name)) Object.assign(facets, { [name]: Number(value) })
    else if (BOUNDS.has(name)) setBound(facets, name, value.trim())
    else if (name === 'whiteSpace') facets.whiteSpace = spaceOf(value)
  }
  if (patterns.length > 0) facets.patterns = [...(type.facets.patterns ?? []), patterns.map(({ value }) => value)]
  if (enumeration.length > 0) facets.enumeration = valuesOf(enumeration, type, report)
  return { ...facets, whiteSpace: facets.whiteSpace ?? type.facets.whiteSpace }
}

const OPPOSITE: Readonly<Record<string, keyof Facets>> = {
  minInclusive: 'minExclusive',
  minExclusive: 'minInclusive',
  maxInclusive: 'maxExclusive',
  maxExclusive: 'maxInclusive',
}

/** It is narrower than the base's, of whatever kind that is. */
function setBound(facets: Draft, name: string, value: string): void {
  const other = OPPOSITE[name]
  if (other) delete facets[other]
  Object.assign(facets, { [name]: value })
}

function spaceOf(value: string): Facets['whiteSpace'] {
  const text = value.trim()
  return text === 'preserve' || text === 'replace' ? text : 'collapse'
}

function isPattern(element: XmlElement, value: string, report: SchemaReport): boolean {
  try {
    return xsdPattern(value) !== undefined
  } catch (error) {
    report.at(element, `the pattern ${value} cannot be used: ${error instanceof Error ? error.message : String(error)}`)
    return false
  }
}

/** Values of the enumeration; names are told by their namespace, since prefixes are up to the document. */
function valuesOf(said: readonly SaidFacet[], { base, primitive }: SimpleType, report: SchemaReport): readonly string[] {
  const check = base && createSimpleValue(base)
  return said.flatMap(({ value, element }) => {
    const wrong = check?.(value)
    if (wrong !== undefined) report.at(element, `the enumeration's value ${quote(value)} is none of its base: ${wrong}`)
    if (primitive !== 'QName' && primitive !== 'NOTATION') return [value]
    const [first = '', second] = value.trim().split(':')
    const ns = element.resolve(second === undefined ? '' : first)
    if (ns === undefined && second !== undefined) report.at(element, `the prefix of ${quote(value)} is not declared here`)
    return [clark({ ns: ns ?? '', local: second ?? first })]
  })
}
