import { XML, XSI } from '../../xml/events.ts'
import type { SchemaSet } from '../model.ts'

/** The namespaces of a schema set's documents, each with the prefix that it is written with. */
export interface Namespaces {
  /** Its number; -1 for none. */
  spaceOf(ns: string): number
  /** `prefix:local`, or `local` in no namespace. */
  tagOf(ns: string, local: string): string
  /** ` xmlns:p="uri"`. */
  declaration(space: number): string
  /** The number of a namespace that the set has; undefined for one that only a body names, of which no note is taken. */
  known(ns: string): number | undefined
  prefix(space: number): string
  isPrefix(prefix: string): boolean
}

/** The number of the namespace of xsi:type and xsi:nil. */
export const XSI_SPACE = 0
/** The number of the namespace of xml:lang, which needs no declaration. */
export const XML_SPACE = 1

const DECLARATION = /\bxmlns:([A-Za-z_][\w.-]*)\s*=\s*(?:"([^"]*)"|'([^']*)')/g
const TAKEN = /^(?:xml.*|xsi|xsd?|tns)$/i

/** Prefixes as the schema's authors wrote them, where these are clear; else n1, n2 ... */
export function createNamespaces(set: SchemaSet): Namespaces {
  const wanted = wantedPrefixes(set)
  const spaces = new Map<string, number>()
  const prefixes: string[] = []
  const declarations: string[] = []
  const add = (ns: string, prefix: string): number => {
    const space = prefixes.length
    spaces.set(ns, space)
    prefixes.push(prefix)
    declarations.push(ns === XML ? '' : ` xmlns:${prefix}="${quoted(ns)}"`)
    return space
  }
  const free = (prefix: string | undefined): string => {
    if (prefix !== undefined && !prefixes.includes(prefix)) return prefix
    let number = prefixes.length - 1
    while (prefixes.includes(`n${number}`) || [...wanted.values()].includes(`n${number}`)) number++
    return `n${number}`
  }
  const spaceOf = (ns: string): number => (ns === '' ? -1 : (spaces.get(ns) ?? add(ns, free(wanted.get(ns)))))
  add(XSI, 'xsi')
  add(XML, 'xml')
  return {
    spaceOf,
    tagOf: (ns, local) => (ns === '' ? local : `${prefixes[spaceOf(ns)]}:${local}`),
    declaration: space => declarations[space] ?? '',
    known: ns => spaces.get(ns),
    prefix: space => prefixes[space] ?? '',
    isPrefix: prefix => prefixes.includes(prefix),
  }
}

function wantedPrefixes(set: SchemaSet): ReadonlyMap<string, string> {
  const wanted = new Map<string, string>()
  const used = new Set<string>()
  for (const { text } of set.documents) {
    for (const [, prefix = '', double, single] of text.matchAll(DECLARATION)) {
      const ns = double ?? single ?? ''
      if (wanted.has(ns) || used.has(prefix) || TAKEN.test(prefix) || ns.includes('&')) continue
      wanted.set(ns, prefix)
      used.add(prefix)
    }
  }
  return wanted
}

/** A namespace as an attribute's value in double quotes. */
export function quoted(ns: string): string {
  return ns.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;')
}
