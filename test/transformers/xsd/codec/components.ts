import { clark, type XmlName, XSD } from '../../../../transformers/xml/events.ts'
import type {
  AttributeUse,
  ComplexType,
  ElementDeclaration,
  Facets,
  Particle,
  SchemaSet,
  SimpleType,
  TypeDefinition,
  Wildcard,
} from '../../../../transformers/xsd/model.ts'

/** The namespace of what is made here. */
export const NS = 'urn:t'

/** A built-in type. */
export function builtin(name: string, primitive = name, facets: Partial<Facets> = {}): SimpleType {
  const whiteSpace = name === 'string' ? 'preserve' : 'collapse'
  return { kind: 'simple', name: { ns: XSD, local: name }, variety: 'atomic', builtin: name, primitive, facets: { whiteSpace, ...facets } }
}

export const string = builtin('string')
export const decimal = builtin('decimal')
export const boolean = builtin('boolean')
export const int = builtin('int', 'decimal', { fractionDigits: 0, minInclusive: '-2147483648', maxInclusive: '2147483647' })
export const qname = builtin('QName')

type Traits = Partial<Pick<ElementDeclaration, 'nillable' | 'abstract' | 'global' | 'default' | 'fixed'>>

export function element(local: string, type: TypeDefinition, traits: Traits = {}, ns = NS): ElementDeclaration {
  return { name: { ns, local }, type, nillable: false, abstract: false, global: false, ...traits }
}

export function one(declaration: ElementDeclaration, min = 1, max = 1): Particle {
  return { kind: 'element', min, max, element: declaration }
}

export function group(kind: 'sequence' | 'choice' | 'all', particles: readonly Particle[], min = 1, max = 1): Particle {
  return { kind, min, max, particles }
}

export function wildcard(allows: Wildcard['allows'], min = 1, max = 1): Particle {
  return { kind: 'any', min, max, wildcard: { processContents: 'lax', allows } }
}

export function complex(particle: Particle, more: Partial<ComplexType> = {}): ComplexType {
  return {
    kind: 'complex',
    abstract: false,
    mixed: false,
    derivation: 'restriction',
    attributes: [],
    content: { kind: 'elements', particle },
    ...more,
  }
}

export function attribute(local: string, type: SimpleType, more: Partial<AttributeUse> = {}): AttributeUse {
  return { name: { ns: '', local }, type, required: false, prohibited: false, ...more }
}

/** A set of these global components. */
export function setOf(
  elements: readonly ElementDeclaration[],
  types: readonly TypeDefinition[] = [],
  members: ReadonlyMap<ElementDeclaration, readonly ElementDeclaration[]> = new Map(),
): SchemaSet {
  const named = types.flatMap(type => (type.name ? [[clark(type.name), type] as const] : []))
  return {
    elements: new Map(elements.map(declaration => [clark(declaration.name), declaration])),
    attributes: new Map(),
    types: new Map(named),
    substitutes: head => members.get(head) ?? [head],
    documents: [{ file: 't.xsd', targetNamespace: NS, text: `<xs:schema xmlns:xs="${XSD}" xmlns:t="${NS}"/>`, references: [] }],
  }
}

/** A global name of the namespace. */
export function named(local: string): { readonly name: XmlName } {
  return { name: { ns: NS, local } }
}
