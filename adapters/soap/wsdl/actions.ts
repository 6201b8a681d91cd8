import { attribute, type XmlElement } from '../../../transformers/xml/document.ts'
import { targetNamespace } from './definitions.ts'
import { ADDRESSING_METADATA } from './names.ts'

/** wsa:Action of an operation's input: as written, else the SOAPAction, else by default (WS-Addressing Metadata, 4.4.1 and 4.4.4). */
export function inputAction(
  operation: XmlElement,
  input: XmlElement,
  { soapAction, oneWay }: { soapAction: string; oneWay: boolean },
): string {
  return written(input) ?? (soapAction === '' ? byDefault(operation, input, oneWay ? '' : 'Request') : soapAction)
}

/** wsa:Action of its output: as written, else by default. */
export function outputAction(operation: XmlElement, output: XmlElement): string {
  return written(output) ?? byDefault(operation, output, 'Response')
}

function written(message: XmlElement): string | undefined {
  return ADDRESSING_METADATA.map(ns => attribute(message, 'Action', ns)).find(action => action !== undefined && action !== '')
}

/** Target namespace, port type and the message's name, which is the operation's with `suffix` where it has none. */
function byDefault(operation: XmlElement, message: XmlElement, suffix: string): string {
  const namespace = targetNamespace(operation)
  const delimiter = namespace.startsWith('urn:') ? ':' : '/'
  const start = namespace.endsWith(delimiter) ? namespace.slice(0, -1) : namespace
  const portType = operation.parent ? (attribute(operation.parent, 'name') ?? '') : ''
  const name = attribute(message, 'name') ?? `${attribute(operation, 'name') ?? ''}${suffix}`
  return [start, portType, name].join(delimiter)
}
