import { XML, XMLNS, type XmlAttribute, type XmlName, type XmlPlace, type XmlTag } from './events.ts'
import { readXml, type XmlReaderHandler, type XmlReaderOptions } from './reader.ts'

export type XmlNode = XmlElement | XmlText | XmlComment | XmlInstruction

/** An element as it stands in its document. */
export interface XmlElement extends XmlName {
  readonly kind: 'element'
  readonly prefix: string
  readonly attributes: readonly XmlAttribute[]
  readonly declares: XmlTag['declares']
  readonly children: readonly XmlNode[]
  readonly parent: XmlElement | undefined
  /** Where its tag begins. */
  readonly place: XmlPlace
  /** The URI that the prefix has here; undefined where it is not declared. */
  resolve(prefix: string): string | undefined
}

export interface XmlText {
  readonly kind: 'text'
  readonly text: string
  readonly cdata: boolean
}

export interface XmlComment {
  readonly kind: 'comment'
  readonly text: string
}

export interface XmlInstruction {
  readonly kind: 'instruction'
  readonly target: string
  readonly data: string
}

export interface DocumentOptions extends XmlReaderOptions {
  readonly comments?: boolean
  readonly instructions?: boolean
}

class Element implements XmlElement {
  readonly kind = 'element'
  readonly ns: string
  readonly local: string
  readonly prefix: string
  readonly attributes: readonly XmlAttribute[]
  readonly declares: XmlTag['declares']
  readonly children: XmlNode[] = []
  readonly parent: Element | undefined
  readonly place: XmlPlace

  constructor({ ns, local, prefix, attributes, declares }: XmlTag, parent: Element | undefined, place: XmlPlace) {
    this.ns = ns
    this.local = local
    this.prefix = prefix
    this.attributes = attributes
    this.declares = declares
    this.parent = parent
    this.place = place
  }

  resolve(prefix: string): string | undefined {
    for (let element: Element | undefined = this; element; element = element.parent) {
      const uri = element.declares?.[prefix]
      if (uri !== undefined) return uri
    }
    return prefix === 'xml' ? XML : prefix === 'xmlns' ? XMLNS : undefined
  }
}

/** The root element with all that it holds, in order; comments and instructions inside it where asked. Throws as readXml does. */
export function readDocument(source: Uint8Array | string, options: DocumentOptions = {}): XmlElement {
  const builder = createBuilder(options)
  readXml(source, builder.handler, options)
  return builder.root()
}

function createBuilder({ comments = false, instructions = false }: DocumentOptions): { handler: XmlReaderHandler; root(): XmlElement } {
  let root: Element | undefined
  let current: Element | undefined
  let place: () => XmlPlace
  const add = (node: XmlNode): void => void current?.children.push(node)
  const handler: XmlReaderHandler = {
    begin: placeNow => {
      place = placeNow
    },
    open(tag) {
      const element = new Element(tag, current, place())
      add(element)
      root ??= element
      current = element
    },
    text: text => add({ kind: 'text', text, cdata: false }),
    cdata: text => add({ kind: 'text', text, cdata: true }),
    close() {
      current = current?.parent
    },
    ...(comments && { comment: (text: string) => add({ kind: 'comment', text }) }),
    ...(instructions && { instruction: (target: string, data: string) => add({ kind: 'instruction', target, data }) }),
  }
  return { handler, root: () => wellFormed(root) }
}

function wellFormed(root: XmlElement | undefined): XmlElement {
  if (root === undefined) throw new TypeError('a document that was read has a root')
  return root
}

/** All text in the element and in those inside it, in order. */
export function textOf(element: XmlElement): string {
  let all = ''
  for (const child of element.children) {
    if (child.kind === 'text') all += child.text
    else if (child.kind === 'element') all += textOf(child)
  }
  return all
}

/** The child elements, in order. */
export function childElements(element: XmlElement): XmlElement[] {
  return element.children.filter(child => child.kind === 'element')
}

/** The child elements of that name; of any local name where none is given. */
export function childrenNamed(element: XmlElement, ns: string, local?: string): XmlElement[] {
  return childElements(element).filter(child => child.ns === ns && (local === undefined || child.local === local))
}

/** The value of an attribute; undefined where it is missing. */
export function attribute(element: XmlElement, local: string, ns = ''): string | undefined {
  return element.attributes.find(each => each.local === local && each.ns === ns)?.value
}
