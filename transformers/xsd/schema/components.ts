import type { XmlElement } from '../../xml/document.ts'
import { clark, type XmlName, XSD } from '../../xml/events.ts'
import type { AttributeDeclaration, ElementDeclaration, Particle, SimpleType, TypeDefinition } from '../model.ts'
import { createSimpleValue } from '../values.ts'
import { attributesIn, globalAttribute, type SaidAttributes } from './attributes.ts'
import { anyType, builtinType, builtinTypes, simpleBuiltin } from './builtins.ts'
import { fill, type Shell, shellOf } from './complex-types.ts'
import type { ReadSchema } from './documents.ts'
import { createElements } from './elements.ts'
import { groupParticle } from './particles.ts'
import { labelOf, quote, type SchemaReport } from './report.ts'
import { simpleTypeOf } from './simple-types.ts'
import { type GlobalComponent, meantBy, qnameOf, type SymbolKind, type Symbols, unknown } from './symbols.ts'

/** Makes components of what stands in the schemas, each once; what is wrong goes to the report, and something harmless stands in for it. */
export interface Components {
  readonly report: SchemaReport
  readonly symbols: Symbols
  /** The global component that a QName at the element means; undefined, and a fault, where there is none. */
  find(kind: SymbolKind, from: XmlElement, qname: string, schema: ReadSchema): GlobalComponent | undefined
  /** The type that an attribute of the element names; undefined, and a fault, where there is none. */
  named(from: XmlElement, qname: string, schema: ReadSchema): TypeDefinition | undefined
  /** The same, which must be a simple one. */
  simple(from: XmlElement, qname: string, schema: ReadSchema): SimpleType
  /** The type that a derivation names, with its content. */
  base(from: XmlElement, qname: string, schema: ReadSchema): TypeDefinition
  /** An anonymous complex type. */
  anonymous(element: XmlElement, schema: ReadSchema): TypeDefinition
  /** An xs:element, global, local, or a reference; undefined for a reference to what is not there. */
  element(element: XmlElement, schema: ReadSchema): ElementDeclaration | undefined
  attribute(symbol: GlobalComponent): AttributeDeclaration
  /** A global type. */
  global(symbol: GlobalComponent): TypeDefinition
  /** What a reference to a group brings; undefined, and a fault, where it contains itself. */
  group(symbol: GlobalComponent, from: XmlElement): Particle | undefined
  attributeGroup(symbol: GlobalComponent, from: XmlElement): SaidAttributes | undefined
  /** Tells a default or fixed value that is none of the type. */
  checkValue(element: XmlElement, value: string, type: SimpleType): void
  /** Runs one step deeper; undefined, and a fault, where there are too many: what is nested without end would end the process. */
  deeper<T>(element: XmlElement, run: () => T): T | undefined
  /** Makes all that was only referred to so far, or not at all. */
  finish(): void
}

/** The components of these symbols. */
export function createComponents(symbols: Symbols, report: SchemaReport): Components {
  const late: (() => void)[] = []
  const once = createOnce(report)
  const deeper = createDepth(report)
  const components: Components = {
    ...{ report, symbols, deeper, finish },
    find: (kind, from, qname, schema) => find(symbols, report, { kind, from, qname, schema }),
    named: (from, qname, schema) => named(components, from, qname, schema),
    simple: (from, qname, schema) => simple(components, from, qname, schema),
    base: (from, qname, schema) => completion.complete(components.named(from, qname, schema) ?? anyType, from),
    anonymous: (element, schema) => completion.shell(element, schema),
    element: (element, schema) => elements.element(element, schema),
    attribute: symbol => once.attribute(symbol, () => globalAttribute(symbol, components)),
    global: symbol => once.type(symbol, symbol.element, () => globalType(symbol)) ?? simpleBuiltin('string'),
    group: (symbol, from) => once.group(symbol, from, () => groupParticle(symbol, components)),
    attributeGroup: (symbol, from) => once.attributeGroup(symbol, from, () => attributesIn(symbol.element, symbol.schema, components)),
    checkValue: (element, value, type) => void late.push(() => checkValue(element, value, type, report)),
  }
  const completion = createCompletion(components)
  const elements = createElements(components, late)
  return components

  function globalType({ element, schema, name }: GlobalComponent): TypeDefinition {
    if (element.local === 'complexType') return completion.shell(element, schema, name)
    return deeper(element, () => simpleTypeOf(element, schema, components, name)) ?? simpleBuiltin('string')
  }

  function finish(): void {
    for (const symbol of symbols.type.values()) components.global(symbol)
    for (const symbol of symbols.group.values()) components.group(symbol, symbol.element)
    for (const symbol of symbols.attributeGroup.values()) components.attributeGroup(symbol, symbol.element)
    for (const symbol of symbols.attribute.values()) components.attribute(symbol)
    for (const { element, schema } of symbols.element.values()) components.element(element, schema)
    completion.completeAll()
    // Only now all types have their content; a value is no use where that is faulty.
    if (report.count === 0) for (const check of late) check()
  }
}

