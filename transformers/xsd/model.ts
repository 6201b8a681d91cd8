import type { XmlName } from '../xml/events.ts'

// The components of XML Schema 1.0 (https://www.w3.org/TR/xmlschema-1/), as far as reading and writing documents needs them. References are
// resolved; a type that contains itself is the same object again.

/** Some schema files of a project, with all that they import and include. Keys of the maps are `clark` names. */
export interface SchemaSet {
  readonly elements: ReadonlyMap<string, ElementDeclaration>
  readonly attributes: ReadonlyMap<string, AttributeDeclaration>
  readonly types: ReadonlyMap<string, TypeDefinition>
  /** The members of an element's substitution group, itself included unless it is abstract; members of members as well. */
  substitutes(head: ElementDeclaration): readonly ElementDeclaration[]
  /** Every document it was read from: schema files, and for a WSDL the schemas inside it. The first is the one that was asked for. */
  readonly documents: readonly SchemaDocument[]
}

/** One <xs:schema>. */
export interface SchemaDocument {
  /** From the project's folder; of an embedded schema the WSDL's file with `#schema1`, `#schema2` ... */
  readonly file: string
  readonly targetNamespace: string
  /** Well-formed by itself: namespaces in scope of an embedded schema are declared on it. */
  readonly text: string
  /** The location that each import, include or redefine was written with, and the document it means. */
  readonly references: readonly { readonly location: string; readonly file: string }[]
}

export interface ElementDeclaration {
  readonly name: XmlName
  readonly type: TypeDefinition
  readonly nillable: boolean
  readonly abstract: boolean
  readonly default?: string
  readonly fixed?: string
  /** Local elements: whether it is written with its namespace (then name.ns is that, else ''). */
  readonly global: boolean
  readonly documentation?: string
}

export interface AttributeDeclaration {
  readonly name: XmlName
  readonly type: SimpleType
}

export interface AttributeUse extends AttributeDeclaration {
  readonly required: boolean
  readonly prohibited: boolean
  readonly default?: string
  readonly fixed?: string
}

export type TypeDefinition = SimpleType | ComplexType

export interface SimpleType {
  readonly kind: 'simple'
  /** Absent: anonymous. */
  readonly name?: XmlName
  readonly variety: 'atomic' | 'list' | 'union'
  /** The nearest built-in that it is made of: `string`, `token`, `decimal`, `integer`, `unsignedByte`, `date`, `base64Binary`, `QName`, `anySimpleType` ... */
  readonly builtin: string
  /** The primitive of that: `integer` is a `decimal`. */
  readonly primitive: string
  readonly base?: SimpleType
  /** Of a list. */
  readonly item?: SimpleType
  /** Of a union. */
  readonly members?: readonly SimpleType[]
  readonly facets: Facets
  readonly documentation?: string
}

/** All facets that hold, those of the base types included. */
export interface Facets {
  readonly whiteSpace: 'preserve' | 'replace' | 'collapse'
  readonly enumeration?: readonly string[]
  /** Of one derivation step joined by |; the steps all have to hold. Anchored at both ends by their nature. */
  readonly patterns?: readonly (readonly string[])[]
  readonly length?: number
  readonly minLength?: number
  readonly maxLength?: number
  readonly minInclusive?: string
  readonly maxInclusive?: string
  readonly minExclusive?: string
  readonly maxExclusive?: string
  readonly totalDigits?: number
  readonly fractionDigits?: number
}

export interface ComplexType {
  readonly kind: 'complex'
  readonly name?: XmlName
  readonly abstract: boolean
  readonly mixed: boolean
  readonly base?: TypeDefinition
  readonly derivation: 'extension' | 'restriction'
  /** Those of the base included, prohibited ones left out. */
  readonly attributes: readonly AttributeUse[]
  readonly anyAttribute?: Wildcard
  readonly content: Content
  readonly documentation?: string
}

export type Content =
  | { readonly kind: 'empty' }
  | { readonly kind: 'simple'; readonly type: SimpleType }
  /** The base's particle first, in a sequence, where it was extended. */
  | { readonly kind: 'elements'; readonly particle: Particle }

/** `max` is Infinity for unbounded. Groups are put in place of their references. */
export type Particle =
  | { readonly kind: 'element'; readonly min: number; readonly max: number; readonly element: ElementDeclaration }
  | { readonly kind: 'sequence' | 'choice' | 'all'; readonly min: number; readonly max: number; readonly particles: readonly Particle[] }
  | { readonly kind: 'any'; readonly min: number; readonly max: number; readonly wildcard: Wildcard }

export interface Wildcard {
  readonly processContents: 'strict' | 'lax' | 'skip'
  /** `any`; `other` than `ns`; or one of these ('' for none). */
  readonly allows:
    | { readonly kind: 'any' }
    | { readonly kind: 'other'; readonly ns: string }
    | { readonly kind: 'list'; readonly list: readonly string[] }
}
