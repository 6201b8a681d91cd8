import { attribute, childElements, childrenNamed, readDocument, type XmlElement } from '../../../transformers/xml/document.ts'
import { XSD } from '../../../transformers/xml/events.ts'
import type { SchemaDocument } from '../../../transformers/xsd/model.ts'
import type { Wsdl, WsdlDocument } from './model.ts'
import { SOAP, WSDL } from './names.ts'
import { createPositions, type Stretch } from './positions.ts'

/** `wsdl` is the WSDL itself, `wsdl=1` and on what it imports, `xsd=1` and on the schema files. Undefined for what is not there. */
export type WsdlDocuments = (query: string, base: string) => string | undefined

/** The documents of a WSDL as callers fetch them: addresses and locations lead to `base`, the path's address as the caller used it; nothing else differs from the files. Made when they are first asked for. */
export function createWsdlDocuments(wsdl: Wsdl): WsdlDocuments {
  const sources = collectSources(wsdl)
  const queries = new Map([...sources].map(([file, { query }]) => [file, query]))
  const byQuery = new Map([...sources.values()].map(source => [source.query, source]))
  const ready = new Map<string, Served>()
  return (query, base) => {
    const source = byQuery.get(query)
    if (!source) return undefined
    const served = ready.get(query) ?? prepare(source, queries)
    ready.set(query, served)
    return served(escapeAttribute(base))
  }
}

interface Source {
  readonly query: string
  readonly text: string
  /** Location as it is written to the file that it means. */
  readonly targets: ReadonlyMap<string, string>
}

type Served = (base: string) => string

function collectSources({ documents, schemas }: Wsdl): ReadonlyMap<string, Source> {
  const sources = new Map<string, Source>()
  documents.forEach(({ file, text }, index) => {
    sources.set(file, { query: index === 0 ? 'wsdl' : `wsdl=${index}`, text, targets: targetsOf(file, documents, schemas.documents) })
  })
  const files = schemas.documents.filter(({ file }) => !file.includes('#') && !sources.has(file))
  // A file that several namespaces include stands there once for each.
  const byFile = new Map(files.map(each => [each.file, each]))
  ;[...byFile.values()].forEach(({ file, text }, index) => {
    sources.set(file, { query: `xsd=${index + 1}`, text, targets: targetsOf(file, [], files) })
  })
  return sources
}

/** What the locations in a file mean, those in the schemas inside it included. */
function targetsOf(file: string, documents: readonly WsdlDocument[], schemas: readonly SchemaDocument[]): ReadonlyMap<string, string> {
  const within = [...documents.filter(each => each.file === file), ...schemas.filter(each => each.file.split('#', 1)[0] === file)]
  return new Map(within.flatMap(({ references }) => references.map(({ location, file: target }) => [location, target])))
}

interface Edit extends Stretch {
  /** '' for the address alone, else what follows it; undefined: the text instead of it. */
  readonly query?: string
  readonly text?: string
}

/** Cuts the text once where something is put in. */
function prepare(source: Source, queries: ReadonlyMap<string, string>): Served {
  const { text } = source
  const edits = [...encodingEdit(text), ...edited(source, queries)].sort((a, b) => a.start - b.start)
  const pieces: string[] = []
  let from = 0
  for (const { start, end } of edits) {
    pieces.push(text.slice(from, start))
    from = end
  }
  const rest = text.slice(from)
  return base => `${edits.map((edit, index) => `${pieces[index]}${edit.text ?? `${base}${edit.query ?? ''}`}`).join('')}${rest}`
}

/** The text goes out as UTF-8, whatever its file is. */
function encodingEdit(text: string): Edit[] {
  const declared = /^<\?xml\s[^?]*?encoding\s*=\s*["']([^"']*)/.exec(text)
  if (!declared) return []
  const end = declared[0].length
  return [{ start: end - (declared[1]?.length ?? 0), end, text: 'UTF-8' }]
}

function edited({ text, targets }: Source, queries: ReadonlyMap<string, string>): Edit[] {
  const root = readDocument(text)
  const positions = createPositions(text)
  const located = (element: XmlElement, name: string): Edit[] => {
    const file = targets.get(attribute(element, name) ?? '')
    const query = file === undefined ? undefined : queries.get(file)
    const stretch = query === undefined ? undefined : positions.value(element, name)
    return stretch ? [{ ...stretch, query: `?${query}` }] : []
  }
  const addresses = addressesIn(root).flatMap(element => positions.value(element, 'location') ?? [])
  return [
    ...addresses.map(stretch => ({ ...stretch, query: '' })),
    ...childrenNamed(root, WSDL, 'import').flatMap(element => located(element, 'location')),
    ...schemasIn(root)
      .flatMap(childElements)
      .filter(({ ns, local }) => ns === XSD && REFERENCES.has(local))
      .flatMap(element => located(element, 'schemaLocation')),
  ]
}

const REFERENCES = new Set(['import', 'include', 'redefine'])

function addressesIn(root: XmlElement): XmlElement[] {
  const ports = childrenNamed(root, WSDL, 'service').flatMap(service => childrenNamed(service, WSDL, 'port'))
  return ports.flatMap(port => Object.values(SOAP).flatMap(ns => childrenNamed(port, ns, 'address')))
}

function schemasIn(root: XmlElement): XmlElement[] {
  if (root.ns === XSD) return [root]
  return childrenNamed(root, WSDL, 'types').flatMap(types => childrenNamed(types, XSD, 'schema'))
}

function escapeAttribute(value: string): string {
  return value.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;').replaceAll("'", '&apos;')
}
