import { suggestion } from '../../../config/faults.ts'
import { attribute, childElements, childrenNamed, type XmlElement } from '../../../transformers/xml/document.ts'
import { clark, type XmlName } from '../../../transformers/xml/events.ts'
import { WSDL } from './names.ts'
import { type Report, rootOf } from './report.ts'
import type { SourceDocument } from './source.ts'

/** The parts of a WSDL that others refer to, by their clark names. */
export interface Definitions {
  readonly messages: ReadonlyMap<string, XmlElement>
  readonly portTypes: ReadonlyMap<string, XmlElement>
  readonly bindings: ReadonlyMap<string, XmlElement>
  readonly services: readonly XmlElement[]
}

/** Collects the definitions of all documents; the same name twice is a fault. */
export function collectDefinitions(documents: readonly SourceDocument[], report: Report): Definitions {
  const named = (local: string): ReadonlyMap<string, XmlElement> => {
    const found = new Map<string, XmlElement>()
    for (const element of documents.flatMap(({ root }) => childrenNamed(root, WSDL, local))) addNamed(element, found, report)
    return found
  }
  return {
    messages: named('message'),
    portTypes: named('portType'),
    bindings: named('binding'),
    services: documents.flatMap(({ root }) => childrenNamed(root, WSDL, 'service')),
  }
}

function addNamed(element: XmlElement, found: Map<string, XmlElement>, report: Report): void {
  const local = requiredAttribute(element, 'name', report)
  if (local === undefined) return
  const name = clark({ ns: targetNamespace(element), local })
  const first = found.get(name)
  if (!first) found.set(name, element)
  else
    report.at(
      element,
      `${element.local} "${local}" stands a second time; the first is at ${report.fileOf(first)}:${first.place.line}`,
      'Give one of them another name.',
    )
}

/** The target namespace of the document that the element stands in. */
export function targetNamespace(element: XmlElement): string {
  return attribute(rootOf(element), 'targetNamespace') ?? ''
}

/** The attribute's value; where it is missing, a fault. */
export function requiredAttribute(element: XmlElement, local: string, report: Report): string | undefined {
  const value = attribute(element, local)
  if (value === undefined) report.at(element, `${tagOf(element)} has no ${local}`)
  return value
}

/** The name that a QName attribute holds; undefined, and a fault, where it is missing or its prefix is not declared. */
export function qualifiedName(element: XmlElement, local: string, report: Report): XmlName | undefined {
  const value = requiredAttribute(element, local, report)?.trim()
  if (value === undefined) return undefined
  const [, prefix = '', name = ''] = /^(?:([^:]*):)?(.*)$/s.exec(value) ?? []
  const ns = element.resolve(prefix)
  if (ns === undefined && prefix !== '') {
    report.at(element, `the prefix of ${local}="${value}" in ${tagOf(element)} is not declared`, `Declare xmlns:${prefix}.`)
    return undefined
  }
  return { ns: ns ?? '', local: name }
}

/** What a QName attribute refers to; undefined, and a fault with the nearest name, where there is no such thing. `kind` is for people. */
export function referred<T>(
  element: XmlElement,
  local: string,
  { kind, known, report }: { readonly kind: string; readonly known: ReadonlyMap<string, T>; readonly report: Report },
): T | undefined {
  const name = qualifiedName(element, local, report)
  const found = name && known.get(clark(name))
  if (name && found === undefined) {
    report.at(
      element,
      `${tagOf(element)} names ${kind} "${attribute(element, local)}" (${clark(name)}), which is not there${hint(name, [...known.keys()])}`,
    )
  }
  return found
}

/** Names of the same namespace by their local part; else all, written out. */
function hint({ ns, local }: XmlName, known: readonly string[]): string {
  const start = ns === '' ? '' : `{${ns}}`
  const within = known.filter(name => (ns === '' ? !name.startsWith('{') : name.startsWith(start))).map(name => name.slice(start.length))
  if (within.length > 0) return suggestion(local, within)
  const elsewhere = known.find(name => name.endsWith(`}${local}`))
  return elsewhere === undefined ? suggestion(local, known) : `; did you mean ${elsewhere}?`
}

/** The element's tag as people know it, with its name where it has one: `input of operation "PlaceOrder"`. */
export function tagOf(element: XmlElement): string {
  const name = attribute(element, 'name')
  const own = `${element.prefix === '' ? '' : `${element.prefix}:`}${element.local}${name === undefined ? '' : ` "${name}"`}`
  const { parent } = element
  return name === undefined && parent?.parent ? `${own} of ${tagOf(parent)}` : own
}

/** The one child element of these names, or undefined. */
export function childNamed(element: XmlElement, ns: string, local: string): XmlElement | undefined {
  return childElements(element).find(child => child.ns === ns && child.local === local)
}
