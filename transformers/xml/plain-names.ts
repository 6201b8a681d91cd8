import { unwritable, type Where } from './escape.ts'
import { XML, XMLNS, type XmlName } from './events.ts'
import { isXmlName } from './names.ts'

/** A name in a body, taken apart. */
export interface PlainName extends XmlName {
  readonly prefix: string
}

/** How names of XML are written in bodies: the local name, behind the prefix that the config gives its namespace. */
export interface PlainNames {
  element(name: XmlName): string
  /** With its @. */
  attribute(name: XmlName): string
  /** The other way. Throws MAPPING_FAILED for a prefix that the config does not have. */
  ofElement(key: string, where: Where): PlainName
  /** `key` is without its @. */
  ofAttribute(key: string, where: Where): PlainName
}

/** `prefixes`: prefix to namespace; '' names that of names without a prefix. */
export function createPlainNames(prefixes: Readonly<Record<string, string>>): PlainNames {
  const byPrefix = new Map([...Object.entries(prefixes), ['xml', XML]])
  const byUri = new Map([...byPrefix].map(([prefix, uri]) => [uri, prefix === '' ? '' : `${prefix}:`]))

  function parse(key: string, unprefixed: string, where: Where): PlainName {
    const colon = key.indexOf(':')
    if (colon < 0) return { ns: unprefixed, local: key, prefix: '' }
    const prefix = key.slice(0, colon)
    const ns = byPrefix.get(prefix)
    if (ns !== undefined && prefix !== '') return { ns, local: key.slice(colon + 1), prefix }
    const known = [...byPrefix.keys()].filter(each => each !== '').join(', ')
    throw unwritable(`the name ${JSON.stringify(key.slice(0, 80))} has a prefix that \`prefixes\` does not list (known: ${known})`, where)
  }

  return {
    element: ({ ns, local }) => (ns === '' ? local : `${byUri.get(ns) ?? ''}${local}`),
    attribute: ({ ns, local }) => (ns === '' ? `@${local}` : `@${byUri.get(ns) ?? ''}${local}`),
    ofElement: (key, where) => parse(key, byPrefix.get('') ?? '', where),
    ofAttribute: (key, where) => parse(key, '', where),
  }
}

/** What is wrong with a pair of `prefixes`; undefined where nothing is. For checking a config. */
export function prefixFault(prefix: string, uri: string): string | undefined {
  if (prefix !== '' && !isXmlName(prefix)) return `"${prefix}" is no prefix in XML`
  if (/^xml/i.test(prefix)) return `the prefix "${prefix}" belongs to XML itself`
  return uri === '' || uri === XML || uri === XMLNS ? `no prefix may be given to the namespace "${uri}"` : undefined
}
