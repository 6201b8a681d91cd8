import { BODY, DONE, MESSAGE, type Operation, type Parameter, RESULT } from './operation.ts'
import { attribute } from './scalars.ts'
import { type ChoiceShape, isEmptiable, type Member, type ObjectShape, type Scalar, type Shape } from './shape.ts'

/** An element of the schema that is being written. */
interface Child {
  readonly name: string
  readonly shape: Shape
  readonly nullable: boolean
  readonly required: boolean
  readonly description?: string
}

type Named = Scalar | ObjectShape | ChoiceShape

interface Writing {
  /** Types with names: what was written, by name. */
  readonly types: Map<string, readonly string[]>
}

/** The element of an operation's answer. */
export function responseElement(operation: Pick<Operation, 'name'>): string {
  return `${operation.name}Response`
}
/** The element of a fault's detail. */
export function detailElement(fault: string): string {
  return `${fault}Detail`
}

/** The xs:schema of a service: the elements of its messages, then the types. `tns` is declared around it. */
export function schemaText(operations: readonly Operation[], namespace: string): string {
  const writing: Writing = { types: new Map() }
  const faults = new Map(operations.flatMap(({ faults: declared }) => declared.map(fault => [fault.name, fault] as const)))
  const elements = [
    ...operations.flatMap(operation => [
      ...messageElement(operation.name, requestChildren(operation), writing),
      ...messageElement(responseElement(operation), responseChildren(operation), writing),
    ]),
    ...[...faults.values()].flatMap(({ name, shape }) => messageElement(detailElement(name), detailChildren(shape), writing)),
  ]
  const types = [...writing.types.values()].flat()
  return [
    `<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" targetNamespace="${attribute(namespace)}" elementFormDefault="qualified">`,
    ...indented([...elements, ...types]),
    '</xs:schema>',
  ].join('\n')
}

/** What a request holds: parameters, then the body. */
export function requestChildren({ parameters, body }: Operation): readonly Child[] {
  return [...parameters.map(ofParameter), ...(body ? [{ ...body, name: BODY }] : [])].filter(({ shape }) => shape.kind !== 'nothing')
}

function ofParameter({ xml, ...parameter }: Parameter): Child {
  return { ...parameter, name: xml, nullable: false }
}

/** What an answer holds. */
export function responseChildren({ result }: Operation): readonly Child[] {
  if (!result)
    return [{ name: DONE, shape: { kind: 'scalar', type: 'xs:boolean', facets: [], sample: true }, nullable: false, required: true }]
  return result.shape.kind === 'nothing' ? [] : [{ ...result, name: RESULT }]
}

const TEXT: Shape = { kind: 'scalar', type: 'xs:string', facets: [], sample: '' }

/** All are optional: what a service says when it refuses is seldom what it promised. */
function detailChildren(shape: Shape | undefined): readonly Child[] {
  if (shape?.kind !== 'object') return [{ name: MESSAGE, shape: TEXT, nullable: false, required: false }]
  return shape.members.map(member => ({ ...member, name: member.xml, required: false }))
}

function messageElement(name: string, children: readonly Child[], writing: Writing): readonly string[] {
  return [`<xs:element name="${name}">`, ...indented(complexType('', sequence(children, writing))), '</xs:element>']
}

function complexType(attributes: string, content: readonly string[], description?: string): readonly string[] {
  return [`<xs:complexType${attributes}>`, ...indented([...documentation(description), ...content]), '</xs:complexType>']
}

function sequence(children: readonly Child[], writing: Writing): readonly string[] {
  if (children.length === 0) return ['<xs:sequence/>']
  return ['<xs:sequence>', ...indented(children.flatMap(child => element(child, writing))), '</xs:sequence>']
}

