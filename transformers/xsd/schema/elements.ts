import { attribute, childElements, type XmlElement } from '../../xml/document.ts'
import { type XmlName, XSD } from '../../xml/events.ts'
import type { ElementDeclaration, TypeDefinition } from '../model.ts'
import { anyType } from './builtins.ts'
import type { Components } from './components.ts'
import type { ReadSchema } from './documents.ts'
import { isEmptiable } from './emptiable.ts'
import { documentationOf } from './notes.ts'
import { labelOf } from './report.ts'
import { simpleTypeOf } from './simple-types.ts'

type Made = { -readonly [K in keyof ElementDeclaration]: ElementDeclaration[K] }

/** The elements of the schemas, each made once; `late` gets what is to be checked when all types have their content. */
export function createElements(components: Components, late: (() => void)[]): Pick<Components, 'element'> {
  // By where they stand: a group that is referred to twice brings the same elements.
  const elements = new Map<XmlElement, ElementDeclaration>()
  return { element }

  function element(at: XmlElement, schema: ReadSchema): ElementDeclaration | undefined {
    const ref = attribute(at, 'ref')
    if (ref === undefined) return elements.get(at) ?? declared(at, schema)
    const found = components.find('element', at, ref, schema)
    return found && element(found.element, found.schema)
  }

  function declared(at: XmlElement, schema: ReadSchema): ElementDeclaration {
    const global = at.parent === schema.root
    const [standard, fixed] = [attribute(at, 'default'), attribute(at, 'fixed')]
    const made: Made = {
      ...{ name: nameOf(at, schema, global), type: anyType, global, nillable: isTrue(at, 'nillable'), abstract: isTrue(at, 'abstract') },
      ...(standard !== undefined && { default: standard }),
      ...(fixed !== undefined && { fixed }),
      ...documentationOf(at),
    }
    elements.set(at, made)
    made.type = components.deeper(at, () => typeOf(at, schema)) ?? anyType
    const value = fixed ?? standard
    if (value !== undefined) late.push(() => checkPreset(at, value, made.type))
    return made
  }

  function typeOf(at: XmlElement, schema: ReadSchema): TypeDefinition {
    const qname = attribute(at, 'type')
    if (qname !== undefined) return components.named(at, qname, schema) ?? anyType
    const inner = childElements(at).find(({ ns, local }) => ns === XSD && (local === 'complexType' || local === 'simpleType'))
    if (inner) return inner.local === 'complexType' ? components.anonymous(inner, schema) : simpleTypeOf(inner, schema, components)
    const head = attribute(at, 'substitutionGroup')
    const found = head === undefined ? undefined : components.find('element', at, head, schema)
    return (found && element(found.element, found.schema)?.type) ?? anyType
  }

  /** Structures, 3.3.6: valid defaults. */
  function checkPreset(at: XmlElement, value: string, type: TypeDefinition): void {
    const simple = type.kind === 'simple' ? type : type.content.kind === 'simple' ? type.content.type : undefined
    if (simple) components.checkValue(at, value, simple)
    else if (type.kind === 'complex' && !(type.mixed && isEmptiable(type.content))) {
      components.report.at(at, `${labelOf(at)} has a default or fixed value, but its type takes no text, or not without elements`)
    }
  }
}

function nameOf(at: XmlElement, schema: ReadSchema, global: boolean): XmlName {
  const local = attribute(at, 'name')?.trim() ?? ''
  if (global) return { ns: schema.namespace, local }
  const form = (attribute(at, 'form') ?? attribute(schema.root, 'elementFormDefault'))?.trim()
  return { ns: form === 'qualified' ? schema.namespace : '', local }
}

function isTrue(element: XmlElement, name: string): boolean {
  const text = attribute(element, name)?.trim()
  return text === 'true' || text === '1'
}
