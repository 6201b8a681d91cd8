import { attribute, childElements, type XmlElement } from '../../xml/document.ts'
import { clark, XSD, XSI } from '../../xml/events.ts'
import type { AttributeDeclaration, AttributeUse, SimpleType, Wildcard } from '../model.ts'
import { simpleBuiltin } from './builtins.ts'
import type { Components } from './components.ts'
import type { ReadSchema } from './documents.ts'
import { labelOf, quote } from './report.ts'
import { simpleTypeOf } from './simple-types.ts'
import type { GlobalComponent } from './symbols.ts'
import { intersection, wildcardOf } from './wildcards.ts'

/** What an element of a schema says of attributes, its attribute groups put in. */
export interface SaidAttributes {
  /** By `clark` name, prohibited ones included. */
  readonly uses: ReadonlyMap<string, AttributeUse>
  readonly any?: Wildcard
}

type Constraint = Pick<AttributeUse, 'default' | 'fixed'>

/** The attributes that a complexType, an extension, a restriction or an attributeGroup names. */
export function attributesIn(parent: XmlElement, schema: ReadSchema, components: Components): SaidAttributes {
  const uses = new Map<string, AttributeUse>()
  const wildcards: Wildcard[] = []
  const add = (use: AttributeUse, element: XmlElement): void => {
    const key = clark(use.name)
    if (uses.has(key)) components.report.at(element, `the attribute ${quote(key)} stands twice in ${labelOf(parent)}`)
    uses.set(key, use)
  }
  for (const element of childElements(parent)) {
    if (element.ns !== XSD) continue
    if (element.local === 'attribute') {
      const use = useOf(element, schema, components)
      if (use) add(use, element)
    } else if (element.local === 'anyAttribute') wildcards.unshift(wildcardOf(element, schema))
    else if (element.local === 'attributeGroup') {
      const group = groupOf(element, schema, components)
      for (const use of group.uses.values()) add(use, element)
      if (group.any) wildcards.push(group.any)
    }
  }
  return { uses, ...allOf(wildcards, parent, components) }
}

/** What all wildcards allow, done as the first says. */
function allOf([first, ...more]: readonly Wildcard[], parent: XmlElement, { report }: Components): { readonly any?: Wildcard } {
  if (!first) return {}
  let { allows } = first
  for (const wildcard of more) {
    const both = intersection(allows, wildcard.allows)
    if (!both) report.at(parent, `no xs:anyAttribute says what all those of ${labelOf(parent)} allow`)
    allows = both ?? allows
  }
  return { any: { ...first, allows } }
}

function groupOf(element: XmlElement, schema: ReadSchema, components: Components): SaidAttributes {
  const found = components.find('attributeGroup', element, attribute(element, 'ref') ?? '', schema)
  return (found && components.attributeGroup(found, element)) ?? { uses: new Map() }
}

function useOf(element: XmlElement, schema: ReadSchema, components: Components): AttributeUse | undefined {
  const ref = attribute(element, 'ref')
  const symbol = ref === undefined ? undefined : components.find('attribute', element, ref, schema)
  if (ref !== undefined && !symbol) return undefined
  const declared = symbol ? components.attribute(symbol) : localOf(element, schema, components)
  const own = constraintOf(element)
  const isOwn = own.default !== undefined || own.fixed !== undefined
  const constraint = isOwn || !symbol ? own : constraintOf(symbol.element)
  if (isOwn) checkConstraint(element, own, declared.type, components)
  const use = attribute(element, 'use')?.trim()
  return { ...declared, ...constraint, required: use === 'required', prohibited: use === 'prohibited' }
}

function constraintOf(element: XmlElement): Constraint {
  const [standard, fixed] = [attribute(element, 'default'), attribute(element, 'fixed')]
  return { ...(standard !== undefined && { default: standard }), ...(fixed !== undefined && { fixed }) }
}

function checkConstraint(element: XmlElement, { default: standard, fixed }: Constraint, type: SimpleType, components: Components): void {
  const value = fixed ?? standard
  if (value !== undefined) components.checkValue(element, value, type)
}

function localOf(element: XmlElement, schema: ReadSchema, components: Components): AttributeDeclaration {
  const form = (attribute(element, 'form') ?? attribute(schema.root, 'attributeFormDefault'))?.trim()
  const ns = form === 'qualified' ? schema.namespace : ''
  return declaration(element, ns, schema, components)
}

/** A global attribute, its default checked. */
export function globalAttribute({ element, schema }: GlobalComponent, components: Components): AttributeDeclaration {
  const declared = declaration(element, schema.namespace, schema, components)
  checkConstraint(element, constraintOf(element), declared.type, components)
  return declared
}

function declaration(element: XmlElement, ns: string, schema: ReadSchema, components: Components): AttributeDeclaration {
  if (ns === XSI) components.report.at(element, `${labelOf(element)} is of the namespace of xsi:type, in which nothing can be declared`)
  return { name: { ns, local: attribute(element, 'name')?.trim() ?? '' }, type: attributeType(element, schema, components) }
}

function attributeType(element: XmlElement, schema: ReadSchema, components: Components): SimpleType {
  const named = attribute(element, 'type')
  if (named !== undefined) return components.simple(element, named, schema)
  const inner = childElements(element).find(({ ns, local }) => ns === XSD && local === 'simpleType')
  return inner ? simpleTypeOf(inner, schema, components) : simpleBuiltin('anySimpleType')
}
