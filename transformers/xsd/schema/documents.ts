import { posix } from 'node:path'
import type { Project } from '../../../config/project.ts'
import { GatewayError } from '../../../gateway/errors.ts'
import { readProjectFile } from '../../libxml2/project-file.ts'
import { decodeXml } from '../../xml/decode.ts'
import { attribute, childElements, readDocument, type XmlElement } from '../../xml/document.ts'
import { XML, XSD } from '../../xml/events.ts'
import type { SchemaDocument } from '../model.ts'
import type { SchemaReport } from './report.ts'

/** One <xs:schema> and the namespace that its components have: of a chameleon that of who includes it. */
export interface ReadSchema extends SchemaDocument {
  readonly root: XmlElement
  readonly namespace: string
}

/** A schema's text, and the file that its locations start from. */
export interface SchemaSource {
  readonly file: string
  readonly text: string
}

interface Waiting {
  readonly file: string
  /** What refers to it; absent for what was asked for. */
  readonly by?: XmlElement
  /** The namespace that a chameleon takes. */
  readonly adopt?: string
}

const MOST_FILES = 2_000
const LOCATIONS = new Set(['import', 'include'])

/** Reads the sources, named as `names` has them, and all files that they import and include, each once for each namespace. */
export function readSchemas(
  project: Pick<Project, 'dir'>,
  report: SchemaReport,
  embedded: readonly (SchemaSource & { readonly name: string })[],
  files: readonly string[],
): readonly ReadSchema[] {
  const found: ReadSchema[] = []
  const seen = new Set<string>()
  const waiting: Waiting[] = files.map(file => ({ file }))
  for (const source of embedded) take(source.name, source, undefined)
  for (let next = waiting.shift(); next; next = waiting.shift()) open(next)
  return found

  function open({ file, by, adopt }: Waiting): void {
    const key = `${file} ${adopt ?? ''}`
    if (seen.has(key)) return
    seen.add(key)
    const text = seen.size > MOST_FILES ? tooMany(file) : readText(project, file, by, report)
    if (text !== undefined) take(file, { file, text }, adopt, by)
  }

  function tooMany(file: string): undefined {
    report.in(file, START, `more than ${MOST_FILES} schema files`)
  }

  function take(name: string, { file, text }: SchemaSource, adopt: string | undefined, by?: XmlElement): void {
    const root = parse(file, text, report)
    if (!root) return
    const own = attribute(root, 'targetNamespace')
    const namespace = own ?? adopt ?? ''
    if (by && !isMeant(by, own, adopt, report)) return
    const references = follow(file, root, namespace)
    found.push({ file: name, targetNamespace: own ?? '', namespace, text, root, references })
  }

  function follow(file: string, root: XmlElement, namespace: string): ReadSchema['references'] {
    return childElements(root).flatMap(element => {
      if (element.local === 'redefine' && element.ns === XSD) report.at(element, 'redefine is not read', CHANGE)
      const location = LOCATIONS.has(element.local) && element.ns === XSD ? attribute(element, 'schemaLocation') : undefined
      if (location === undefined || attribute(element, 'namespace') === XML) return []
      const target = posix.normalize(posix.join(posix.dirname(file), location))
      const isOut = /^[a-z][a-z0-9+.-]*:/i.test(location)
      if (!isOut) waiting.push({ file: target, by: element, ...(element.local !== 'import' && { adopt: namespace }) })
      else if (!known(element)) report.at(element, `schemaLocation "${location}" is on the network, from which nothing is read`, SAVE)
      return isOut ? [] : [{ location, file: target }]
    })
  }

  // What the WSDL brings itself need not be fetched.
  function known(element: XmlElement): boolean {
    const namespace = attribute(element, 'namespace')
    return embedded.some(({ text }) => text.includes(`targetNamespace="${namespace}"`))
  }
}

const START = { line: 1, column: 1 }
const CHANGE = 'Write the changed type under a name of its own, or change it in its file.'
const SAVE = 'Save the file into the project, and write its path from this file.'

function readText(project: Pick<Project, 'dir'>, file: string, by: XmlElement | undefined, report: SchemaReport): string | undefined {
  const bytes = readProjectFile(project, file)
  if (!(bytes instanceof Uint8Array)) {
    if (by) report.at(by, bytes.message, bytes.mend)
    else report.in(file, START, bytes.message, bytes.mend)
    return undefined
  }
  return readable(file, report, () => decodeXml(bytes))
}

function parse(file: string, text: string, report: SchemaReport): XmlElement | undefined {
  const root = readable(file, report, () => readDocument(text))
  if (!root) return undefined
  report.know(root, file)
  if (root.ns === XSD && root.local === 'schema') return root
  report.at(root, `the root is ${root.local}; expected is schema of ${XSD}`)
  return undefined
}

function readable<T>(file: string, report: SchemaReport, read: () => T): T | undefined {
  try {
    return read()
  } catch (error) {
    if (!(error instanceof GatewayError)) throw error
    const { line = 1, column = 1, message = error.detail } = error.extras.errors?.[0] ?? {}
    report.in(file, { line, column }, message, 'Mend the file, or ask its owner for one that is well-formed XML.')
    return undefined
  }
}

/** An import names the namespace of the other file, an include brings one of its own or of none (Structures, 4.2.1 and 4.2.3). */
function isMeant(by: XmlElement, own: string | undefined, includer: string | undefined, report: SchemaReport): boolean {
  const expected = by.local === 'import' ? (attribute(by, 'namespace') ?? '') : includer
  if ((own ?? '') === expected || (by.local === 'include' && own === undefined)) return true
  report.at(by, `the ${by.local} is of namespace "${expected}", but the file's targetNamespace is "${own ?? ''}"`)
  return false
}
