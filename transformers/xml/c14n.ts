import type { XmlElement, XmlNode } from './document.ts'
import type { XmlAttribute } from './events.ts'

export interface CanonicalOptions {
  /** The document must have been read with its comments. */
  readonly comments?: boolean
  /** Prefixes that are treated as inclusive canonicalization does: the InclusiveNamespaces PrefixList, '' for #default. */
  readonly inclusive?: readonly string[]
}

/** The element in the form of Exclusive XML Canonicalization 1.0 (https://www.w3.org/TR/xml-exc-c14n/); processing instructions where it was read with them. */
export function canonicalize(element: XmlElement, { comments = false, inclusive = [] }: CanonicalOptions = {}): string {
  return writeElement(element, new Map(), { comments, inclusive })
}

/** What the prefixes mean in the output so far. */
type Rendered = ReadonlyMap<string, string>

function writeElement(element: XmlElement, outer: Rendered, options: Required<CanonicalOptions>): string {
  const name = nameOf(element.prefix, element.local)
  const declared = declarations(element, outer, options.inclusive)
  const rendered = declared.length === 0 ? outer : new Map([...outer, ...declared])
  const namespaces = declared.map(([prefix, uri]) => ` xmlns${prefix && `:${prefix}`}="${attributeText(uri)}"`).join('')
  const attributes = [...element.attributes].sort(byName).map(attributeOf).join('')
  const content = element.children.map(child => writeNode(child, rendered, options)).join('')
  return `<${name}${namespaces}${attributes}>${content}</${name}>`
}

function writeNode(node: XmlNode, rendered: Rendered, options: Required<CanonicalOptions>): string {
  if (node.kind === 'element') return writeElement(node, rendered, options)
  if (node.kind === 'text') return node.text.replace(/[&<>\r]/g, escapeOf)
  if (node.kind === 'comment') return options.comments ? `<!--${node.text}-->` : ''
  return node.data === '' ? `<?${node.target}?>` : `<?${node.target} ${node.data}?>`
}

/** Declarations that the element needs, and no output ancestor has given: of prefixes that it uses visibly, and of those in the list. */
function declarations(element: XmlElement, outer: Rendered, inclusive: readonly string[]): [prefix: string, uri: string][] {
  const prefixes = new Set([
    element.prefix,
    ...element.attributes.map(({ prefix, ns }) => (ns === '' ? element.prefix : prefix)),
    ...inclusive,
  ])
  prefixes.delete('xml')
  return [...prefixes]
    .map((prefix): [string, string] => [prefix, element.resolve(prefix) ?? ''])
    .filter(([prefix, uri]) => (outer.get(prefix) ?? '') !== uri)
    .sort(([a], [b]) => byBytes(a, b))
}

function attributeOf({ prefix, local, value }: XmlAttribute): string {
  return ` ${nameOf(prefix, local)}="${attributeText(value)}"`
}

function attributeText(value: string): string {
  return value.replace(/[&<"\t\n\r]/g, escapeOf)
}

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  '\t': '&#x9;',
  '\n': '&#xA;',
  '\r': '&#xD;',
}

function escapeOf(char: string): string {
  return ESCAPES[char] ?? char
}

function nameOf(prefix: string, local: string): string {
  return prefix === '' ? local : `${prefix}:${local}`
}

function byName(a: XmlAttribute, b: XmlAttribute): number {
  return byBytes(a.ns, b.ns) || byBytes(a.local, b.local)
}

/** By code points, which is not the order of JavaScript's strings. */
function byBytes(a: string, b: string): number {
  return a === b ? 0 : Buffer.compare(Buffer.from(a), Buffer.from(b))
}
