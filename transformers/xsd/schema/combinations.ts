import { attribute, childElements, type XmlElement } from '../../xml/document.ts'
import { XSD } from '../../xml/events.ts'
import { labelOf, type SchemaReport } from './report.ts'

/** Tells which attributes and children of a construct exclude or need one another (Structures, 3.2.3, 3.3.3, 3.14.3). */
export function checkCombinations(element: XmlElement, report: SchemaReport): void {
  const wrong = RULES[element.local]?.(element)
  if (wrong !== undefined) report.at(element, `${labelOf(element)} ${wrong}`)
}

type Rule = (element: XmlElement) => string | undefined

const RULES: Readonly<Record<string, Rule>> = { element: declaration, attribute: declaration, restriction, list, union, complexType }

const BESIDE_REF: Readonly<Record<string, readonly string[]>> = {
  element: ['name', 'type', 'nillable', 'default', 'fixed', 'form', 'block'],
  attribute: ['name', 'type', 'form'],
}

function declaration(element: XmlElement): string | undefined {
  const has = (name: string): boolean => attribute(element, name) !== undefined
  const inner = children(element, 'simpleType', 'complexType')
  if (has('ref')) {
    const beside = BESIDE_REF[element.local]?.find(has) ?? inner[0]
    if (beside !== undefined) return `has ref, and may not have ${beside} beside it: that is what the ref says`
  } else if (!has('name')) return 'has neither name nor ref'
  if (has('type') && inner.length > 0) return `has type= and brings a type, of which it can have one`
  if (has('default') && has('fixed')) return 'has default and fixed, of which it can have one'
  const use = attribute(element, 'use')
  if (has('default') && use !== undefined && use !== 'optional') return `has a default, which is never used where it is ${use}`
  return element.local === 'attribute' && attribute(element, 'name') === 'xmlns'
    ? 'cannot be an attribute: it declares a namespace'
    : undefined
}

function restriction(element: XmlElement): string | undefined {
  // In simple content the type within narrows the base's.
  if (element.parent?.local === 'simpleContent') return undefined
  return oneType(element, 'base')
}

function list(element: XmlElement): string | undefined {
  return oneType(element, 'itemType')
}

function oneType(element: XmlElement, name: string): string | undefined {
  if (element.parent?.local !== 'simpleType') return undefined
  const named = attribute(element, name) !== undefined
  const brings = children(element, 'simpleType').length > 0
  if (named && brings) return `has ${name}= and brings a type, of which it can have one`
  return named || brings ? undefined : `names no type (${name}=) and brings none`
}

function union(element: XmlElement): string | undefined {
  const named = (attribute(element, 'memberTypes') ?? '').trim() !== ''
  return named || children(element, 'simpleType').length > 0 ? undefined : 'names no types (memberTypes=) and brings none'
}

function complexType(element: XmlElement): string | undefined {
  const [content] = children(element, 'simpleContent', 'complexContent')
  const more = content && children(element, 'attribute', 'attributeGroup', 'anyAttribute')[0]
  return more === undefined ? undefined : `has ${more} beside ${content}: it belongs into what stands in that`
}

function children(element: XmlElement, ...names: readonly string[]): string[] {
  return childElements(element).flatMap(({ ns, local }) => (ns === XSD && names.includes(local) ? [local] : []))
}
