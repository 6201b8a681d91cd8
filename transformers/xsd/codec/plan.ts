import type { XmlName } from '../../xml/events.ts'
import type { AttributeUse, ElementDeclaration, TypeDefinition, Wildcard } from '../model.ts'
import type { SimpleCodec } from './simple.ts'

// What a schema is compiled to: tables that reader and writer look things up in. Made once for each declaration and each type.

/** An element of one name. */
export interface ElementPlan {
  readonly declaration: ElementDeclaration
  readonly name: XmlName
  /** With its prefix, as it is written. */
  readonly tag: string
  /** The number of its namespace among those of the set; -1 for none. */
  readonly space: number
  readonly nillable: boolean
  readonly type: TypePlan
  /** What an empty element means: its default or fixed value. */
  readonly preset: string | undefined
  readonly fixed: boolean
}

export interface AttributePlan {
  readonly use: AttributeUse
  /** Its member in a body: `@name`. */
  readonly member: string
  /** With its prefix. */
  readonly tag: string
  readonly space: number
  readonly simple: SimpleCodec
}

/** `text`: a simple value; `any`: whatever stands there, as without a schema. */
export type ContentKind = 'empty' | 'text' | 'elements' | 'any'

/** A type. Filled after it was made, since types contain themselves. */
export interface TypePlan {
  readonly definition: TypeDefinition
  /** For messages. */
  readonly label: string
  abstract: boolean
  content: ContentKind
  /** Its value is an object: it has attributes or elements, or is empty. */
  wrapped: boolean
  /** Of content `text`. */
  simple: SimpleCodec | undefined
  attributes: readonly AttributePlan[]
  byAttribute: ReadonlyMap<string, AttributePlan>
  requiredAttributes: number
  anyAttribute: Wildcard | undefined
  /** `@type` and `@nil`, or `@xsi:type` and `@xsi:nil` where the type has attributes of these names, or may have any. */
  typeMember: string
  nilMember: string
  mixed: boolean
  model: ContentModel | undefined
}

/** What elements may stand in an element, in which order. */
export interface ContentModel {
  /** By local name; several where only their namespaces differ. */
  readonly children: ReadonlyMap<string, readonly Child[]>
  readonly byMember: ReadonlyMap<string, Child>
  /** Set where the content is a plain sequence of elements: the quick way. */
  readonly slots: readonly Slot[] | undefined
  /** By slot: the element that most likely stands there. */
  readonly likely: readonly Child[]
  /** For each slot, and one past the end: how many slots before it must be filled. */
  readonly requiredBefore: readonly number[]
  readonly top: Node
  readonly nodes: number
  readonly hasAny: boolean
  /** All children stand in `$items`. */
  readonly ordered: boolean
  readonly steps: readonly Step[]
}

/** A child element by its name. */
export interface Child {
  readonly id: number
  readonly element: ElementPlan
  readonly member: string
  /** It may repeat: its member is a list. */
  readonly list: boolean
  /** It stands in `$items`. */
  readonly ordered: boolean
  readonly slot: number
  /** Every object inherits something of that name (`constructor`, `__proto__`): its member is defined, and never just looked up. */
  readonly awkward: boolean
}

export interface Slot {
  readonly min: number
  readonly max: number
}

/** A particle. */
export interface Node {
  readonly id: number
  readonly kind: 'element' | 'any' | 'sequence' | 'choice' | 'all'
  readonly min: number
  readonly max: number
  readonly parent: Node | undefined
  readonly place: number
  readonly nodes: readonly Node[]
  /** What it can begin with. */
  readonly first: ReadonlySet<Child>
  readonly firstAny: readonly Wildcard[]
  /** Of a group: those of its nodes that can begin with the child, in order; and those that can begin with some wildcard's element. */
  readonly starts: ReadonlyMap<Child, readonly Node[]>
  readonly anyStarts: readonly Node[]
  /** Of a group, by place: how many nodes before it cannot be left out. */
  readonly neededBefore: readonly number[]
  readonly nullable: boolean
  /** Content of one occurrence may be empty. */
  readonly hollow: boolean
  /** Of a wildcard: it stands in `$items`. */
  readonly ordered: boolean
}

/** What the writer does for a particle, in the schema's order. `members`: those that it writes. */
export type Step =
  | { readonly kind: 'element'; readonly child: Child; readonly min: number; readonly max: number; readonly members: readonly string[] }
  | { readonly kind: 'any'; readonly wildcard: Wildcard; readonly min: number; readonly max: number; readonly members: readonly string[] }
  | { readonly kind: 'sequence'; readonly optional: boolean; readonly steps: readonly Step[]; readonly members: readonly string[] }
  | { readonly kind: 'choice'; readonly optional: boolean; readonly steps: readonly Step[]; readonly members: readonly string[] }
  /** Any order is right: that of the body is kept. */
  | { readonly kind: 'all'; readonly optional: boolean; readonly steps: readonly Step[]; readonly members: readonly string[] }
  | { readonly kind: 'items'; readonly top: Node; readonly members: readonly string[] }

/** The member that holds children whose order counts. */
export const ITEMS = '$items'
/** The member that holds elements of wildcards. */
export const ANY = '$any'
/** The member that holds a simple value beside attributes. */
export const VALUE = '$'
