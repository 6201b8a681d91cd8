/** Bounds of one document; how many bytes it may have is its adapter's affair. */
export interface XmlLimits {
  /** Elements inside each other. */
  readonly depth: number
  /** Elements, CDATA sections, comments and processing instructions. */
  readonly nodes: number
  /** Of one element, declarations of namespaces included. */
  readonly attributes: number
  /** Characters of a name. */
  readonly name: number
  /** Characters of one text, attribute value, comment or processing instruction. */
  readonly text: number
}

/** What holds unless told otherwise. */
export const xmlLimits: XmlLimits = { depth: 100, nodes: 1_000_000, attributes: 256, name: 512, text: 16 * 1024 * 1024 }
