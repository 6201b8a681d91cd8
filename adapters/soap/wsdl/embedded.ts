import { posix } from 'node:path'
import { attribute, childrenNamed, type XmlElement } from '../../../transformers/xml/document.ts'
import { XML, XSD } from '../../../transformers/xml/events.ts'
import type { SchemaSource } from '../../../transformers/xsd/schema/documents.ts'
import { arrayReplacements, ENCODING_SCHEMA } from './arrays.ts'
import { ENCODING, WSDL } from './names.ts'
import { createPositions, type Positions, type Stretch } from './positions.ts'
import type { SchemaImport, SourceDocument, Sources } from './source.ts'

/** The schemas inside the documents of a WSDL, in order, each a document of its own whose lines are those of the WSDL; arrays of SOAP encoding as sequences of `item`. */
export function embeddedSchemas({ documents, schemaFiles }: Sources): readonly SchemaSource[] {
  const [first] = documents
  if (!first) return []
  const within = documents.flatMap(schemasOf)
  const imported = schemaFiles.map(importing)
  return [...within, ...imported, ...encoding(documents, first.file)]
}

function schemasOf({ file, text, root }: SourceDocument): SchemaSource[] {
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
  return blanks(schema) + replaced(text, whole, edits)
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

/** What wsdl:import of a schema file means, at the place of the import. */
function importing({ importer, from, file }: SchemaImport): SchemaSource {
  const namespace = attribute(importer, 'namespace')
  const named = namespace === undefined ? '' : ` namespace="${escapeAttribute(namespace)}"`
  const location = escapeAttribute(posix.relative(posix.dirname(from), file))
  return {
    file: from,
    text: `${blanks(importer)}<xs:schema xmlns:xs="${XSD}"><xs:import${named} schemaLocation="${location}"/></xs:schema>`,
  }
}

function blanks({ place: { line, column } }: XmlElement): string {
  return '\n'.repeat(line - 1) + ' '.repeat(column - 1)
}

/** SOAP's encoding schema, where a WSDL names its namespace and does not bring it. */
function encoding(documents: readonly SourceDocument[], file: string): SchemaSource[] {
  const named = documents.some(({ text }) => text.includes(ENCODING))
  const brought = documents.some(({ text }) => text.includes(`targetNamespace="${ENCODING}"`))
  return named && !brought ? [{ file, text: ENCODING_SCHEMA }] : []
}

function escapeAttribute(value: string): string {
  return value.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;').replaceAll('\t', '&#9;').replaceAll('\n', '&#10;')
}
