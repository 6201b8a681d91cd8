import type { Project } from '../../../config/project.ts'
import { readProjectFile } from '../../libxml2/project-file.ts'
import { attribute, type XmlElement } from '../../xml/document.ts'
import { XML } from '../../xml/events.ts'
import type { SchemaDocument } from '../model.ts'
import { knownSchema, SOAP_ENCODING } from './known-schemas.ts'
import { type ParsedSchema, parseFile, parseSchema } from './parse.ts'
import { fileOf, type Reference, referencesOf } from './references.ts'
import { quote, type SchemaReport } from './report.ts'

/** One <xs:schema> and the namespace that its components have: of a chameleon that of who includes it. */
export interface ReadSchema extends SchemaDocument {
  readonly root: XmlElement
  readonly namespace: string
  /** Namespaces that it imports; undefined: all may be referred to, as between the schemas of a WSDL. */
  readonly imports: ReadonlySet<string> | undefined
  /** Each xs:redefine in it. */
  readonly redefinitions: readonly XmlElement[]
  /** It comes with Waybill, and is no document. */
  readonly known: boolean
}

/** A schema's text, and the file that its locations start from. */
export interface SchemaSource {
  readonly file: string
  readonly text: string
}

interface Draft extends ReadSchema {
  /** The file that locations start from. */
  readonly origin: string
  readonly references: { location: string; file: string }[]
  readonly redefinitions: XmlElement[]
}

interface Waiting {
  readonly schema: Draft
  readonly reference: Reference
}

interface Collecting {
  readonly project: Pick<Project, 'dir'>
  readonly report: SchemaReport
  /** By file and namespace: a chameleon has one for each namespace. */
  readonly schemas: Map<string, Draft>
  readonly files: Map<string, ParsedSchema | undefined>
  readonly waiting: Waiting[]
  /** Imports that name no file of the project. */
  readonly absent: Waiting[]
}

interface Opening extends ParsedSchema {
  readonly name: string
  readonly origin: string
  readonly namespace: string
  readonly kind: 'file' | 'embedded' | 'known'
}

const MOST_FILES = 2_000
const PUT = 'Put the file into the project and name it by its path from this file.'

/** Reads a file with all that it imports and includes, each once for each namespace; the file itself is the first. */
export function readSchemaFile(project: Pick<Project, 'dir'>, file: string, report: SchemaReport): readonly ReadSchema[] {
  const collecting = begin(project, report)
  const bytes = readProjectFile(project, file)
  if ('code' in bytes) report.in(file, { line: 1, column: 1 }, bytes.message, bytes.mend)
  const parsed = 'code' in bytes ? undefined : parseFile(bytes, file, '', report)
  collecting.files.set(file, parsed)
  if (parsed) open({ ...parsed, name: file, origin: file, namespace: namespaceOf(parsed.root), kind: 'file' }, collecting)
  return finish(collecting)
}

/** Reads the schemas of a WSDL with all that they import and include; between them no import is needed. */
export function readEmbedded(project: Pick<Project, 'dir'>, sources: readonly SchemaSource[], report: SchemaReport): readonly ReadSchema[] {
  const collecting = begin(project, report)
  const counts = new Map<string, number>()
  // WSDLs that import one another may bring the same schema each.
  const seen = new Set<string>()
  for (const { file, text } of sources) {
    const number = (counts.get(file) ?? 0) + 1
    counts.set(file, number)
    const bare = text.trim()
    const parsed = seen.has(bare) ? undefined : parseSchema(text, file, report)
    seen.add(bare)
    if (parsed)
      open({ ...parsed, name: `${file}#schema${number}`, origin: file, namespace: namespaceOf(parsed.root), kind: 'embedded' }, collecting)
  }
  return finish(collecting)
}

function begin(project: Pick<Project, 'dir'>, report: SchemaReport): Collecting {
  return { project, report, schemas: new Map(), files: new Map(), waiting: [], absent: [] }
}

function finish(collecting: Collecting): readonly ReadSchema[] {
  const { waiting, schemas } = collecting
  for (let next = waiting.shift(); next; next = waiting.shift()) follow(next, collecting)
  settleAbsent(collecting)
  addNamed(collecting)
  return [...schemas.values()]
}

function open({ name, origin, namespace, text, root, kind }: Opening, { schemas, waiting }: Collecting): Draft {
  const references = referencesOf(root)
  const imports = kind === 'file' ? new Set(references.flatMap(each => (each.kind === 'import' ? each.namespace : []))) : undefined
  const own = { file: name, targetNamespace: namespaceOf(root), text, references: [] }
  const schema: Draft = { ...own, origin, root, namespace, imports, redefinitions: [], known: kind === 'known' }
  schemas.set(keyOf(name, namespace), schema)
  waiting.push(...references.map(reference => ({ schema, reference })))
  return schema
}

