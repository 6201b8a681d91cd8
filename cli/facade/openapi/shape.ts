/** What a schema of JSON is in XML: the form that XSD, mappings and samples are made from. */
export type Shape = Scalar | ListShape | ObjectShape | ChoiceShape | Nothing

export type Json = string | number | boolean | null | readonly Json[] | { readonly [name: string]: Json }

/** A text, number or truth. */
export interface Scalar {
  readonly kind: 'scalar'
  /** Of XSD, such as `xs:int`. */
  readonly type: string
  /** Elements of a restriction: `<xs:minLength value="1"/>`. */
  readonly facets: readonly string[]
  /** Where it is a named part of the description: its name. */
  readonly name?: string
  readonly sample: string | number | boolean
  /** Another value that fits, where one is known. */
  readonly other?: string | number | boolean
  /** JSON may have values of several kinds here, which are all text in XML. */
  readonly mixed?: true
}

/** Elements that repeat, without one around them. */
export interface ListShape {
  readonly kind: 'list'
  readonly items: Shape
  readonly nullable: boolean
  readonly min: number
  readonly max?: number
}

export interface ObjectShape {
  readonly kind: 'object'
  /** Absent: stands in one place only. */
  readonly name?: string
  readonly description?: string
  /** Filled after the shape was made, since it may contain itself. */
  readonly members: Member[]
}

export interface Member {
  /** The name in JSON, and that of the element. */
  readonly json: string
  readonly xml: string
  readonly shape: Shape
  readonly nullable: boolean
  readonly required: boolean
  /** Of use in requests, in answers, or in both. */
  readonly way: 'both' | 'request' | 'answer'
  readonly description?: string
}

/** One of several objects, each an element of its own. */
export interface ChoiceShape {
  readonly kind: 'choice'
  readonly name?: string
  readonly branches: Branch[]
}

export interface Branch {
  readonly xml: string
  readonly shape: ObjectShape
  /** How JSON tells that it is this one: a member that is there, or has a value. */
  readonly test: { readonly member: string; readonly value?: string | number | boolean }
}

/** What XML Schema has no words for; what stands in JSON instead. */
export interface Nothing {
  readonly kind: 'nothing'
  readonly instead: Json
}

/** A shape where it is used. */
export interface Typed {
  readonly shape: Shape
  readonly nullable: boolean
}

/** True where bodies are the same on both sides, so that rules hand them on as they are. */
export function isSame(shape: Shape, seen: ReadonlySet<Shape> = new Set()): boolean {
  if (seen.has(shape)) return true
  if (shape.kind === 'scalar') return !shape.mixed
  const within = new Set([...seen, shape])
  if (shape.kind === 'list') return shape.items.kind !== 'list' && isSame(shape.items, within)
  if (shape.kind !== 'object') return false
  return shape.members.every(member => member.json === member.xml && isSame(member.shape, within))
}

/** True for what may have nothing in it: in XML it is then left out, also where JSON requires it. */
export function isEmptiable(shape: Shape, seen: ReadonlySet<Shape> = new Set()): boolean {
  if (shape.kind === 'nothing' || (shape.kind === 'list' && shape.min === 0)) return true
  if (shape.kind !== 'object') return false
  if (seen.has(shape)) return true
  const within = new Set([...seen, shape])
  return shape.members.every(({ required, way, shape: of }) => !required || way !== 'both' || isEmptiable(of, within))
}

/** True for a member that rules can name. */
export function isNamable(json: string): boolean {
  return !/[.[\]]/.test(json)
}
