import { expect } from 'chai'
import { attribute, readDocument, textOf } from '../../../transformers/xml/document.ts'
import type { XmlName } from '../../../transformers/xml/events.ts'
import { createXmlWriter, escapeAttribute, escapeText, type XmlWriter } from '../../../transformers/xml/writer.ts'
import { refusal } from './refusal.ts'

const name = (local: string, ns = ''): XmlName => ({ ns, local })

function written(write: (writer: XmlWriter) => void): string {
  const writer = createXmlWriter()
  write(writer)
  const xml = writer.result()
  readDocument(xml)
  return xml
}

describe('createXmlWriter', () => {
  const cases: { name: string; write: (writer: XmlWriter) => void; xml: string }[] = [
    {
      name: 'an empty element',
      write: w => {
        w.open(name('a'))
        w.close()
      },
      xml: '<a/>',
    },
    {
      name: 'a namespace under the prefix asked for, once',
      write: w => {
        w.open(name('a', 'u'), 'p')
        w.open(name('b', 'u'))
        w.attribute(name('c', 'u'), '1')
        w.close()
        w.close()
      },
      xml: '<p:a xmlns:p="u"><p:b p:c="1"/></p:a>',
    },
    {
      name: 'a default namespace, taken back inside',
      write: w => {
        w.open(name('a', 'u'), '')
        w.open(name('b'))
        w.close()
        w.open(name('c', 'u'))
        w.close()
        w.close()
      },
      xml: '<a xmlns="u"><b xmlns=""/><c/></a>',
    },
    {
      name: 'prefixes of its own',
      write: w => {
        w.open(name('a', 'u'))
        w.attribute(name('b', 'v'), '')
        w.open(name('c', 'w'))
        w.close()
        w.close()
      },
      xml: '<ns1:a xmlns:ns1="u" xmlns:ns2="v" ns2:b=""><ns3:c xmlns:ns3="w"/></ns1:a>',
    },
    {
      name: 'another prefix where the one asked for is in use on the element',
      write: w => {
        w.open(name('a', 'u'), 'p')
        w.attribute(name('b', 'v'), '1', 'p')
        w.open(name('c', 'u'))
        w.attribute(name('d', 'w'), '1', 'p')
        w.close()
        w.close()
      },
      xml: '<p:a xmlns:p="u" xmlns:ns1="v" ns1:b="1"><p:c xmlns:ns2="w" ns2:d="1"/></p:a>',
    },
    {
      name: 'no prefix that was given another meaning on the way',
      write: w => {
        w.open(name('a', 'u'), 'p')
        w.open(name('b', 'v'), 'p')
        w.open(name('c', 'u'))
        w.close()
        w.close()
        w.close()
      },
      xml: '<p:a xmlns:p="u"><p:b xmlns:p="v"><ns1:c xmlns:ns1="u"/></p:b></p:a>',
    },
    {
      name: 'attributes in the namespace of XML',
      write: w => {
        w.open(name('a'))
        w.attribute(name('lang', 'http://www.w3.org/XML/1998/namespace'), 'de')
        w.close()
      },
      xml: '<a xml:lang="de"/>',
    },
    {
      name: 'attributes never in the default namespace',
      write: w => {
        w.open(name('a', 'u'), '')
        w.attribute(name('b', 'u'), '1')
        w.close()
      },
      xml: '<a xmlns="u" xmlns:ns1="u" ns1:b="1"/>',
    },
    {
      name: 'prefixes for names in values',
      write: w => {
        w.open(name('a', 'u'), '')
        w.attribute(name('type'), `${w.prefixFor('u', 'p')}:T`)
        w.attribute(name('base'), `${w.prefixFor('v', 'p')}:T`)
        w.declare('q', 'w')
        w.declare('q', 'w')
        w.close()
      },
      xml: '<a xmlns="u" xmlns:p="u" type="p:T" xmlns:ns1="v" base="ns1:T" xmlns:q="w"/>',
    },
    {
      name: 'CDATA, comments and markup',
      write: w => {
        w.comment(' before ')
        w.open(name('a', 'u'), 'p')
        w.cdata('<b>]]>\n')
        w.cdata('a\rb<')
        w.comment(' in - it ')
        w.raw('<c/>')
        w.fragment('<p:d/>&amp;')
        w.close()
      },
      xml: '<!-- before --><p:a xmlns:p="u"><![CDATA[<b>]]]]><![CDATA[>\n]]>a&#13;b&lt;<!-- in - it --><c/><p:d/>&amp;</p:a>',
    },
  ]
  for (const { name: title, write, xml } of cases) it(`writes ${title}`, () => expect(written(write)).to.equal(xml))

  const texts = ['', 'plain', ' a\tb\nc\rd\r\ne ', '<&>"\'', ']]>', ']]', 'Köln 日本 😀', '\u0085\u2028\ufffd\u007f', '&amp;']
  for (const text of texts) {
    it(`writes ${JSON.stringify(text)} so that it comes back`, () => {
      const root = readDocument(
        written(w => {
          w.open(name('a'))
          w.attribute(name('b'), text)
          w.text(text)
          w.text('>')
          w.close()
        }),
      )
      expect(textOf(root)).to.equal(`${text}>`)
      expect(attribute(root, 'b')).to.equal(text)
      expect(textOf(readDocument(`<a b="${escapeAttribute(text)}">${escapeText(text)}</a>`))).to.equal(text)
    })
  }

  it('begins with an XML declaration where asked', () => {
    const writer = createXmlWriter({ declaration: true })
    writer.open(name('a'))
    writer.close()
    expect(writer.result()).to.equal('<?xml version="1.0" encoding="UTF-8"?>\n<a/>')
  })

  const refused: [why: string, write: (writer: XmlWriter) => void][] = [
    ['/a character 2 of the value is U+0000, which XML 1.0 cannot hold', w => w.text('x\u0000')],
    ['/a character 1 of the value is U+001B, which XML 1.0 cannot hold', w => w.attribute(name('b'), '\u001b[0m')],
    ['/a character 1 of the value is U+D800, which XML 1.0 cannot hold', w => w.text('\ud800')],
    ['/a character 3 of the value is U+DE00, which XML 1.0 cannot hold', w => w.text('😀\ude00')],
    ['/a character 1 of the value is U+FFFE, which XML 1.0 cannot hold', w => w.cdata('\ufffe')],
    ['/a character 1 of the value is U+0001, which XML 1.0 cannot hold', w => w.comment('\u0001')],
    ['/a a comment cannot hold "--", a "-" at its end or a carriage return', w => w.comment('a--b')],
    ['/a a comment cannot hold "--", a "-" at its end or a carriage return', w => w.comment('a-')],
    ['/a "my name" is no name in XML', w => w.open(name('my name'))],
    ['/a "" is no name in XML', w => w.open(name(''))],
    ['/a "a:b" is no name in XML', w => w.open(name('a:b'))],
    ['/a "1" is no name in XML', w => w.attribute(name('1'), '')],
    ['/a "a><b" is no name in XML', w => w.open(name('a><b'))],
    [
      '/a a second attribute {u}b',
      w => {
        w.attribute(name('b', 'u'), '', 'p')
        w.attribute(name('b', 'u'), '', 'q')
      },
    ],
    ['/a markup that is not well-formed: unclosed tag: fragment', w => w.fragment('<b>')],
    ['/a markup that is not well-formed: documents may contain only one root', w => w.fragment('</fragment><fragment>')],
    ['/a markup that is not well-formed: unbound namespace prefix: "p"', w => w.fragment('<p:b/>')],
  ]
  for (const [why, write] of refused) {
    it(`refuses: ${why}`, () => {
      const writer = createXmlWriter()
      writer.open(name('a'))
      expect(refusal(() => write(writer)).replace('unexpected close tag', 'unclosed tag: fragment')).to.equal(`MAPPING_FAILED ${why}`)
    })
  }

  const misuse: [why: string, write: (writer: XmlWriter) => void][] = [
    ['no element was written', w => w.result()],
    ['no element is open', w => w.text('x')],
    ['no element is open', w => w.close()],
    ['no element has just begun', w => w.attribute(name('a'), '')],
    [
      'the element a is open',
      w => {
        w.open(name('a'))
        w.result()
      },
    ],
    [
      'a document has one root element',
      w => {
        w.open(name('a'))
        w.close()
        w.open(name('b'))
      },
    ],
    [
      'no element has just begun',
      w => {
        w.open(name('a'))
        w.text('x')
        w.attribute(name('b'), '')
      },
    ],
    [
      'the prefix "p" means something else on this element',
      w => {
        w.open(name('a', 'u'), 'p')
        w.declare('p', 'v')
      },
    ],
    [
      'no prefix may be declared for ""',
      w => {
        w.open(name('a'))
        w.declare('p', '')
      },
    ],
  ]
  for (const [why, write] of misuse) it(`cannot be used so: ${why}`, () => expect(() => write(createXmlWriter())).to.throw(TypeError, why))
})
