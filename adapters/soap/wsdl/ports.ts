import { attribute, childrenNamed, type XmlElement } from '../../../transformers/xml/document.ts'
import type { SchemaSet } from '../../../transformers/xsd/model.ts'
import { childNamed, type Definitions, referred, requiredAttribute, tagOf } from './definitions.ts'
import type { SoapVersion, WsdlOperation, WsdlPort } from './model.ts'
import { HTTP_TRANSPORTS, SOAP, WSDL } from './names.ts'
import { bindOperations, readStyle } from './operations.ts'
import { createPolicies, leaveRequired, type Policies } from './policies.ts'
import type { Report } from './report.ts'

/** What the ports of a WSDL are made of. */
export interface PortParts {
  readonly definitions: Definitions
  readonly schemas: SchemaSet
  readonly report: Report
}

/** The ports of all services that have a SOAP binding, in order. */
export function bindPorts(parts: PortParts): readonly WsdlPort[] {
  const policies = createPolicies(parts.report)
  return parts.definitions.services.flatMap(service =>
    childrenNamed(service, WSDL, 'port').flatMap(port => bindPort(port, service, { ...parts, policies }) ?? []),
  )
}

interface Making extends PortParts {
  readonly policies: Policies
}

function bindPort(port: XmlElement, service: XmlElement, making: Making): WsdlPort | undefined {
  const { definitions, report } = making
  const name = requiredAttribute(port, 'name', report)
  const binding = referred(port, 'binding', { kind: 'the binding', known: definitions.bindings, report })
  const soap = binding && soapBinding(binding, making)
  if (name === undefined || !binding || !soap) return undefined
  const portType = referred(binding, 'type', { kind: 'the port type', known: definitions.portTypes, report })
  if (!portType) return undefined
  leaveRequired(binding, report)
  const operations = bindOperations(binding, { ...making, ...soap, portType, owners: [service, port, binding, portType] })
  return { service: attribute(service, 'name') ?? '', name, version: soap.version, address: addressOf(port), operations }
}

/** Version and style of a SOAP binding to HTTP; undefined for others. */
function soapBinding(binding: XmlElement, { report }: Making): { version: SoapVersion; style: WsdlOperation['style'] } | undefined {
  const version = (['1.1', '1.2'] as const).find(each => childNamed(binding, SOAP[each], 'binding'))
  const element = version && childNamed(binding, SOAP[version], 'binding')
  if (!element) return undefined
  const transport = attribute(element, 'transport') ?? ''
  if (!HTTP_TRANSPORTS.includes(transport)) {
    report.leave(element, `${tagOf(binding)} has transport "${transport}"; SOAP goes over ${HTTP_TRANSPORTS[0]} here`)
    return undefined
  }
  return { version, style: readStyle(element, attribute(element, 'style') ?? 'document', report) }
}

/** '' where the port has no address: then the config tells it. */
function addressOf(port: XmlElement): string {
  const address = childNamed(port, SOAP['1.1'], 'address') ?? childNamed(port, SOAP['1.2'], 'address')
  return (address && attribute(address, 'location'))?.trim() ?? ''
}
