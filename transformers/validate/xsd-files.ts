import { libxml2 } from '../libxml2/library.ts'

/** What a schema may read while it is compiled, and what was refused to it. */
export interface Serving {
  /** A file's bytes, by its path from the project's folder; or why it is not read. */
  read(name: string): Uint8Array | { readonly message: string }
  readonly refused: string[]
}

interface Open {
  readonly bytes: Uint8Array
  at: number
}

/** The attributes that XML itself defines (xml:lang, xml:space, xml:base, xml:id), for schemas that import them from the W3C's site. */
const XML_ATTRIBUTES = `<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" targetNamespace="http://www.w3.org/XML/1998/namespace" xml:lang="en">
<xs:attribute name="lang"><xs:simpleType><xs:union memberTypes="xs:language"><xs:simpleType><xs:restriction base="xs:string"><xs:enumeration value=""/></xs:restriction></xs:simpleType></xs:union></xs:simpleType></xs:attribute>
<xs:attribute name="space"><xs:simpleType><xs:restriction base="xs:NCName"><xs:enumeration value="default"/><xs:enumeration value="preserve"/></xs:restriction></xs:simpleType></xs:attribute>
<xs:attribute name="base" type="xs:anyURI"/>
<xs:attribute name="id" type="xs:ID"/>
<xs:attributeGroup name="specialAttrs"><xs:attribute ref="xml:base"/><xs:attribute ref="xml:lang"/><xs:attribute ref="xml:space"/><xs:attribute ref="xml:id"/></xs:attributeGroup>
</xs:schema>`
const KNOWN = /^https?:\/\/www\.w3\.org\/(?:2001|2009\/01|2005\/08)\/xml\.xsd$/

let current: Serving | undefined
let registered = false
const files = new Map<number, Open>()
let lastFile = 0

/** Runs while the files of one project are all that libxml2 can open; at all other times it can open none. */
export function serveWhile<T>(serving: Serving, run: () => T): T {
  register()
  current = serving
  try {
    return run()
  } finally {
    current = undefined
    files.clear()
  }
}

function register(): void {
  if (registered) return
  registered = true
  const library = libxml2()
  library._xmlRegisterInputCallbacks(
    library.addFunction(() => 1, 'ii'),
    library.addFunction((name: number) => open(library.UTF8ToString(name)), 'ii'),
    library.addFunction(
      (file: number, buffer: number, length: number) => read(file, library.HEAPU8.subarray(buffer, buffer + length)),
      'iiii',
    ),
    library.addFunction((file: number) => (files.delete(file) ? 0 : -1), 'ii'),
  )
}

/** 0 where there is nothing that may be read. */
function open(url: string): number {
  if (!current) return 0
  const found = KNOWN.test(url) ? Buffer.from(XML_ATTRIBUTES) : current.read(unescaped(url))
  if ('message' in found) {
    current.refused.push(found.message)
    return 0
  }
  if (Buffer.from(found).includes('<!DOCTYPE')) {
    current.refused.push(`${url} has a DOCTYPE, which is not taken`)
    return 0
  }
  files.set(++lastFile, { bytes: found, at: 0 })
  return lastFile
}

function read(file: number, into: Uint8Array): number {
  const open = files.get(file)
  if (!open) return -1
  const part = open.bytes.subarray(open.at, open.at + into.length)
  into.set(part)
  open.at += part.length
  return part.length
}

/** libxml2 escapes what stands in a location. */
function unescaped(url: string): string {
  try {
    return decodeURIComponent(url)
  } catch {
    return url
  }
}
