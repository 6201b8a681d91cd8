import type { Project } from '../../config/project.ts'
import { createPlainXml, type PlainXml } from '../../transformers/xml/plain.ts'
import type { SourceBinding } from '../adapter.ts'
import { base64Names } from './base64-names.ts'
import { createOperations, type Operations, type SoapOperation } from './operations.ts'
import type { RequestReading } from './request.ts'
import { type SoapSource, type SoapSourceKeys, soapSource } from './source-options.ts'
import { loadWsdl } from './wsdl/load.ts'
import type { Wsdl } from './wsdl/model.ts'

/** What a path serves, for all sources that share it. */
export interface SoapSite {
  readonly options: SoapSource
  readonly wsdl: Wsdl | undefined
  readonly operations: Operations | undefined
  readonly reading: RequestReading
  /** For payloads that no WSDL describes. */
  readonly plain: PlainXml
  /** The elements of an operation's output that hold base64. */
  base64(operation: SoapOperation | undefined): ReadonlySet<string>
}

const sites = new WeakMap<Project, Map<string, SoapSite | undefined>>()

/** The site that a source belongs to; undefined where its WSDL has faults, which are then the project's. */
export function siteOf({ source }: SourceBinding, project: Project): SoapSite | undefined {
  const known = sites.get(project) ?? new Map<string, SoapSite | undefined>()
  sites.set(project, known)
  const { path } = soapSource(source.options)
  const { wsdl } = keysOf(source)
  const key = `${path} ${wsdl ?? ''}`
  if (!known.has(key)) known.set(key, createSite(project, source, optionsOf(project, path)))
  return known.get(key)
}

/** The keys beside `soap`. */
export function keysOf({ keys }: SourceBinding['source']): SoapSourceKeys {
  return keys
}

/** All soap sources of a project by path, in the order of the config. */
export function pathsOf(project: Project): ReadonlyMap<string, readonly SourceBinding[]> {
  const known = paths.get(project)
  if (known) return known
  const found = byPath(
    Object.values(project.routes).flatMap(route =>
      route.from.flatMap((source, index) => (source.adapter === 'soap' && source.options !== undefined ? [{ route, source, index }] : [])),
    ),
  )
  paths.set(project, found)
  return found
}

const paths = new WeakMap<Project, ReadonlyMap<string, readonly SourceBinding[]>>()

/** The same sources by path. */
export function byPath(sources: readonly SourceBinding[]): Map<string, SourceBinding[]> {
  const found = new Map<string, SourceBinding[]>()
  for (const binding of sources) {
    const { path } = soapSource(binding.source.options)
    const list = found.get(path) ?? []
    found.set(path, list)
    list.push(binding)
  }
  return found
}

/** The options of a path: those of the source that writes them out. */
function optionsOf(project: Project, path: string): SoapSource {
  const all = pathsOf(project)
    .get(path)
    ?.map(({ source }) => source.options)
  return soapSource(all?.find(options => typeof options !== 'string') ?? path)
}

function createSite(project: Project, source: SourceBinding['source'], options: SoapSource): SoapSite | undefined {
  const { wsdl: file } = keysOf(source)
  const { raw, attachments, many, prefixes, lossy } = options
  const wsdl = file === undefined ? undefined : loadWsdl(project, file, [...source.path, 'wsdl'])
  if (file !== undefined && !wsdl) return undefined
  const operations = wsdl && createOperations(wsdl)
  const plain = createPlainXml({ ...(many && { many }), ...(prefixes && { prefixes }), ...(lossy && { lossy }) })
  const reading = { raw, attachments, plain: () => plain.elementReader({ named: true }), ...(operations && { operations }) }
  return { options, wsdl, operations, reading, plain, base64: base64Of(wsdl) }
}

function base64Of(wsdl: Wsdl | undefined): SoapSite['base64'] {
  const known = new Map<SoapOperation, ReadonlySet<string>>()
  return operation => {
    if (!wsdl || !operation) return NONE
    const types = operation.described.output?.parts.map(part => part.element?.type ?? part.type).filter(type => type !== undefined) ?? []
    const names = known.get(operation) ?? base64Names(types, wsdl.schemas)
    known.set(operation, names)
    return names
  }
}

const NONE: ReadonlySet<string> = new Set()
