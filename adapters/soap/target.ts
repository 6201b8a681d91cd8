import type { Path } from '../../config/faults.ts'
import type { Project } from '../../config/project.ts'
import { asGatewayError } from '../../gateway/errors.ts'
import { readXml } from '../../transformers/xml/reader.ts'
import { type Described, describedOperation } from './described.ts'
import type { SoapSystem } from './system-options.ts'
import type { SoapVersion } from './wsdl/model.ts'

/** Where in a project the system or operation stands whose options these are. */
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
  readonly described?: Described
}

/** The target that these options name; undefined where that cannot be told, and the faults are among the project's. */
export function soapTarget(options: SoapSystem, place: SoapPlace): SoapTarget | undefined {
  for (const [index, block] of (options.blocks ?? []).entries()) checkBlock(block, index, place)
  const target = options.wsdl === undefined ? bareTarget(options, place) : describedTarget(options, place)
  if (!target || isHttp(target.url)) return target
  const seen =
    options.url === undefined ? `the address of the WSDL's port, "${target.url.slice(0, 200)}",` : `"${target.url.slice(0, 200)}"`
  place.project.faults.add('WRONG_VALUE', [...place.path, 'soap', 'url'], `${seen} is no address of HTTP`, {
    mend: 'write "url": https://...',
  })
  return undefined
}

function isHttp(url: string): boolean {
  return URL.canParse(url) && /^https?:$/.test(new URL(url).protocol)
}

function describedTarget(options: SoapSystem, place: SoapPlace): SoapTarget | undefined {
  const described = describedOperation(options, place)
  if (!described) return undefined
  const { port, operation } = described
  return {
    url: options.url ?? port.address,
    version: port.version,
    action: { http: options.action ?? operation.soapAction, addressing: options.action ?? operation.action },
    addressing: options.addressing ?? operation.addressing,
    mtom: options.mtom ?? operation.mtom,
    blocks: options.blocks ?? [],
    described,
  }
}

function bareTarget(options: SoapSystem, { project, path }: SoapPlace): SoapTarget | undefined {
  const { url, version = '1.1', action = '', addressing = false, mtom = false, blocks = [] } = options
  if (url !== undefined) return { url, version, action: { http: action, addressing: action }, addressing, mtom, blocks }
  const mend = 'add the WSDL of the service, or its address'
  project.faults.add('MISSING', [...path, 'soap'], 'a SOAP system needs "wsdl" or "url"', { atKey: true, mend })
  return undefined
}

function checkBlock(block: string, index: number, { project, path }: SoapPlace): void {
  try {
    readXml(block, SILENT)
  } catch (error) {
    const message = `the header block is not one XML element: ${asGatewayError(error).detail}`
    project.faults.add('WRONG_VALUE', [...path, 'soap', 'blocks', index], message)
  }
}

const SILENT = { open() {}, text() {}, close() {} }
