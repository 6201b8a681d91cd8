/** A name with its namespace; `ns` is '' for none. */
export interface XmlName {
  readonly ns: string
  readonly local: string
}

/** Where something stands in a document: from 1, the column in UTF-16 units. */
export interface XmlPlace {
  readonly line: number
  readonly column: number
}

export interface XmlAttribute extends XmlName {
  readonly prefix: string
  readonly value: string
}

/** A start tag, as the reader found it. Valid during the call only. */
export interface XmlTag extends XmlName {
  readonly prefix: string
  /** Without the declarations of namespaces. */
  readonly attributes: readonly XmlAttribute[]
  /** Namespaces declared on this tag: prefix ('' for the default) to URI; undefined where it declares none. */
  readonly declares: Readonly<Record<string, string>> | undefined
  /** The URI that the prefix has here; undefined where it is not declared. For QNames in values. */
  resolve(prefix: string): string | undefined
}

/** Takes what the reader finds, in document order. What it throws ends the reading. */
export interface XmlHandler {
  open(tag: XmlTag): void
  /** Character data, CDATA alike; may come in several pieces. */
  text(text: string): void
  close(): void
  comment?(text: string): void
  instruction?(target: string, data: string): void
}

/** A handler that makes a value of one element: `open` with that element's tag first, `close` for it last; then `result`. */
export interface XmlElementReader extends XmlHandler {
  result(): unknown
}

/** `{ns}local`, or `local` where it has no namespace: a key for maps, and the text in messages. */
export function clark({ ns, local }: XmlName): string {
  return ns === '' ? local : `{${ns}}${local}`
}

export const XSI = 'http://www.w3.org/2001/XMLSchema-instance'
export const XSD = 'http://www.w3.org/2001/XMLSchema'
export const XMLNS = 'http://www.w3.org/2000/xmlns/'
export const XML = 'http://www.w3.org/XML/1998/namespace'
