import { attribute, childElements, type XmlElement } from '../../xml/document.ts'
import { clark, XSD } from '../../xml/events.ts'
import type { AttributeDeclaration, AttributeUse, Wildcard } from '../model.ts'
import { simpleBuiltin, xmlAttributes } from './builtins.ts'
import type { Components } from './components.ts'
import type { ReadSchema } from './documents.ts'
import { simpleTypeOf } from './simple-types.ts'
import { qnameOf, unknown } from './symbols.ts'
import { wildcardOf } from './wildcards.ts'

/** What an element of a schema says of attributes, its attribute groups put in. */
export interface SaidAttributes {
  readonly uses: readonly AttributeUse[]
  readonly any?: Wildcard
}

/** The attributes that a complexType, an extension, a restriction or an attributeGroup names. */
export function attributesIn(
  parent: XmlElement,
  schema: ReadSchema,
  components: Components,
  within: readonly string[] = [],
): SaidAttributes {
  const uses: AttributeUse[] = []
  let any: Wildcard | undefined
  for (const element of childElements(parent)) {
    if (element.ns !== XSD) continue
    if (element.local === 'attribute') uses.push(...[useOf(element, schema, components)].filter(use => use !== undefined))
    else if (element.local === 'anyAttribute') any = wildcardOf(element, schema)
    else if (element.local === 'attributeGroup') {
      const group = groupOf(element, schema, components, within)
      uses.push(...group.uses)
      any ??= group.any
    }
  }
  return { uses, ...(any && { any }) }
}

function groupOf(element: XmlElement, schema: ReadSchema, components: Components, within: readonly string[]): SaidAttributes {
  const { report, symbols } = components
  const name = qnameOf(element, attribute(element, 'ref') ?? '', schema, report)
  const key = name && clark(name)
  const found = key === undefined ? undefined : symbols.attributeGroup.get(key)
  if (found && key !== undefined && !within.includes(key)) return attributesIn(found.element, found.schema, components, [...within, key])
  if (found) report.at(element, `the attributeGroup ${key} contains itself`)
  else if (name) report.at(element, unknown('attributeGroup', name, symbols.attributeGroup.keys()))
  return { uses: [] }
}

function useOf(element: XmlElement, schema: ReadSchema, components: Components): AttributeUse | undefined {
  const ref = attribute(element, 'ref')
  const declared = ref === undefined ? localOf(element, schema, components) : referredOf(element, ref, schema, components)
  if (!declared) return undefined
  const use = attribute(element, 'use')
  return { ...declared, ...constraintOf(element), required: use === 'required', prohibited: use === 'prohibited' }
}

function constraintOf(element: XmlElement): { readonly default?: string; readonly fixed?: string } {
  const [standard, fixed] = [attribute(element, 'default'), attribute(element, 'fixed')]
  return { ...(standard !== undefined && { default: standard }), ...(fixed !== undefined && { fixed }) }
}

function localOf(element: XmlElement, schema: ReadSchema, components: Components): AttributeDeclaration {
  const form = attribute(element, 'form') ?? attribute(schema.root, 'attributeFormDefault')
  const ns = form === 'qualified' ? schema.namespace : ''
  return { name: { ns, local: attribute(element, 'name') ?? '' }, type: attributeType(element, schema, components) }
}

function referredOf(element: XmlElement, ref: string, schema: ReadSchema, components: Components): AttributeDeclaration | undefined {
  const { report, symbols } = components
  const name = qnameOf(element, ref, schema, report)
  if (!name) return undefined
  const found = symbols.attribute.get(clark(name))
  if (found) return globalAttribute(found.element, found.schema, components)
  const known = xmlAttributes.get(clark(name))
  if (!known) report.at(element, unknown('attribute', name, [...symbols.attribute.keys(), ...xmlAttributes.keys()]))
  return known
}

/** A global attribute. */
export function globalAttribute(element: XmlElement, schema: ReadSchema, components: Components): AttributeDeclaration {
  return { name: { ns: schema.namespace, local: attribute(element, 'name') ?? '' }, type: attributeType(element, schema, components) }
}

function attributeType(element: XmlElement, schema: ReadSchema, components: Components) {
  const named = attribute(element, 'type')
  if (named !== undefined) return components.simple(element, named, schema)
  const inner = childElements(element).find(({ ns, local }) => ns === XSD && local === 'simpleType')
  return inner ? simpleTypeOf(inner, schema, components) : simpleBuiltin('anySimpleType')
}

/** The base's attributes with those of the type laid over them; prohibited ones are gone. */
export function mergedUses(base: readonly AttributeUse[], own: readonly AttributeUse[]): readonly AttributeUse[] {
  const all = new Map(base.map(use => [clark(use.name), use]))
  for (const use of own) all.set(clark(use.name), use)
  return [...all.values()].filter(({ prohibited }) => !prohibited)
}
