import type { JsonSchema } from '../../../config/project.ts'
import { GatewayError } from '../../../gateway/errors.ts'
import type { XmlElementReader, XmlName, XmlPlace } from '../../xml/events.ts'
import { readXml } from '../../xml/reader.ts'
import type { ElementDeclaration, SchemaSet, TypeDefinition } from '../model.ts'
import { compilerOf } from './compile.ts'
import { jsonSchemaOf } from './json-schema.ts'
import { TypedReader } from './reader.ts'
import { TypedWriter } from './writer.ts'

/** Text that grows. */
export interface XmlText {
  text: string
}

/**
 * One element of a schema: its XML as a body, and back. The body is the element's content: children by local name, attributes `@name`, simple
 * content beside attributes `$`, what may repeat a list, `$items` where the order between different names counts, `$any` for wildcards. Comments
 * and processing instructions are no part of what a schema describes (XML Schema Structures, 2.1): they are dropped, but for those within `$any`.
 * Attributes that are absent stay absent, whatever their default; an empty element with a default or fixed value has that value.
 */
export interface ElementCodec {
  readonly element: ElementDeclaration
  /** Of the body, in JSON Schema 2020-12. */
  readonly schema: JsonSchema
  /** For one element inside a document. What it throws is SCHEMA_INVALID with the XPath from that element on, with line and column where `place` is given. */
  reader(place?: () => XmlPlace): XmlElementReader
  /** Reads a document. Throws NOT_READABLE, or SCHEMA_INVALID with line, column and XPath. */
  read(bytes: Uint8Array | string, contentType?: string): unknown
  /** Adds the element; it declares what namespaces it uses, and counts on no default namespace around it. Throws MAPPING_FAILED with the pointer of what does not fit. */
  write(out: XmlText, body: unknown): void
  /** The element alone. */
  writeText(body: unknown): string
}

/** The codec of an element. Codecs of one set share their tables. */
export function createElementCodec(set: SchemaSet, element: ElementDeclaration): ElementCodec {
  const compiler = compilerOf(set)
  const root = compiler.element(element)
  let schema: JsonSchema | undefined
  const reader = (place?: () => XmlPlace): XmlElementReader => new TypedReader({ compiler, root, place })
  const writeText = (body: unknown): string => new TypedWriter(compiler).root(root, body)
  return {
    element,
    get schema() {
      schema ??= jsonSchemaOf(compiler, root)
      return schema
    },
    reader,
    read: (bytes, contentType) => readTyped(reader, bytes, contentType),
    write(out, body) {
      out.text += writeText(body)
    },
    writeText,
  }
}

/** The codec of an element of that name and type which no schema declares, such as a part of an rpc message; it may be nil. */
export function createTypeCodec(set: SchemaSet, type: TypeDefinition, name: XmlName): ElementCodec {
  return createElementCodec(set, { name, type, nillable: true, abstract: false, global: false })
}

/** Reads a document with a reader made for it. Places cost time, so it is read again for them where it has a fault. */
export function readTyped(reader: ElementCodec['reader'], bytes: Uint8Array | string, contentType: string | undefined): unknown {
  const options = contentType === undefined ? {} : { contentType }
  try {
    const first = reader()
    readXml(bytes, first, options)
    return first.result()
  } catch (error) {
    if (!(error instanceof GatewayError) || error.code !== 'SCHEMA_INVALID') throw error
    readXml(bytes, placing(reader), options)
    throw error
  }
}

function placing(reader: ElementCodec['reader']): Parameters<typeof readXml>[1] {
  let placed = reader()
  return {
    begin(place) {
      placed = reader(place)
    },
    open: tag => placed.open(tag),
    text: text => placed.text(text),
    close: () => placed.close(),
  }
}
