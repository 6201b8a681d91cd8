import type { Path } from '../../config/faults.ts'
import { suggestion } from '../../config/faults.ts'
import type { Project } from '../../config/project.ts'
import { asGatewayError } from '../../gateway/errors.ts'
import { readXml } from '../../transformers/xml/reader.ts'
import type { SoapSystem } from './system-options.ts'
import { loadWsdl } from './wsdl/load.ts'
import type { SoapVersion, Wsdl, WsdlOperation, WsdlPort, WsdlUnsupported } from './wsdl/model.ts'

/** Where in a project the options stand. */
export interface SoapPlace {
  readonly project: Project
  readonly path: Path
}

/** What is called, and how. */
export interface SoapTarget {
  readonly url: string
  readonly version: SoapVersion
  /** `http`: of the HTTP request; `addressing`: of WS-Addressing. */
  readonly action: { readonly http: string; readonly addressing: string }
  readonly addressing: boolean
  readonly mtom: boolean
  readonly blocks: readonly string[]
  /** What the WSDL says; absent without one. */
  readonly described?: { readonly wsdl: Wsdl; readonly operation: WsdlOperation }
}

/** The target that these options name; undefined where that cannot be told, and the faults are among the project's. */
export function soapTarget(options: SoapSystem, place: SoapPlace): SoapTarget | undefined {
  for (const [index, block] of (options.blocks ?? []).entries()) checkBlock(block, index, place)
  if (options.wsdl === undefined) return bareTarget(options, place)
  const { wsdl, port } = portOf(options, place) ?? {}
  const operation = wsdl && port && operationOf(options, { wsdl, port }, place)
  if (!wsdl || !port || !operation) return undefined
  const { soapAction, action } = operation
  return {
    url: options.url ?? port.address,
    version: port.version,
    action: { http: options.action ?? soapAction, addressing: options.action ?? action },
    addressing: options.addressing ?? operation.addressing,
    mtom: options.mtom ?? operation.mtom,
    blocks: options.blocks ?? [],
    described: { wsdl, operation },
  }
}

function checkBlock(block: string, index: number, { project, path }: SoapPlace): void {
  try {
    readXml(block, SILENT)
  } catch (error) {
    project.faults.add(
      'WRONG_VALUE',
      [...path, 'blocks', index],
      `the header block is not one XML element: ${asGatewayError(error).detail}`,
    )
  }
}

const SILENT = { open() {}, text() {}, close() {} }

/** Names of the WSDL's operations; none without a WSDL, undefined where it has faults. */
export function operationsOf(options: SoapSystem, place: SoapPlace): readonly string[] | undefined {
  if (options.wsdl === undefined) return []
  const found = portOf(options, place)
  // One that is left out is known as well: what is asked for it says why.
  return found && [...found.port.operations.keys(), ...leftOut(found.wsdl).map(({ operation }) => operation)]
}

function bareTarget({ url, version = '1.1', action = '', addressing = false, mtom = false, blocks = [] }: SoapSystem, place: SoapPlace) {
  if (url !== undefined) return { url, version, action: { http: action, addressing: action }, addressing, mtom, blocks }
  place.project.faults.add('MISSING', place.path, 'a SOAP system needs "wsdl" or "url"', {
    atKey: true,
    mend: 'add the WSDL of the service, or its address',
  })
  return undefined
}

interface Described {
  readonly wsdl: Wsdl
  readonly port: WsdlPort
}

function portOf({ wsdl: file = '', port: name, version }: SoapSystem, { project, path }: SoapPlace): Described | undefined {
  const wsdl = loadWsdl(project, file, [...path, 'wsdl'])
  if (!wsdl) return undefined
  const port = wsdl.ports.find(one => (name === undefined || one.name === name) && (version === undefined || one.version === version))
  if (port) return { wsdl, port }
  const known = wsdl.ports.map(one => one.name)
  if (name !== undefined && !known.includes(name)) {
    project.faults.add('UNKNOWN_NAME', [...path, 'port'], `${file} has no port "${name}" with a SOAP binding${suggestion(name, known)}`)
  } else {
    const seen = [...new Set(wsdl.ports.map(one => one.version))].join(', ') || 'none'
    project.faults.add(
      'CONFLICT',
      [...path, 'version'],
      `${file} has no port${name === undefined ? '' : ` "${name}"`} for SOAP ${version} (it has: ${seen})`,
    )
  }
  return undefined
}

function leftOut({ unsupported }: Wsdl): readonly Required<WsdlUnsupported>[] {
  return unsupported.flatMap(one => (one.operation === undefined ? [] : [{ ...one, operation: one.operation }]))
}

function operationOf({ operation: name }: SoapSystem, { wsdl, port }: Described, { project, path }: SoapPlace): WsdlOperation | undefined {
  const known = [...port.operations.keys()]
  const [only] = known
  const asked = name ?? (known.length === 1 ? only : undefined)
  const operation = asked === undefined ? undefined : port.operations.get(asked)
  if (operation) return operation
  const why = leftOut(wsdl).find(one => one.operation === asked)
  if (why) project.faults.add('CONFLICT', path, `${why.file}:${why.line}:${why.column} ${why.message}`)
  else if (asked !== undefined)
    project.faults.add('UNKNOWN_NAME', path, `${wsdl.file} has no operation "${asked}"${suggestion(asked, known)}`)
  else {
    const list = suggestion('', known).replace(/^;[^(]*/, '')
    project.faults.add('MISSING', path, `${wsdl.file} has several operations${list}`, { mend: 'let the route name one: SYSTEM.OPERATION' })
  }
  return undefined
}
