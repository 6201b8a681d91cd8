import { suggestion } from '../../config/faults.ts'
import type { SoapSystem } from './system-options.ts'
import type { SoapPlace } from './target.ts'
import { loadWsdl } from './wsdl/load.ts'
import type { Wsdl, WsdlOperation, WsdlPort, WsdlUnsupported } from './wsdl/model.ts'

/** An operation of a WSDL, and the port that it is called at. */
export interface Described {
  readonly wsdl: Wsdl
  readonly port: WsdlPort
  readonly operation: WsdlOperation
}

/** The operation that the options name: of several ports the first that has it. Undefined where there is none, which is then among the project's faults. */
export function describedOperation(options: SoapSystem, place: SoapPlace): Described | undefined {
  const ports = portsOf(options, place)
  if (!ports) return undefined
  const names = [...new Set(ports.fitting.flatMap(({ operations }) => [...operations.keys()]))]
  const asked = options.operation ?? (names.length === 1 ? names[0] : undefined)
  const port = ports.fitting.find(({ operations }) => asked !== undefined && operations.has(asked))
  const operation = asked === undefined ? undefined : port?.operations.get(asked)
  if (port && operation) return { wsdl: ports.wsdl, port, operation }
  tellUnknown(asked, names, ports.wsdl, place)
  return undefined
}

/** Names of the WSDL's operations; none without a WSDL, undefined where it has faults. */
export function operationsOf(options: SoapSystem, place: SoapPlace): readonly string[] | undefined {
  if (options.wsdl === undefined) return []
  const ports = portsOf(options, place)
  if (!ports) return undefined
  // One that is left out is known as well: what is asked for it says why.
  const left = leftOut(ports.wsdl).map(({ operation }) => operation)
  return [...new Set([...ports.fitting.flatMap(({ operations }) => [...operations.keys()]), ...left])]
}

interface Ports {
  readonly wsdl: Wsdl
  readonly fitting: readonly WsdlPort[]
}

function portsOf({ wsdl: file = '', port: name, version }: SoapSystem, { project, path }: SoapPlace): Ports | undefined {
  const wsdl = loadWsdl(project, file, [...path, 'soap', 'wsdl'])
  if (!wsdl) return undefined
  const named = wsdl.ports.filter(port => name === undefined || port.name === name)
  const fitting = named.filter(port => version === undefined || port.version === version)
  if (fitting.length > 0) return { wsdl, fitting }
  const known = wsdl.ports.map(port => port.name)
  if (named.length === 0)
    project.faults.add(
      'UNKNOWN_NAME',
      [...path, 'soap', 'port'],
      `${file} has no port "${name}" with a SOAP binding${suggestion(name ?? '', known)}`,
    )
  else {
    const seen = [...new Set(named.map(port => port.version))].join(', ')
    const what = name === undefined ? 'no port' : `port "${name}", which is not`
    project.faults.add('CONFLICT', [...path, 'soap', 'version'], `${file} has ${what} for SOAP ${version} (it has: ${seen})`)
  }
  return undefined
}

function leftOut({ unsupported }: Wsdl): readonly Required<WsdlUnsupported>[] {
  return unsupported.flatMap(one => (one.operation === undefined ? [] : [{ ...one, operation: one.operation }]))
}

function tellUnknown(asked: string | undefined, known: readonly string[], wsdl: Wsdl, { project: { faults }, path }: SoapPlace): void {
  const why = leftOut(wsdl).find(one => one.operation === asked)
  if (why) faults.add('CONFLICT', path, `${why.file}:${why.line}:${why.column} ${why.message}`)
  else if (asked !== undefined) faults.add('UNKNOWN_NAME', path, `${wsdl.file} has no operation "${asked}"${suggestion(asked, known)}`)
  else {
    const list = suggestion('', known).replace(/^;[^(]*/, '')
    faults.add('MISSING', path, `${wsdl.file} has several operations${list}`, { mend: 'let the route name one: SYSTEM.OPERATION' })
  }
}