function keyOf(file: string, namespace: string): string {
  return `${file}\n${namespace}`
}

function follow(waiting: Waiting, collecting: Collecting): void {
  const { schema, reference } = waiting
  const { kind, location, element } = reference
  if (kind === 'import' && !isOther(waiting, collecting)) return
  const target = location ? fileOf(schema.origin, location) : undefined
  if (kind === 'import' && (!target || target.network)) collecting.absent.push(waiting)
  else if (!target) collecting.report.at(element, `xs:${kind} has no schemaLocation`, 'Name the file.')
  else if (target.network) refuseNetwork(waiting, collecting)
  else if (collecting.files.size > MOST_FILES) collecting.report.at(element, `this is more than ${MOST_FILES} schema files`)
  else {
    schema.references.push({ location: location ?? '', file: target.file })
    enter(target.file, waiting, collecting)
  }
}

function refuseNetwork({ reference }: Waiting, { report }: Collecting): void {
  report.at(reference.element, `schemaLocation ${quote(reference.location ?? '')} is on the network, from which nothing is read`, PUT)
}

/** An import of the schema's own namespace would be an include (Structures, 4.2.3); in WSDLs it occurs. */
function isOther({ schema, reference }: Waiting, { report }: Collecting): boolean {
  const { namespace, element, location } = reference
  if (namespace !== schema.namespace) return true
  if (schema.imports === undefined) return location !== undefined
  const what = namespace === '' ? 'without a namespace, in a schema that has none' : `of the schema's own namespace ${quote(namespace)}`
  report.at(element, `xs:import ${what}`, 'Write xs:include for a schema of the same namespace.')
  return false
}

function enter(file: string, { schema, reference }: Waiting, collecting: Collecting): void {
  const { kind, element } = reference
  const parsed = fileAt(file, reference, collecting)
  if (!parsed) return
  const own = namespaceOf(parsed.root)
  const asked = kind === 'import' ? reference.namespace : schema.namespace
  if (own !== asked && (own !== '' || kind === 'import')) {
    const [wanted, seen] = [asked, own].map(namespace => (namespace === '' ? 'no namespace' : `namespace ${quote(namespace)}`))
    collecting.report.at(element, `xs:${kind} expects ${wanted}, but ${file} is of ${seen}`, 'Make the two the same.')
    return
  }
  if (kind === 'redefine') schema.redefinitions.push(element)
  if (collecting.schemas.has(keyOf(file, asked))) return
  const isTaken = [...collecting.schemas.values()].some(({ root }) => root === parsed.root)
  // What is made of a chameleon differs by namespace, and is kept by the element that it is made of.
  const again = isTaken ? parseSchema(parsed.text, file, collecting.report) : parsed
  if (again) open({ ...again, name: file, origin: file, namespace: asked, kind: schema.imports ? 'file' : 'embedded' }, collecting)
}

function fileAt(file: string, { element, namespace }: Reference, { project, report, files }: Collecting): ParsedSchema | undefined {
  if (files.has(file)) return files.get(file)
  const bytes = readProjectFile(project, file)
  if ('code' in bytes) report.at(element, bytes.message, bytes.mend)
  const parsed = 'code' in bytes ? undefined : parseFile(bytes, file, namespace, report)
  files.set(file, parsed)
  return parsed
}

/** Namespaces without a file in the project: those of other schemas, and those that are known. */
function settleAbsent(collecting: Collecting): void {
  const present = new Set([...collecting.schemas.values()].map(({ namespace }) => namespace))
  for (const waiting of collecting.absent) {
    const { namespace, location } = waiting.reference
    if (present.has(namespace)) continue
    if (openKnown(namespace, collecting)) present.add(namespace)
    else if (location) refuseNetwork(waiting, collecting)
  }
}

/** XML's attributes, and in a WSDL SOAP's encoding, are referred to without an import as well. */
function addNamed(collecting: Collecting): void {
  const all = [...collecting.schemas.values()]
  const present = new Set(all.map(({ namespace }) => namespace))
  const names = [
    { namespace: XML, isNamed: ({ text }: Draft) => /\bref\s*=\s*["']xml:/.test(text) },
    { namespace: SOAP_ENCODING, isNamed: ({ text, imports }: Draft) => imports === undefined && text.includes(SOAP_ENCODING) },
  ]
  for (const { namespace, isNamed } of names) if (!present.has(namespace) && all.some(isNamed)) openKnown(namespace, collecting)
}

function openKnown(namespace: string, collecting: Collecting): boolean {
  const root = knownSchema(namespace)
  if (root) open({ name: `#${namespace}`, origin: namespace, namespace, text: '', root, kind: 'known' }, collecting)
  return root !== undefined
}

function namespaceOf(root: XmlElement): string {
  return attribute(root, 'targetNamespace')?.trim() ?? ''
}
