import { expect } from 'chai'
import { type XmlElement as LibElement, XmlC14NMode, XmlDocument } from 'libxml2-wasm'
import { canonicalize } from '../../../transformers/xml/c14n.ts'
import { childElements, readDocument, type XmlElement } from '../../../transformers/xml/document.ts'

interface Choice {
  readonly comments: boolean
  readonly inclusive: string[]
}

const choices: readonly Choice[] = [
  { comments: false, inclusive: [] },
  { comments: true, inclusive: [] },
  { comments: false, inclusive: ['p', ''] },
]

/** What libxml2 makes of the element at the path of child elements. */
function byLibxml2(source: string, path: readonly number[], { comments, inclusive }: Choice): string {
  using document = XmlDocument.fromString(source)
  const element = path.reduce((parent, index) => elementsOf(parent)[index] ?? parent, document.root)
  return element.canonicalizeToString({
    mode: XmlC14NMode.XML_C14N_EXCLUSIVE_1_0,
    withComments: comments,
    inclusiveNamespacePrefixes: inclusive.map(prefix => prefix || '#default'),
  })
}

function elementsOf(parent: LibElement): LibElement[] {
  return parent.find('*') as LibElement[]
}

const documents: readonly string[] = [
  '<a/>',
  '<a></a>',
  '<a b="2" a="1"/>',
  '<a xmlns="u"/>',
  '<a xmlns="u"><b/><c xmlns=""><d xmlns="u"/></c></a>',
  '<a xmlns="u"><b xmlns=""><c/></b></a>',
  '<p:a xmlns:p="u" xmlns:q="v"><b/><p:c/><q:d q:e=""/></p:a>',
  '<a xmlns:p="u" xmlns:q="u"><p:b q:c="1" p:d="2" e="3"/></a>',
  '<a xmlns:z="a" xmlns:y="b"><b z:x="1" y:x="2" x="3" z:a="4"/></a>',
  '<p:a xmlns:p="u"><p:b xmlns:p="v"><p:c xmlns:p="u"/></p:b></p:a>',
  '<p:a xmlns:p="u"><b><p:c/><p:c xmlns:p="u"/></b></p:a>',
  '<a xml:lang="de" xml:space="preserve"><b xml:lang="en"/></a>',
  '<a b="&lt;&gt;&amp;&quot;&apos;&#9;&#10;&#13;\'"/>',
  "<a>&lt;&gt;&amp;&quot;'&#9;&#10;&#13;\r\n</a>",
  '<a><![CDATA[<&>]]]]><![CDATA[>]]></a>',
  '<a><!-- c --><?p?><?p  d ?>t<!----></a>',
  '<a>Köln 日本 😀 \u0085</a>',
  '<a \u{10000}="1" \ufdf0="2" z="3"/>',
  '<é:a xmlns:é="urn:e" é:ö="ü"/>',
  '<a xmlns="u"><b xmlns:p="v"><c p:d=""/></b></a>',
  '<a xmlns="u" xmlns:p="u" p:b="1"/>',
  '<a>\n  <b>\n    <c/>\n  </b>\n</a>',
  "<a b = '1'   c='2'\n/>",
  '<s:Envelope xmlns:s="urn:s" xmlns:x="urn:x"><s:Header/><s:Body><m:r xmlns:m="urn:m" m:a="x:y"><v xmlns:x="urn:y"/></m:r></s:Body></s:Envelope>',
]

/** libxml2 canonicalizes no relative URIs. */
function absolute(source: string): string {
  return source.replaceAll(/(xmlns(?::\w+)?=")(?!urn:|http:|")/g, '$1urn:')
}

/** Each element's path of indexes. */
function paths(element: XmlElement, path: readonly number[] = []): (readonly number[])[] {
  return [path, ...childElements(element).flatMap((child, index) => paths(child, [...path, index]))]
}

/** A document of nested elements with namespaces at random, the same for the same seed. */
function generate(seed: number): string {
  let state = seed
  const below = (bound: number): number => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return Math.floor((state / 2 ** 32) * bound)
  }
  const declare = () =>
    ['', ' xmlns="u1"', ' xmlns="u2"', ' xmlns=""', ' xmlns:p="u1"', ' xmlns:p="u2"', ' xmlns:q="u1"', ' xmlns:q="u3"'][below(8)] ?? ''
  const attribute = () => ['', ' a="1"', ' p:a="2"', ' b="&#10;&lt;"', ' xml:lang="x"'][below(5)] ?? ''
  const content = () => ['', 'text', ' &gt;&#13;', '<!-- c -->', '<?pi d?>', '<![CDATA[<]]>'][below(6)] ?? ''
  const element = (depth: number): string => {
    const name = ['e', 'p:e', 'q:e'][below(3)] ?? 'e'
    const children = depth === 0 ? '' : Array.from({ length: below(4) }, () => element(depth - 1) + content()).join('')
    return `<${name}${declare()}${attribute()}>${content()}${children}</${name}>`
  }
  return `<r xmlns:p="u9" xmlns:q="u8">${element(4)}</r>`
}

describe('canonicalize', () => {
  const generated = Array.from({ length: 150 }, (_, index) => generate(index + 1))

  for (const choice of choices) {
    const title = `${choice.comments ? 'with' : 'without'} comments${choice.inclusive.length > 0 ? ', and with inclusive prefixes' : ''}`
    it(`makes of every element what libxml2 makes of it, ${title}`, () => {
      let compared = 0
      for (const source of [...documents, ...generated].map(absolute)) {
        const root = readDocument(source, { comments: true, instructions: true })
        for (const path of paths(root).slice(0, 12)) {
          const element = path.reduce((parent, index) => childElements(parent)[index] ?? parent, root)
          expect(canonicalize(element, choice), source).to.equal(byLibxml2(source, path, choice))
          compared++
        }
      }
      expect(compared).to.be.above(500)
    })
  }

  it('is the same for documents that differ in form only', () => {
    const one = readDocument('<p:a xmlns:p="u" y="1" x="2"><p:b/></p:a>')
    const other = readDocument('<?xml version="1.0"?>\n<p:a  x="2" xmlns:p="u" xmlns:q="v"\n y=\'1\'><p:b></p:b></p:a>')
    expect(canonicalize(one)).to.equal(canonicalize(other))
  })

  it('escapes the URI of a namespace', () => {
    expect(canonicalize(readDocument('<a xmlns="urn:&amp;"/>'))).to.equal('<a xmlns="urn:&amp;"></a>')
  })
})
