import type { SoapVersion } from './model.ts'
import { SOAP, WSDL } from './names.ts'

/** A service as `writeWsdl` writes it. Elements are local names of the schema. */
export interface ServiceDescription {
  readonly name: string
  readonly namespace: string
  readonly documentation?: string
  /** Where the service is. */
  readonly address: string
  /** The text of an xs:schema (without an XML declaration) whose target namespace is the service's. */
  readonly schema: string
  readonly operations: readonly OperationDescription[]
  /** Default: both. */
  readonly versions?: readonly SoapVersion[]
}

export interface OperationDescription {
  readonly name: string
  readonly documentation?: string
  /** Default: the namespace, `/`, the name. */
  readonly soapAction?: string
  readonly input: string
  /** Absent: one-way. */
  readonly output?: string
  readonly faults?: readonly { readonly name: string; readonly element: string }[]
}

const VERSIONS: readonly SoapVersion[] = ['1.1', '1.2']

interface Prefix {
  readonly name: string
  /** Of bindings and ports, behind the service's name. */
  readonly suffix: string
}

const PREFIXES: Readonly<Record<SoapVersion, Prefix>> = {
  '1.1': { name: 'soap', suffix: 'Soap' },
  '1.2': { name: 'soap12', suffix: 'Soap12' },
}

/** A WSDL 1.1 document: document/literal, a port with a binding for each version of SOAP. */
export function writeWsdl(service: ServiceDescription): string {
  const { versions = VERSIONS, operations } = service
  const lines = [
    '<?xml version="1.0" encoding="UTF-8"?>',
    opening(service, versions),
    ...documentation(service.documentation, 2),
    '  <wsdl:types>',
    service.schema.trim().replaceAll(/^(?=.)/gm, '    '),
    '  </wsdl:types>',
    ...messages(operations),
    `  <wsdl:portType name="${service.name}">`,
    ...operations.flatMap(portOperation),
    '  </wsdl:portType>',
    ...versions.flatMap(version => binding(service, version)),
    `  <wsdl:service name="${service.name}">`,
    ...versions.flatMap(version => port(service, version)),
    '  </wsdl:service>',
    '</wsdl:definitions>',
  ]
  return `${lines.join('\n')}\n`
}

function opening({ name, namespace }: ServiceDescription, versions: readonly SoapVersion[]): string {
  return [
    `<wsdl:definitions name="${name}" targetNamespace="${escapeXml(namespace)}"`,
    `xmlns:wsdl="${WSDL}"`,
    ...versions.map(version => `xmlns:${PREFIXES[version].name}="${SOAP[version]}"`),
    `xmlns:tns="${escapeXml(namespace)}">`,
  ].join('\n    ')
}

/** One message for each element and one for each fault, whatever operations share them. */
function messages(operations: readonly OperationDescription[]): string[] {
  const elements = new Set(operations.flatMap(({ input, output }) => [input, ...(output === undefined ? [] : [output])]))
  const faults = new Map(operations.flatMap(({ faults: declared = [] }) => declared.map(({ name, element }) => [name, element])))
  return [
    ...[...elements].flatMap(element => message(element, 'parameters', element)),
    ...[...faults].flatMap(([name, element]) => message(`${name}Fault`, 'fault', element)),
  ]
}

function message(name: string, part: string, element: string): string[] {
  return [`  <wsdl:message name="${name}">`, `    <wsdl:part name="${part}" element="tns:${element}"/>`, '  </wsdl:message>']
}

function portOperation({ name, documentation: text, input, output, faults = [] }: OperationDescription): string[] {
  return [
    `    <wsdl:operation name="${name}">`,
    ...documentation(text, 6),
    `      <wsdl:input message="tns:${input}"/>`,
    ...(output === undefined ? [] : [`      <wsdl:output message="tns:${output}"/>`]),
    ...faults.map(fault => `      <wsdl:fault name="${fault.name}" message="tns:${fault.name}Fault"/>`),
    '    </wsdl:operation>',
  ]
}

function binding({ name, namespace, operations }: ServiceDescription, version: SoapVersion): string[] {
  const { name: prefix, suffix } = PREFIXES[version]
  return [
    `  <wsdl:binding name="${name}${suffix}" type="tns:${name}">`,
    `    <${prefix}:binding transport="http://schemas.xmlsoap.org/soap/http" style="document"/>`,
    ...operations.flatMap(operation => boundOperation(operation, namespace, prefix)),
    '  </wsdl:binding>',
  ]
}

function boundOperation(operation: OperationDescription, namespace: string, prefix: string): string[] {
  const { name, output, faults = [], soapAction = `${namespace.replace(/\/$/, '')}/${name}` } = operation
  const body = `<${prefix}:body use="literal"/>`
  return [
    `    <wsdl:operation name="${name}">`,
    `      <${prefix}:operation soapAction="${escapeXml(soapAction)}"/>`,
    `      <wsdl:input>${body}</wsdl:input>`,
    ...(output === undefined ? [] : [`      <wsdl:output>${body}</wsdl:output>`]),
    ...faults.map(fault => `      <wsdl:fault name="${fault.name}"><${prefix}:fault name="${fault.name}" use="literal"/></wsdl:fault>`),
    '    </wsdl:operation>',
  ]
}

function port({ name, address }: ServiceDescription, version: SoapVersion): string[] {
  const { name: prefix, suffix } = PREFIXES[version]
  return [
    `    <wsdl:port name="${name}${suffix}" binding="tns:${name}${suffix}">`,
    `      <${prefix}:address location="${escapeXml(address)}"/>`,
    '    </wsdl:port>',
  ]
}

function documentation(text: string | undefined, indent: number): string[] {
  return text === undefined ? [] : [`${' '.repeat(indent)}<wsdl:documentation>${escapeXml(text)}</wsdl:documentation>`]
}

function escapeXml(value: string): string {
  return value.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;')
}
