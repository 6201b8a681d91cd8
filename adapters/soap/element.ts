import type { XmlAttribute, XmlElementReader, XmlName, XmlTag } from '../../transformers/xml/events.ts'
import { XML } from '../../transformers/xml/events.ts'

/** An element that nothing types: a header block, the detail of a fault. Comments and instructions are left out. */
export interface Element extends XmlName {
  readonly prefix: string
  readonly attributes: readonly XmlAttribute[]
  /** Prefixes that it uses or declares, in names and in values, to their namespaces. */
  readonly declares: Readonly<Record<string, string>>
  readonly children: readonly (Element | string)[]
}

interface Building extends Element {
  readonly declares: Record<string, string>
  readonly children: (Element | string)[]
}

/** Reads an Element. */
export interface ElementReader extends XmlElementReader {
  result(): Element
}

/** Makes an Element of what it reads. */
export function createElementReader(): ElementReader {
  const open: Building[] = []
  let root: Building | undefined
  return {
    open(tag) {
      const element = build(tag)
      open.at(-1)?.children.push(element)
      open.push(element)
      root ??= element
    },
    text(text) {
      open.at(-1)?.children.push(text)
    },
    close() {
      open.pop()
    },
    result() {
      if (root) return root
      throw new Error('nothing was read')
    },
  }
}

const QNAME = /^\s*([\w.-]+):[\w.-]+\s*$/

function build({ ns, local, prefix, attributes, declares, resolve }: XmlTag): Building {
  // Without a prototype: `__proto__` is a lawful prefix.
  const scope: Record<string, string> = Object.assign(Object.create(null), declares)
  if (ns !== '' || prefix === '') scope[prefix] = ns
  for (const attribute of attributes) {
    if (attribute.prefix !== '' && attribute.ns !== XML) scope[attribute.prefix] = attribute.ns
    const [, used] = QNAME.exec(attribute.value) ?? []
    const meant = used === undefined ? undefined : resolve(used)
    if (used !== undefined && meant !== undefined) scope[used] ??= meant
  }
  return { ns, local, prefix, attributes: [...attributes], declares: scope, children: [] }
}

/** Its elements, without the text between them. */
export function elementsOf({ children }: Element): Element[] {
  return children.filter(child => typeof child !== 'string')
}

/** Its first element of that name. */
export function childOf(element: Element, ns: string, local: string): Element | undefined {
  return elementsOf(element).find(child => child.local === local && child.ns === ns)
}

/** Its own text, without that of its elements, and without white space around it. */
export function textOf({ children }: Element): string {
  return children
    .filter(child => typeof child === 'string')
    .join('')
    .trim()
}

/** The value of its attribute; undefined where it has none. */
export function attributeOf({ attributes }: Element, ns: string, local: string): string | undefined {
  return attributes.find(one => one.local === local && one.ns === ns)?.value
}

/** Its XML, well-formed by itself. `more` is put into its start tag. */
export function elementXml(element: Element, more = ''): string {
  return write(element, { xml: XML }, more)
}

function write(element: Element, outer: Readonly<Record<string, string>>, more: string): string {
  const { prefix, local, attributes, declares, children } = element
  const fresh = Object.entries(declares).filter(([name, ns]) => (outer[name] ?? '') !== ns)
  const scope = fresh.length === 0 ? outer : { ...outer, ...declares }
  const name = prefix === '' ? local : `${prefix}:${local}`
  const declarations = fresh.map(([key, ns]) => ` xmlns${key === '' ? '' : `:${key}`}="${escapeAttribute(ns)}"`).join('')
  const values = attributes.map(one => ` ${one.prefix === '' ? '' : `${one.prefix}:`}${one.local}="${escapeAttribute(one.value)}"`).join('')
  const content = children.map(child => (typeof child === 'string' ? escapeText(child) : write(child, scope, ''))).join('')
  const start = `<${name}${declarations}${values}${more}`
  return content === '' ? `${start}/>` : `${start}>${content}</${name}>`
}

// XML 1.0, 2.2: all else has no form in a document at all.
const FOREIGN = /[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu
const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  '\t': '&#9;',
  '\n': '&#10;',
  '\r': '&#13;',
}

/** Text as content of an element; what XML cannot hold becomes U+FFFD, since this is used for words, not for data. */
export function escapeText(text: string): string {
  return text.replace(/[&<>\r]/g, character => ESCAPES[character] ?? character).replace(FOREIGN, '\ufffd')
}

/** Text as value of an attribute in double quotes. */
export function escapeAttribute(text: string): string {
  return text.replace(/[&<>"\t\n\r]/g, character => ESCAPES[character] ?? character).replace(FOREIGN, '\ufffd')
}
