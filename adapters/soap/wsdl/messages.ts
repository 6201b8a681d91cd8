import { suggestion } from '../../../config/faults.ts'
import { attribute, childElements, childrenNamed, type XmlElement } from '../../../transformers/xml/document.ts'
import type { ElementDeclaration, SchemaSet, TypeDefinition } from '../../../transformers/xsd/model.ts'
import { childNamed, type Definitions, qualifiedName, referred, requiredAttribute, tagOf } from './definitions.ts'
import type { SoapVersion, WsdlAttachment, WsdlFault, WsdlMessage, WsdlPart } from './model.ts'
import { MIME, SOAP, WSDL } from './names.ts'
import type { Report } from './report.ts'

/** What the messages of a binding are made with. */
export interface Binding {
  readonly definitions: Definitions
  readonly schemas: SchemaSet
  readonly report: Report
  readonly version: SoapVersion
}

/** One side of an operation: of the port type, and as it is bound. */
export interface Side {
  /** input or output of the port type. */
  readonly abstract: XmlElement
  /** The same of the binding. */
  readonly bound: XmlElement
  readonly style: 'document' | 'rpc'
  /** The local name of an rpc wrapper, and of a wrapped element. */
  readonly wrapper: string
}

/** The message of one side; undefined where it has faults, which are then in the report. */
export function bindMessage(side: Side, binding: Binding): WsdlMessage | undefined {
  const body = bodyOf(side.bound, binding)
  const parts = partsOf(side.abstract, binding)
  if (!body || !parts) return undefined
  const headers = headersOf(side.bound, 'header', binding)
  const headerFaults = childrenNamed(side.bound, SOAP[binding.version], 'header').flatMap(
    header => headersOf(header, 'headerfault', binding).parts,
  )
  const attachments = attachedParts(side.bound, binding)
  const elsewhere = new Set([...headers.ofMessage(side.abstract), ...attachments.map(({ name }) => name)])
  const chosen = bodyParts(body, parts, elsewhere, binding)
  const typed = chosen?.map(part => typedPart(part, side.style, binding))
  if (!typed?.every(part => part !== undefined)) return undefined
  return {
    parts: typed,
    headers: headers.parts,
    namespace: side.style === 'rpc' ? (attribute(body, 'namespace') ?? '') : '',
    wrapper: side.wrapper,
    wrapped: side.style === 'document' && isWrapped(typed, side.wrapper),
    ...(headerFaults.length > 0 && { headerFaults }),
    ...(attachments.length > 0 && { attachments }),
  }
}

/** `encoded` where the body of this side is; literal where nothing is told (Basic Profile 1.1, R2707). */
export function useOf(bound: XmlElement, { version }: Binding): 'literal' | 'encoded' {
  const body = findBody(bound, SOAP[version])
  return body && attribute(body, 'use') === 'encoded' ? 'encoded' : 'literal'
}

/** soap:body, which may stand in the first part of mime:multipartRelated (WSDL 1.1, 5.3). */
function findBody(bound: XmlElement, ns: string): XmlElement | undefined {
  return [bound, ...mimeParts(bound)].map(place => childNamed(place, ns, 'body')).find(body => body !== undefined)
}

function mimeParts(bound: XmlElement): XmlElement[] {
  return childrenNamed(bound, MIME, 'multipartRelated').flatMap(related => childrenNamed(related, MIME, 'part'))
}

function bodyOf(bound: XmlElement, { version, report }: Binding): XmlElement | undefined {
  const body = findBody(bound, SOAP[version])
  if (body) return body
  const other = version === '1.1' ? '1.2' : '1.1'
  const mend = `Write body of the namespace ${SOAP[version]}.`
  if (findBody(bound, SOAP[other])) report.at(bound, `${tagOf(bound)} has a body of SOAP ${other} in a binding of SOAP ${version}`, mend)
  else report.at(bound, `${tagOf(bound)} has no soap:body`, mend)
  return undefined
}

/** The parts that travel beside the envelope (WSDL 1.1, 5.11); of several types that a part may have the first. */
function attachedParts(bound: XmlElement, { report }: Binding): readonly WsdlAttachment[] {
  const types = new Map<string, string>()
  for (const content of mimeParts(bound).flatMap(part => childrenNamed(part, MIME, 'content'))) {
    const name = requiredAttribute(content, 'part', report)
    const type = attribute(content, 'type') ?? ''
    if (name !== undefined && !types.has(name)) types.set(name, /^[^*/]+\/[^*]+$/.test(type) ? type : 'application/octet-stream')
  }
  return [...types].map(([name, type]) => ({ name, type }))
}

function partsOf(abstract: XmlElement, { definitions, report }: Binding): ReadonlyMap<string, XmlElement> | undefined {
  const message = referred(abstract, 'message', { kind: 'message', known: definitions.messages, report })
  return message && namedParts(message, report)
}

function namedParts(message: XmlElement, report: Report): ReadonlyMap<string, XmlElement> {
  const parts = new Map<string, XmlElement>()
  for (const part of childrenNamed(message, WSDL, 'part')) {
    const name = requiredAttribute(part, 'name', report)
    if (name !== undefined && parts.has(name)) report.at(part, `${tagOf(message)} has the part "${name}" twice`)
    else if (name !== undefined) parts.set(name, part)
  }
  return parts
}

