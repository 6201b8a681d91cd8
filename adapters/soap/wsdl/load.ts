import { posix } from 'node:path'
import type { Path } from '../../../config/faults.ts'
import type { Project } from '../../../config/project.ts'
import { loadEmbedded } from '../../../transformers/xsd/load.ts'
import { collectDefinitions } from './definitions.ts'
import { embeddedSchemas } from './embedded.ts'
import type { Wsdl } from './model.ts'
import { bindPorts } from './ports.ts'
import { createReport, type Report } from './report.ts'
import { readSources, type SourceDocument } from './source.ts'

type Loading = Pick<Project, 'dir' | 'faults'>

const loaded = new WeakMap<Loading, Map<string, Wsdl | undefined>>()

/**
 * A WSDL file of the project with all that it imports. Undefined, and faults of the project at `path` that begin with file, line and column,
 * where it cannot be used. Read once a project, its faults told once.
 */
export function loadWsdl(project: Loading, file: string, path: Path): Wsdl | undefined {
  const known = loaded.get(project) ?? new Map<string, Wsdl | undefined>()
  loaded.set(project, known)
  const name = posix.normalize(file)
  if (!known.has(name)) known.set(name, readWsdl(project, name, path))
  return known.get(name)
}

function readWsdl(project: Loading, file: string, path: Path): Wsdl | undefined {
  const before = project.faults.count
  const report = createReport(project, path)
  const sources = readSources(file, { project, path, report })
  const [first] = sources.documents
  if (!first || report.count > 0) return undefined
  const schemas = loadEmbedded(project, embeddedSchemas(sources), path)
  if (!schemas) return undefined
  const definitions = collectDefinitions(sources.documents, report)
  const ports = bindPorts({ definitions, schemas, report })
  if (project.faults.count === before) checkOperations(first, ports, report)
  if (project.faults.count > before) return undefined
  report.tellLeft()
  const { targetNamespace = '' } = Object.fromEntries(first.root.attributes.map(({ local, value }) => [local, value]))
  const documents = sources.documents.map(({ root: _root, ...document }) => document)
  return { file, targetNamespace, schemas, ports, documents, unsupported: report.unsupported }
}

function checkOperations({ root }: SourceDocument, ports: Wsdl['ports'], report: Report): void {
  if (ports.some(({ operations }) => operations.size > 0)) return
  const left = report.unsupported.map(({ message }) => message)
  const why = left.length > 0 ? `: ${left.slice(0, 3).join('; ')}` : ''
  const none = ports.length === 0 ? 'the WSDL has no port with a SOAP binding to HTTP' : 'no port has an operation that can be called'
  report.at(root, `${none}${why}`, 'Name the file that has the service; WSDLs of the abstract part alone are imported by it.')
}
