import { attribute, childElements, type XmlElement } from '../../xml/document.ts'
import { clark, type XmlName, XSD } from '../../xml/events.ts'
import type { ElementDeclaration, SimpleType, TypeDefinition } from '../model.ts'
import { anyType, builtinType, builtinTypes, simpleBuiltin } from './builtins.ts'
import { fill, type Shell, shellOf } from './complex-types.ts'
import type { ReadSchema } from './documents.ts'
import { documentationOf } from './notes.ts'
import type { SchemaReport } from './report.ts'
import { simpleTypeOf } from './simple-types.ts'
import { type GlobalComponent, qnameOf, type Symbols, unknown } from './symbols.ts'

/** Makes components of what stands in the schemas, each once; what is wrong goes to the report, and something harmless stands in for it. */
export interface Components {
  readonly report: SchemaReport
  readonly symbols: Symbols
  /** The type that an attribute of the element names, which must be a simple one. */
  simple(element: XmlElement, qname: string, schema: ReadSchema): SimpleType
  /** The type that a derivation names, with its content. */
  base(element: XmlElement, qname: string, schema: ReadSchema): TypeDefinition
  /** An xs:element, global, local, or a reference. */
  element(element: XmlElement, schema: ReadSchema): ElementDeclaration
  /** A global component. */
  global(symbol: GlobalComponent): TypeDefinition
  /** Fills what was only referred to so far. */
  finish(): void
}

type MutableElement = { -readonly [K in keyof ElementDeclaration]: ElementDeclaration[K] }

interface Pending {
  readonly shell: Shell
  readonly element: XmlElement
  readonly schema: ReadSchema
}

/** The components of these symbols. */
export function createComponents(symbols: Symbols, report: SchemaReport): Components {
  const types = new Map<string, TypeDefinition>()
  // By where they stand: a group that is referred to twice brings the same elements.
  const elements = new Map<XmlElement, ElementDeclaration>()
  const pending = new Map<TypeDefinition, Pending>()
  // What is being made: to meet one of them again is a circle.
  const open = new Set<string>()
  const completing = new Set<TypeDefinition>()
  const components: Components = { report, symbols, simple, base, element, global, finish }
  return components

  function finish(): void {
    for (const type of pending.keys()) complete(type)
  }

  function complete(type: TypeDefinition): void {
    const waiting = pending.get(type)
    if (!waiting) return
    pending.delete(type)
    completing.add(type)
    fill(waiting.shell, waiting.element, waiting.schema, components)
    completing.delete(type)
  }

  function named(from: XmlElement, qname: string, schema: ReadSchema): TypeDefinition | undefined {
    const name = qnameOf(from, qname, schema, report)
    if (!name) return undefined
    const found = builtinType(name) ?? byName(name)
    if (!found) report.at(from, unknown('type', name, [...symbols.type.keys(), ...(name.ns === XSD ? builtinTypes.keys() : [])]))
    return found
  }

  function byName(name: XmlName): TypeDefinition | undefined {
    const symbol = symbols.type.get(clark(name))
    return symbol && global(symbol)
  }

  function global({ element: at, schema, name }: GlobalComponent): TypeDefinition {
    const key = clark(name)
    const known = types.get(key)
    if (known) return known
    if (open.has(key)) {
      report.at(at, `the type ${name.local} is made of itself`)
      return simpleBuiltin('string')
    }
    open.add(key)
    const made = at.local === 'complexType' ? shell(at, schema, name) : simpleTypeOf(at, schema, components, name)
    open.delete(key)
    types.set(key, made)
    return made
  }

  function shell(at: XmlElement, schema: ReadSchema, name?: XmlName): Shell {
    const made = shellOf(at, name)
    pending.set(made, { shell: made, element: at, schema })
    return made
  }

  function simple(from: XmlElement, qname: string, schema: ReadSchema): SimpleType {
    const found = named(from, qname, schema)
    if (found?.kind === 'simple') return found
    if (found) report.at(from, `${qname} is a complex type; a simple one is needed here`)
    return simpleBuiltin('string')
  }

  function base(from: XmlElement, qname: string, schema: ReadSchema): TypeDefinition {
    const found = named(from, qname, schema) ?? anyType
    if (found.kind !== 'complex' || found === anyType) return found
    if (completing.has(found)) report.at(from, `the type ${qname} is derived from itself`)
    complete(found)
    return found
  }

  function element(at: XmlElement, schema: ReadSchema): ElementDeclaration {
    const ref = attribute(at, 'ref')
    if (ref !== undefined) return referred(at, ref, schema)
    const ns = at.parent === schema.root ? schema.namespace : localNamespace(at, schema)
    return elements.get(at) ?? declared(at, schema, { ns, local: attribute(at, 'name') ?? '' })
  }

  function referred(at: XmlElement, ref: string, schema: ReadSchema): ElementDeclaration {
    const name = qnameOf(at, ref, schema, report) ?? { ns: '', local: ref }
    const found = symbols.element.get(clark(name))
    if (found) return element(found.element, found.schema)
    report.at(at, unknown('element', name, symbols.element.keys()))
    return { name, type: anyType, nillable: false, abstract: false, global: true }
  }

  function declared(at: XmlElement, schema: ReadSchema, name: XmlName): ElementDeclaration {
    const global = at.parent === schema.root
    const [standard, fixed] = [attribute(at, 'default'), attribute(at, 'fixed')]
    const made: MutableElement = {
      ...{ name, type: anyType, global, nillable: isTrue(attribute(at, 'nillable')), abstract: isTrue(attribute(at, 'abstract')) },
      ...(standard !== undefined && { default: standard }),
      ...(fixed !== undefined && { fixed }),
      ...documentationOf(at),
    }
    if (name.local === '') report.at(at, 'this element has no name, and refers to none')
    elements.set(at, made)
    made.type = elementType(at, schema)
    return made
  }

  function elementType(at: XmlElement, schema: ReadSchema): TypeDefinition {
    const qname = attribute(at, 'type')
    if (qname !== undefined) return named(at, qname, schema) ?? anyType
    const inner = childElements(at).find(({ ns, local }) => ns === XSD && (local === 'complexType' || local === 'simpleType'))
    if (inner) return inner.local === 'complexType' ? shell(inner, schema) : simpleTypeOf(inner, schema, components)
    const head = attribute(at, 'substitutionGroup')
    return head === undefined ? anyType : referred(at, head, schema).type
  }
}

function localNamespace(element: XmlElement, schema: ReadSchema): string {
  const form = attribute(element, 'form') ?? attribute(schema.root, 'elementFormDefault')
  return form === 'qualified' ? schema.namespace : ''
}

function isTrue(text: string | undefined): boolean {
  return text === 'true' || text === '1'
}