/** The parts that soap:body takes: those that it names, else all that do not go elsewhere. */
function bodyParts(
  body: XmlElement,
  parts: ReadonlyMap<string, XmlElement>,
  elsewhere: ReadonlySet<string>,
  { report }: Binding,
): readonly XmlElement[] | undefined {
  const names = attribute(body, 'parts')
    ?.split(/\s+/)
    .filter(name => name !== '')
  if (!names) return [...parts].flatMap(([name, part]) => (elsewhere.has(name) ? [] : part))
  const unknown = names.filter(name => !parts.has(name))
  for (const name of unknown) report.at(body, `parts names "${name}", which the message has not${suggestion(name, [...parts.keys()])}`)
  return unknown.length > 0 ? undefined : names.flatMap(name => parts.get(name) ?? [])
}

/** A part with its element or type; in the body document style takes elements and rpc types (Basic Profile 1.1, R2203 and R2204). */
function typedPart(part: XmlElement, style: 'document' | 'rpc', binding: Binding): WsdlPart | undefined {
  const found = readPart(part, binding)
  if (!found) return undefined
  if (style === 'document' ? found.element : found.type) return found
  const [seen, allowed] = found.element ? ['element', 'type'] : ['type', 'element']
  binding.report.at(part, `${tagOf(part)} has ${seen}=, but a body of ${style} style takes parts with ${allowed}=`)
  return undefined
}

function readPart(part: XmlElement, { schemas, report }: Binding): WsdlPart | undefined {
  const name = attribute(part, 'name') ?? ''
  const by = attribute(part, 'element') === undefined ? 'type' : 'element'
  if (by === 'type' && attribute(part, 'type') === undefined) {
    report.at(part, `${tagOf(part)} has neither element nor type`)
    return undefined
  }
  if (by === 'element') {
    const element = referred<ElementDeclaration>(part, by, { kind: 'the element', known: schemas.elements, report })
    return element && { name, element }
  }
  const type = referred<TypeDefinition>(part, by, { kind: 'the type', known: schemas.types, report })
  return type && { name, type }
}

interface Headers {
  readonly parts: readonly WsdlPart[]
  /** Names of those that are parts of this message. */
  ofMessage(abstract: XmlElement): readonly string[]
}

/** soap:header or soap:headerfault inside a place (WSDL 1.1, 3.7). */
function headersOf(place: XmlElement, local: 'header' | 'headerfault', binding: Binding): Headers {
  const { version, report, definitions } = binding
  const found = [place, ...mimeParts(place)].flatMap(each => childrenNamed(each, SOAP[version], local))
  const read = found.flatMap(header => {
    const message = referred(header, 'message', { kind: 'message', known: definitions.messages, report })
    const name = requiredAttribute(header, 'part', report)
    if (!message || name === undefined) return []
    const parts = namedParts(message, report)
    const part = parts.get(name)
    if (!part) report.at(header, `${tagOf(message)} has no part "${name}"${suggestion(name, [...parts.keys()])}`)
    const typed = part && readPart(part, binding)
    return typed ? [{ message, typed }] : []
  })
  return {
    parts: read.map(({ typed }) => typed),
    ofMessage(abstract) {
      const name = qualifiedName(abstract, 'message', report)
      const own = read.filter(({ message }) => attribute(message, 'name') === name?.local)
      return own.map(({ typed }) => typed.name)
    },
  }
}

function isWrapped(parts: readonly WsdlPart[], wrapper: string): boolean {
  const [part] = parts
  if (parts.length !== 1 || part?.element?.name.local !== wrapper) return false
  const { type } = part.element
  if (type.kind !== 'complex' || type.attributes.length > 0) return false
  const { content } = type
  if (content.kind !== 'elements') return content.kind === 'empty'
  return content.particle.kind === 'sequence' && content.particle.max === 1
}

/** The declared faults of an operation; one that the binding names and the port type has not is a fault. */
export function bindFaults(operation: XmlElement, bound: XmlElement, binding: Binding): readonly WsdlFault[] {
  const declared = childrenNamed(operation, WSDL, 'fault')
  const names = declared.map(fault => attribute(fault, 'name') ?? '')
  for (const fault of childrenNamed(bound, WSDL, 'fault')) {
    const name = requiredAttribute(fault, 'name', binding.report)
    if (name === undefined || names.includes(name)) continue
    binding.report.at(fault, `${tagOf(operation)} has no fault "${name}"${suggestion(name, names)}`)
  }
  return declared.flatMap(fault => readFault(fault, binding) ?? [])
}

/** A fault has one part (WSDL 1.1, 3.6); of a type, as rpc/encoded has it, its element is named as the part. */
function readFault(fault: XmlElement, binding: Binding): WsdlFault | undefined {
  const name = requiredAttribute(fault, 'name', binding.report)
  const parts = partsOf(fault, binding)
  if (name === undefined || !parts) return undefined
  const [first, second] = parts.values()
  if (!first || second) {
    binding.report.at(fault, `the message of ${tagOf(fault)} has ${parts.size} parts; a fault has one`)
    return undefined
  }
  const part = readPart(first, binding)
  return part && { name, element: part.element ?? accessor(part) }
}

function accessor({ name, type }: Extract<WsdlPart, { element?: undefined }>): ElementDeclaration {
  return { name: { ns: '', local: name }, type, nillable: true, abstract: false, global: false }
}

/** input and output of a port type's operation, in their order. */
export function sidesOf(operation: XmlElement): readonly XmlElement[] {
  return childElements(operation).filter(({ ns, local }) => ns === WSDL && (local === 'input' || local === 'output'))
}