function element(child: Child, writing: Writing): readonly string[] {
  const { name, shape, required, nullable, description } = child
  if (shape.kind === 'nothing') return []
  if (shape.kind === 'list') {
    const { items, min, max = 'unbounded' } = shape
    return typedElement(name, items, occurs(required ? min : 0, max, shape.nullable), { writing, description })
  }
  return typedElement(name, shape, occurs(required && !isEmptiable(shape) ? 1 : 0, 1, nullable), { writing, description })
}

function occurs(min: number, max: number | string, nillable: boolean): string {
  return `${min === 1 ? '' : ` minOccurs="${min}"`}${max === 1 ? '' : ` maxOccurs="${max}"`}${nillable ? ' nillable="true"' : ''}`
}

interface Around {
  readonly writing: Writing
  readonly description: string | undefined
}

function typedElement(name: string, shape: Shape, attributes: string, { writing, description }: Around): readonly string[] {
  const open = `<xs:element name="${name}"`
  const type = typeName(shape, writing)
  const told = documentation(description)
  if (type !== undefined && told.length === 0) return [`${open} type="${type}"${attributes}/>`]
  const content = type === undefined ? inlineType(shape, writing) : []
  const typed = type === undefined ? '' : ` type="${type}"`
  return [`${open}${typed}${attributes}>`, ...indented([...told, ...content]), '</xs:element>']
}

/** Undefined where the type has no name. */
function typeName(shape: Shape, { types, ...writing }: Writing): string | undefined {
  if (shape.kind === 'scalar' && shape.facets.length === 0) return shape.type
  if (!('name' in shape) || shape.name === undefined) return undefined
  const { name } = shape
  if (!types.has(name)) {
    // Before it is written, since it may contain itself.
    types.set(name, [])
    types.set(name, namedType(shape, name, { types, ...writing }))
  }
  return `tns:${name}`
}

function namedType(shape: Named, name: string, writing: Writing): readonly string[] {
  const attributes = ` name="${name}"`
  if (shape.kind === 'scalar') return simpleType(shape, attributes)
  return complexType(attributes, contentOf(shape, writing), shape.kind === 'object' ? shape.description : undefined)
}

function inlineType(shape: Shape, writing: Writing): readonly string[] {
  if (shape.kind === 'scalar') return simpleType(shape, '')
  if (shape.kind === 'nothing') return []
  return complexType('', contentOf(shape, writing))
}

function contentOf(shape: Exclude<Shape, { kind: 'scalar' | 'nothing' }>, writing: Writing): readonly string[] {
  if (shape.kind === 'object') return sequence(shape.members.map(ofMember), writing)
  // A list in a list has an element around each inner one.
  if (shape.kind === 'list') return sequence([{ name: 'item', shape, nullable: false, required: true }], writing)
  const branches = shape.branches.map(branch => ({ name: branch.xml, shape: branch.shape, nullable: false, required: true }))
  return ['<xs:choice>', ...indented(branches.flatMap(branch => element(branch, writing))), '</xs:choice>']
}

function ofMember(member: Member): Child {
  const { description, way } = member
  const said = { answer: 'Of no use in requests.', request: 'Not in answers.', both: undefined }[way]
  const text = [description, said].filter(part => part !== undefined).join(' ')
  // It stands in one direction only, and the type is one for both.
  return {
    name: member.xml,
    shape: member.shape,
    nullable: member.nullable,
    required: member.required && way === 'both',
    ...(text !== '' && { description: text }),
  }
}

function simpleType({ type, facets }: Scalar, attributes: string): readonly string[] {
  return [
    `<xs:simpleType${attributes}>`,
    ...indented([`<xs:restriction base="${type}">`, ...indented(facets), '</xs:restriction>']),
    '</xs:simpleType>',
  ]
}

function documentation(text: string | undefined): readonly string[] {
  if (text === undefined || text === '') return []
  const escaped = text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll(/\s+/g, ' ')
  return [`<xs:annotation><xs:documentation>${escaped}</xs:documentation></xs:annotation>`]
}

function indented(lines: readonly string[]): readonly string[] {
  return lines.map(line => `  ${line}`)
}
