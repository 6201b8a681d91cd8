import { readdirSync, readFileSync, statSync } from 'node:fs'
import { posix, resolve } from 'node:path'
import { type Path, suggestion } from '../../../config/faults.ts'
import { filesIn } from '../../../config/files.ts'
import type { Project } from '../../../config/project.ts'
import { GatewayError } from '../../../gateway/errors.ts'
import { decodeXml } from '../../../transformers/xml/decode.ts'
import { attribute, childrenNamed, readDocument, type XmlElement } from '../../../transformers/xml/document.ts'
import { XSD } from '../../../transformers/xml/events.ts'
import type { WsdlDocument } from './model.ts'
import { WSDL, WSDL_20 } from './names.ts'
import type { Report } from './report.ts'

/** A WSDL as it stands in its file. */
export interface SourceDocument extends WsdlDocument {
  readonly root: XmlElement
}

/** What a WSDL is made of. */
export interface Sources {
  readonly documents: readonly SourceDocument[]
  /** As WSDL 1.1 has them (section 2.1.2). */
  readonly schemaFiles: readonly SchemaImport[]
}

/** A wsdl:import of a schema file. */
export interface SchemaImport {
  readonly importer: XmlElement
  /** The WSDL that has it. */
  readonly from: string
  readonly file: string
}

export interface SourceParts {
  readonly project: Pick<Project, 'dir' | 'faults'>
  readonly path: Path
  readonly report: Report
}

const MOST_FILES = 1_000
const START = { line: 1, column: 1 }

/** Reads a WSDL file and all that it imports, each once; what cannot be read is a fault. The first document is the file itself. */
export function readSources(file: string, parts: SourceParts): Sources {
  const { report } = parts
  const documents: SourceDocument[] = []
  const schemaFiles: SchemaImport[] = []
  const seen = new Set([file])
  const waiting: { file: string; importer: XmlElement | undefined }[] = [{ file, importer: undefined }]
  for (let next = waiting.shift(); next; next = waiting.shift()) take(next.file, next.importer)
  return { documents, schemaFiles }

  function take(name: string, importer: XmlElement | undefined): void {
    const text = readText(name, importer, parts)
    const root = text === undefined ? undefined : parse(name, text, report)
    if (text === undefined || !root) return
    if (importer && root.ns === XSD && root.local === 'schema') schemaFiles.push({ importer, from: report.fileOf(importer), file: name })
    else if (isDefinitions(root, importer, report)) documents.push({ file: name, text, root, references: follow(name, root) })
  }

  function follow(name: string, root: XmlElement): WsdlDocument['references'] {
    return childrenNamed(root, WSDL, 'import').flatMap(element => {
      const target = importedFile(name, element, report)
      if (target === undefined) return []
      if (!seen.has(target.file) && seen.size < MOST_FILES) waiting.push({ file: target.file, importer: element })
      seen.add(target.file)
      return [target]
    })
  }
}

function readText(file: string, importer: XmlElement | undefined, { project, path, report }: SourceParts): string | undefined {
  const at = resolve(project.dir, file)
  if (!statSync(at, { throwIfNoEntry: false })?.isFile()) {
    const message = `there is no file "${file}"${suggestion(file, neighbours(project.dir, file))}`
    if (importer) report.at(importer, message)
    else project.faults.add('FILE', path, message)
    return undefined
  }
  return readable(file, report, () => decodeXml(readFileSync(at)))
}

function neighbours(dir: string, file: string): readonly string[] {
  const folder = posix.dirname(file)
  const beside = folder === '.' ? readdirSync(dir) : filesIn(dir, folder)
  const known = beside.filter(isDescription)
  return known.length > 0 ? known : filesIn(dir, 'schemas').filter(isDescription)
}

function isDescription(name: string): boolean {
  return /\.(?:wsdl|xsd|xml)$/i.test(name)
}

function parse(file: string, text: string, report: Report): XmlElement | undefined {
  const root = readable(file, report, () => readDocument(text))
  if (root) report.know(root, file)
  return root
}

/** What `read` gives; where it throws for what stands in the file, a fault at that place. */
function readable<T>(file: string, report: Report, read: () => T): T | undefined {
  try {
    return read()
  } catch (error) {
    if (!(error instanceof GatewayError)) throw error
    const [place] = error.extras.errors ?? []
    const { line = START.line, column = START.column, message = error.detail } = place ?? {}
    report.in(file, { line, column }, message, 'Mend the file, or ask its owner for one that is well-formed XML.')
    return undefined
  }
}

function isDefinitions(root: XmlElement, importer: XmlElement | undefined, report: Report): boolean {
  if (root.ns === WSDL && root.local === 'definitions') return hasNamespace(root, importer, report)
  if (root.ns === WSDL_20) {
    const mend = 'Ask for the WSDL 1.1 of the service; nearly every stack that serves 2.0 serves it as well.'
    report.at(root, 'this is WSDL 2.0; WSDL 1.1 is read, whose root is definitions', mend)
  } else report.at(root, `the root is ${root.ns === '' ? '' : `{${root.ns}}`}${root.local}; expected is definitions of ${WSDL}`)
  return false
}

/** An imported document is found by its namespace (WSDL 1.1, section 2.1.1). */
function hasNamespace(root: XmlElement, importer: XmlElement | undefined, report: Report): boolean {
  const own = attribute(root, 'targetNamespace') ?? ''
  const asked = importer && attribute(importer, 'namespace')
  if (importer === undefined || asked === undefined || asked === own) return true
  report.at(importer, `the import is of namespace "${asked}", but ${report.fileOf(root)} is of "${own}"`, 'Make the two the same.')
  return false
}

function importedFile(from: string, element: XmlElement, report: Report): { location: string; file: string } | undefined {
  const location = attribute(element, 'location')
  if (location === undefined || location === '') {
    report.at(element, 'wsdl:import has no location', 'Name the file: nothing can be found by a namespace alone.')
    return undefined
  }
  const file = fileAt(from, location, element, report)
  return file === undefined ? undefined : { location, file }
}

/** The file of the project that a location in another one means. */
function fileAt(from: string, location: string, element: XmlElement, report: Report): string | undefined {
  const mend = 'Put the file into the project and name it by its path from this file.'
  if (/^[a-z][a-z0-9+.-]*:/i.test(location)) {
    report.at(element, `the import of "${location}" leads out of the project; nothing is read from the network`, mend)
    return undefined
  }
  const file = posix.join(posix.dirname(from), decoded(location))
  if (!file.startsWith('..') && !posix.isAbsolute(location)) return file
  report.at(element, `the import of "${location}" leads out of the project's folder`, mend)
  return undefined
}

function decoded(location: string): string {
  try {
    return decodeURIComponent(location)
  } catch {
    return location
  }
}
