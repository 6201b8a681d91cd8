import type { Wsdl, WsdlOperation, WsdlPort } from '../../../adapters/soap/wsdl/model.ts'
import { createNames, kebab } from './words.ts'

/** A system of the part: where some operations of the WSDL are called. */
export interface FacadeSystem {
  readonly name: string
  readonly address: string
  /** Of one that has to be named, since the operations lie at several addresses. */
  readonly port: string | undefined
  readonly calls: readonly Call[]
}

/** An operation, and the port that it is called at. */
export interface Call {
  readonly port: WsdlPort
  readonly operation: WsdlOperation
}

/** One system, or one for each port where these lie at several addresses. What stands in several ports is called at the first. */
export function systemsOf({ ports }: Wsdl, wanted: string): readonly FacadeSystem[] {
  const seen = new Set<string>()
  const found = ports.flatMap(port => {
    const operations = [...port.operations.values()].filter(({ name }) => !seen.has(name))
    for (const { name } of operations) seen.add(name)
    return operations.length > 0 ? [{ port, calls: operations.map(operation => ({ port, operation })) }] : []
  })
  const [first] = found
  if (!first) return []
  const { address } = first.port
  if (found.every(({ port }) => port.address === address))
    return [{ name: wanted, address, port: undefined, calls: found.flatMap(({ calls }) => calls) }]
  const free = createNames()
  return found.map(({ port, calls }) => ({ name: free(kebab(port.service, wanted)), address: port.address, port: port.name, calls }))
}
