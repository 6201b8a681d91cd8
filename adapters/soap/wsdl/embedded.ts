import { posix } from 'node:path'
import { attribute, childrenNamed, type XmlElement } from '../../../transformers/xml/document.ts'
import { XML, XSD } from '../../../transformers/xml/events.ts'
import { arrayReplacements, ENCODING_SCHEMA } from './arrays.ts'
import { ENCODING, WSDL } from './names.ts'
import { createPositions, type Positions, type Stretch } from './positions.ts'
import type { SourceDocument, Sources } from './source.ts'

/** An xs:schema of a WSDL as a document of its own. */
export interface EmbeddedSchema {
  /** The WSDL's file, which its locations start from. */
  readonly file: string
  /** Lines and columns are those of the WSDL: what stands before it there is blank here. */
  readonly text: string
}

/** The schemas inside the documents of a WSDL, in order; arrays of SOAP encoding as sequences of `item`. */
export function embeddedSchemas({ documents, schemaFiles }: Sources): readonly EmbeddedSchema[] {
  const [first] = documents
  if (!first) return []
  const within = documents.flatMap(schemasOf)
  const imported = schemaFiles.map(({ importer, file }) => ({
    file: first.file,
    text: importing(importer, posix.relative(posix.dirname(first.file), file)),
  }))
  return [...within, ...imported, ...encoding(documents, first.file)]
}

function schemasOf({ file, text, root }: SourceDocument): EmbeddedSchema[] {
  const schemas = childrenNamed(root, WSDL, 'types').flatMap(types => childrenNamed(types, XSD, 'schema'))
  if (schemas.length === 0) return []
  const positions = createPositions(text)
  return schemas.map(schema => ({ file, text: aloneText(schema, text, positions) }))
}

/** The schema's text with the namespaces in scope declared on it, behind blanks that keep its place. */
function aloneText(schema: XmlElement, text: string, positions: Positions): string {
  const whole = positions.whole(schema)
  const arrays = text.includes(ENCODING) ? arrayReplacements(schema, text, positions) : []
  const declarations = positions.tagEnd(schema)
  const edits = [{ start: declarations, end: declarations, text: inherited(schema) }, ...arrays]
  const { line, column } = schema.place
  return '\n'.repeat(line - 1) + ' '.repeat(column - 1) + replaced(text, whole, edits)
}

function replaced(text: string, { start, end }: Stretch, edits: readonly (Stretch & { readonly text: string })[]): string {
  let made = ''
  let from = start
  for (const edit of edits) {
    made += text.slice(from, edit.start) + edit.text
    from = edit.end
  }
  return made + text.slice(from, end)
}

/** Declarations of the elements around it that it does not make itself. */
function inherited(schema: XmlElement): string {
  const found = new Map<string, string>(Object.entries(schema.declares ?? {}))
  let made = ''
  for (let element = schema.parent; element; element = element.parent) {
    for (const [prefix, uri] of Object.entries(element.declares ?? {})) {
      if (found.has(prefix) || uri === XML) continue
      found.set(prefix, uri)
      made += ` xmlns${prefix === '' ? '' : `:${prefix}`}="${escapeAttribute(uri)}"`
    }
  }
  return made
}

/** What wsdl:import of a schema file means (WSDL 1.1, 2.1.2), at the place of the import. */
function importing(importer: XmlElement, location: string): string {
  const namespace = attribute(importer, 'namespace')
  const { line, column } = importer.place
  const attributes = `${namespace === undefined ? '' : ` namespace="${escapeAttribute(namespace)}"`} schemaLocation="${escapeAttribute(location)}"`
  return `${'\n'.repeat(line - 1)}${' '.repeat(column - 1)}<xs:schema xmlns:xs="${XSD}"><xs:import${attributes}/></xs:schema>`
}

/** SOAP's encoding schema, where a WSDL names its namespace and does not bring it. */
function encoding(documents: readonly SourceDocument[], file: string): EmbeddedSchema[] {
  const named = documents.some(({ text }) => text.includes(ENCODING))
  const brought = documents.some(({ text }) => text.includes(`targetNamespace="${ENCODING}"`))
  return named && !brought ? [{ file, text: ENCODING_SCHEMA }] : []
}

function escapeAttribute(value: string): string {
  return value.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;').replaceAll('\t', '&#9;').replaceAll('\n', '&#10;')
}
