import { clark, type XmlName } from '../../../transformers/xml/events.ts'
import type { SoapVersion, Wsdl, WsdlOperation } from './model.ts'

/** The operation of that name in the first port that has it; `version` keeps to ports of that version. */
export function operationNamed({ ports }: Wsdl, name: string, version?: SoapVersion): WsdlOperation | undefined {
  return ports
    .filter(port => version === undefined || port.version === version)
    .map(({ operations }) => operations.get(name))
    .find(operation => operation !== undefined)
}

/** The names of all operations, each once, in the order of the document. */
export function operationNames({ ports }: Wsdl): readonly string[] {
  return [...new Set(ports.flatMap(({ operations }) => [...operations.keys()]))]
}

/** The first element in Body of a request; undefined where Body is empty. */
export function payloadName({ style, input }: WsdlOperation): XmlName | undefined {
  if (style === 'rpc') return { ns: input.namespace, local: input.wrapper }
  return input.parts[0]?.element?.name
}

/** Finds the operation that a request means: by its payload, and by the action where several take it; undefined where there is none. */
export type Dispatcher = (payload: XmlName | undefined, action: string | undefined, version: SoapVersion) => WsdlOperation | undefined

interface Candidates {
  readonly first: WsdlOperation
  /** True where the action has to tell. */
  several: boolean
  readonly byAction: Map<string, WsdlOperation>
}

/** A dispatcher over the ports of a WSDL; what a request costs does not grow with the operations. */
export function createDispatcher(wsdl: Wsdl): Dispatcher {
  const versions = { '1.1': candidatesOf(wsdl, '1.1'), '1.2': candidatesOf(wsdl, '1.2') }
  return (payload, action, version) => {
    const found = versions[version].get(payload ? clark(payload) : '')
    return found?.several ? found.byAction.get(action ?? '') : found?.first
  }
}

function candidatesOf({ ports }: Wsdl, version: SoapVersion): ReadonlyMap<string, Candidates> {
  const all = ports.filter(port => port.version === version).flatMap(({ operations }) => [...operations.values()])
  const byPayload = new Map<string, Candidates>()
  for (const operation of all) {
    const name = payloadName(operation)
    const key = name ? clark(name) : ''
    const found = byPayload.get(key) ?? { first: operation, several: false, byAction: new Map() }
    byPayload.set(key, found)
    found.several ||= found.first.name !== operation.name
    for (const action of [operation.soapAction, operation.action])
      if (action !== '' && !found.byAction.has(action)) found.byAction.set(action, operation)
  }
  return byPayload
}
