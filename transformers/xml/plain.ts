import type { XmlElementReader } from './events.ts'
import { createPlainNames } from './plain-names.ts'
import { compileRepeats, createPlainReader, type Lossy, type PlainReading } from './plain-read.ts'
import { pointerOf, type Trail, writeRoot } from './plain-write.ts'
import { readXml, type XmlLimits, type XmlReaderHandler } from './reader.ts'
import { createXmlWriter, type XmlWriter } from './writer.ts'

export { prefixFault } from './plain-names.ts'
export type { Lossy } from './plain-read.ts'

export interface PlainXmlOptions {
  /** Paths of elements that may repeat, from the root's name: /Order/Line. They are lists, each time. */
  readonly many?: readonly string[]
  /** Prefixes of names in bodies, with their namespaces; '' for the namespace of names without a prefix. */
  readonly prefixes?: Readonly<Record<string, string>>
  /** What may be dropped; all else that would be lost is refused. */
  readonly lossy?: readonly Lossy[]
  readonly limits?: Partial<XmlLimits>
}

/** XML without a schema as bodies: { Order: { '@id': '1', $: 'text', Line: [...] } }, each value a string. */
export interface PlainXml {
  /** Throws NOT_READABLE as readXml does, and with the place of what would be lost. */
  read(bytes: Uint8Array | string, contentType?: string): unknown
  /** A document with its XML declaration. Throws MAPPING_FAILED with the JSON pointer of what has no form in XML. */
  write(body: unknown): string
  /** Writes the body's one member as an element where the writer is. */
  writeInto(writer: XmlWriter, body: unknown): void
  /** Reads an element inside a document: the value of its content; `named`: an object of its name and that. Paths of `many` begin with its name. */
  elementReader(options?: { readonly named?: boolean }): XmlElementReader & Pick<XmlReaderHandler, 'begin'>
}

/** The convention for XML that no XSD describes. */
export function createPlainXml({ many = [], prefixes = {}, lossy = [], limits = {} }: PlainXmlOptions = {}): PlainXml {
  const names = createPlainNames(prefixes)
  const reading: PlainReading = { names, repeats: compileRepeats(many), lossy: new Set(lossy) }
  return {
    read(bytes, contentType) {
      const reader = createPlainReader(reading, true)
      readXml(bytes, reader, { limits, ...(contentType !== undefined && { contentType }) })
      return reader.result()
    },
    write(body) {
      const trail: Trail = []
      const writer = createXmlWriter({ declaration: true, where: () => pointerOf(trail) })
      writeRoot(body, { writer, names, prefixes, trail, depth: 0 })
      return writer.result()
    },
    writeInto: (writer, body) => writeRoot(body, { writer, names, prefixes, trail: [], depth: 0 }),
    elementReader: ({ named = false } = {}) => createPlainReader(reading, named),
  }
}