interface Reference {
  readonly kind: SymbolKind
  readonly from: XmlElement
  readonly qname: string
  readonly schema: ReadSchema
}

function find(symbols: Symbols, report: SchemaReport, { kind, from, qname, schema }: Reference): GlobalComponent | undefined {
  const name = qnameOf(from, qname, schema, report)
  const found = name && meantBy(symbols[kind].get(clark(name)), from)
  if (name && !found) report.at(from, unknown(kind, name, symbols[kind].keys()))
  return found
}

function named(components: Components, from: XmlElement, qname: string, schema: ReadSchema): TypeDefinition | undefined {
  const { symbols, report } = components
  const name = qnameOf(from, qname, schema, report)
  if (!name) return undefined
  const symbol = meantBy(symbols.type.get(clark(name)), from)
  const found = builtinType(name) ?? (symbol && components.global(symbol))
  if (!found) report.at(from, unknown('type', name, name.ns === XSD ? builtinTypes.keys() : symbols.type.keys()))
  return found
}

function simple(components: Components, from: XmlElement, qname: string, schema: ReadSchema): SimpleType {
  const found = components.named(from, qname, schema)
  if (found?.kind === 'simple') return found
  if (found) components.report.at(from, `${quote(qname)} is a complex type; a simple one is needed here`)
  return simpleBuiltin('string')
}

const DEEPEST = 300

/** What is nested or derived without end would end the process. */
function createDepth(report: SchemaReport): Components['deeper'] {
  let depth = 0
  return (element, run) => {
    if (depth >= DEEPEST) return void report.at(element, `${labelOf(element)} is nested or derived more than ${DEEPEST} steps deep`)
    depth++
    try {
      return run()
    } finally {
      depth--
    }
  }
}

interface Pending {
  readonly shell: Shell
  readonly element: XmlElement
  readonly schema: ReadSchema
}

/** Complex types get their content after they can be referred to, the base before what is derived from it. */
interface Completion {
  shell(element: XmlElement, schema: ReadSchema, name?: XmlName): Shell
  /** The type with its content; the type of anything, and a fault, where it is derived from itself. */
  complete(type: TypeDefinition, from: XmlElement): TypeDefinition
  completeAll(): void
}

function createCompletion(components: Components): Completion {
  const pending = new Map<TypeDefinition, Pending>()
  const completing = new Set<TypeDefinition>()
  function fillPending(type: TypeDefinition): void {
    const waiting = pending.get(type)
    if (!waiting) return
    const { shell, element, schema } = waiting
    pending.delete(type)
    completing.add(type)
    components.deeper(element, () => fill(shell, element, schema, components))
    completing.delete(type)
  }
  return {
    shell(element, schema, name) {
      const shell = shellOf(element, name)
      pending.set(shell, { shell, element, schema })
      return shell
    },
    complete(type, from) {
      if (completing.has(type)) {
        components.report.at(from, `the type ${type.name?.local} is derived from itself`)
        return anyType
      }
      fillPending(type)
      return type
    },
    completeAll() {
      // Filling one may add others.
      for (const type of pending.keys()) fillPending(type)
    },
  }
}

function checkValue(element: XmlElement, value: string, type: SimpleType, report: SchemaReport): void {
  const wrong = createSimpleValue(type)(value)
  if (wrong !== undefined)
    report.at(element, `the value that ${labelOf(element)} has by default, or has fixed, does not fit its type: ${wrong}`)
}

interface Once {
  attribute(symbol: GlobalComponent, make: () => AttributeDeclaration): AttributeDeclaration
  type(symbol: GlobalComponent, from: XmlElement, make: () => TypeDefinition): TypeDefinition | undefined
  group(symbol: GlobalComponent, from: XmlElement, make: () => Particle | undefined): Particle | undefined
  attributeGroup(symbol: GlobalComponent, from: XmlElement, make: () => SaidAttributes): SaidAttributes | undefined
}

/** Each global component is made once; one that is met while it is made contains itself. */
function createOnce(report: SchemaReport): Once {
  const attributes = new Map<GlobalComponent, AttributeDeclaration>()
  return {
    attribute(symbol, make) {
      const made = attributes.get(symbol) ?? make()
      attributes.set(symbol, made)
      return made
    },
    type: table<TypeDefinition>(report),
    group: table<Particle>(report),
    attributeGroup: table<SaidAttributes>(report),
  }
}

function circleOf({ element, name }: GlobalComponent): string {
  const { local } = element
  return local === 'simpleType' ? `the type ${clark(name)} is made of itself` : `the ${local} ${clark(name)} contains itself`
}

type Make<T> = (symbol: GlobalComponent, from: XmlElement, make: () => T | undefined) => T | undefined

function table<T>(report: SchemaReport): Make<T> {
  const made = new Map<GlobalComponent, T | undefined>()
  const making = new Set<GlobalComponent>()
  return (symbol, from, make) => {
    if (made.has(symbol)) return made.get(symbol)
    if (making.has(symbol)) return void report.at(from, circleOf(symbol))
    making.add(symbol)
    const found = make()
    making.delete(symbol)
    made.set(symbol, found)
    return found
  }
}
