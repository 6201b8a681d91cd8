import { suggestion } from '../../../config/faults.ts'
import { attribute, childrenNamed, textOf, type XmlElement } from '../../../transformers/xml/document.ts'
import { inputAction, outputAction } from './actions.ts'
import { childNamed, requiredAttribute, tagOf } from './definitions.ts'
import { type Binding, bindFaults, bindMessage, sidesOf, useOf } from './messages.ts'
import type { SoapVersion, WsdlMessage, WsdlOperation } from './model.ts'
import { SOAP, WSDL } from './names.ts'
import { leaveRequired, type Policies } from './policies.ts'

/** What the operations of a port are made with. */
export interface PortBinding extends Binding {
  readonly policies: Policies
  readonly portType: XmlElement
  readonly style: 'document' | 'rpc'
  /** Whose policies hold for all operations: service, port, binding, port type. */
  readonly owners: readonly XmlElement[]
}

/** The operations of a binding by name, in its order. Those that the gateway does not do are left out, and are in the report. */
export function bindOperations(element: XmlElement, binding: PortBinding): ReadonlyMap<string, WsdlOperation> {
  const operations = new Map<string, WsdlOperation>()
  for (const bound of childrenNamed(element, WSDL, 'operation')) {
    const name = requiredAttribute(bound, 'name', binding.report)
    const operation = name === undefined ? undefined : findOperation(bound, name, binding)
    const made = operation && bindOperation(bound, operation, binding)
    if (made) operations.set(made.name, made)
  }
  return operations
}

/** The port type's operation of that name; overloaded ones are left out, since the message would have to tell them apart. */
function findOperation(bound: XmlElement, name: string, { portType, report }: PortBinding): XmlElement | undefined {
  const all = childrenNamed(portType, WSDL, 'operation')
  const named = all.filter(operation => attribute(operation, 'name') === name)
  const [operation] = named
  if (!operation) {
    const known = all.flatMap(each => attribute(each, 'name') ?? [])
    report.at(bound, `${tagOf(portType)} has no operation "${name}"${suggestion(name, known)}`)
  }
  if (named.length < 2) return operation
  report.leave(bound, `operation "${name}" is overloaded: the port type has it ${named.length} times, and names must be unique here`, name)
  return undefined
}

function bindOperation(bound: XmlElement, operation: XmlElement, binding: PortBinding): WsdlOperation | undefined {
  const { report, version } = binding
  const name = attribute(operation, 'name') ?? ''
  const [input, output] = exchange(operation, name, binding) ?? []
  if (!input) return undefined
  const soap = childNamed(bound, SOAP[version], 'operation') ?? childNamed(bound, SOAP[otherThan(version)], 'operation')
  const style = styleOf(soap, binding)
  const boundInput = side(bound, 'input', binding)
  const boundOutput = output && side(bound, 'output', binding)
  if (!boundInput || (output && !boundOutput)) return undefined
  const use = useOf(boundInput, binding)
  if (style === 'document' && use === 'encoded') {
    report.leave(bound, `operation "${name}" is document/encoded, which no two systems read alike`, name)
    return undefined
  }
  leaveRequired(bound, report)
  const request = bindMessage({ abstract: input, bound: boundInput, style, wrapper: name }, binding)
  const reply = output && boundOutput && bindMessage({ abstract: output, bound: boundOutput, style, wrapper: `${name}Response` }, binding)
  if (!request || (output && !reply)) return undefined
  const soapAction = soap ? (attribute(soap, 'soapAction') ?? '') : ''
  return {
    name,
    style,
    use,
    soapAction,
    action: inputAction(operation, input, { soapAction, oneWay: !output }),
    faults: bindFaults(operation, bound, binding),
    ...binding.policies([...binding.owners, operation, bound, boundInput, boundOutput]),
    ...exchanged(request, reply),
    ...(output && { replyAction: outputAction(operation, output) }),
    ...documentationOf(operation),
  }
}

function exchanged(input: WsdlMessage, output: WsdlMessage | undefined): Pick<WsdlOperation, 'input' | 'output'> {
  return output ? { input, output } : { input }
}

/** input, or input and output; of the four kinds of WSDL 1.1, 2.4 the two that are asked by a client. */
function exchange(operation: XmlElement, name: string, { report }: PortBinding): readonly XmlElement[] | undefined {
  const sides = sidesOf(operation)
  const [first] = sides
  const repeated = sides.length > 2 || (sides.length === 2 && sides[0]?.local === sides[1]?.local)
  if (!first || repeated) {
    report.at(
      operation,
      `${tagOf(operation)} has ${first ? 'several inputs or outputs' : 'neither input nor output'}; it takes one of each`,
    )
    return undefined
  }
  if (first.local === 'input') return sides
  const kind = sides.length === 1 ? 'a notification' : 'solicit-response (its output comes first)'
  report.leave(operation, `operation "${name}" is ${kind}, which the service would have to send`, name)
  return undefined
}

function styleOf(soap: XmlElement | undefined, { style, report }: PortBinding): 'document' | 'rpc' {
  const own = soap && attribute(soap, 'style')
  if (!soap || own === undefined) return style
  return readStyle(soap, own, report)
}

/** The value of a style attribute; another word is a fault. */
export function readStyle(element: XmlElement, value: string, report: Binding['report']): 'document' | 'rpc' {
  if (value !== 'document' && value !== 'rpc') report.at(element, `style is "${value}"; allowed are document and rpc`)
  return value === 'rpc' ? 'rpc' : 'document'
}

function side(bound: XmlElement, local: 'input' | 'output', { report }: PortBinding): XmlElement | undefined {
  const found = childNamed(bound, WSDL, local)
  if (!found) report.at(bound, `${tagOf(bound)} of the binding has no ${local}, which the port type's operation has`)
  return found
}

/** The other version. */
export function otherThan(version: SoapVersion): SoapVersion {
  return version === '1.1' ? '1.2' : '1.1'
}

function documentationOf(operation: XmlElement): { documentation: string } | Record<string, never> {
  const element = childNamed(operation, WSDL, 'documentation')
  const documentation = element ? textOf(element).replaceAll(/\s+/g, ' ').trim() : ''
  return documentation === '' ? {} : { documentation }
}
