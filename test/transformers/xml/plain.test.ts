import { expect } from 'chai'
import { ExactNumber } from '../../../transformers/json/exact-number.ts'
import { canonicalize } from '../../../transformers/xml/c14n.ts'
import { readDocument } from '../../../transformers/xml/document.ts'
import { createPlainXml, type PlainXmlOptions, prefixFault } from '../../../transformers/xml/plain.ts'
import { readXml, type XmlReaderHandler } from '../../../transformers/xml/reader.ts'
import { createXmlWriter } from '../../../transformers/xml/writer.ts'
import { refusal } from './refusal.ts'

const head = '<?xml version="1.0" encoding="UTF-8"?>\n'
const read = (xml: string, options?: PlainXmlOptions) => createPlainXml(options).read(Buffer.from(xml))
const write = (body: unknown, options?: PlainXmlOptions) => createPlainXml(options).write(body)
const orders = { prefixes: { o: 'urn:o', xsi: 'http://www.w3.org/2001/XMLSchema-instance' } }

describe('XML without a schema', () => {
  /** Documents that come back as they were. */
  const pairs: { name: string; xml: string; body: unknown; options?: PlainXmlOptions }[] = [
    { name: 'texts as strings', xml: '<a><n>00123</n><d>1.00</d><b>true</b></a>', body: { a: { n: '00123', d: '1.00', b: 'true' } } },
    { name: 'a root of text', xml: '<a> x\n</a>', body: { a: ' x\n' } },
    { name: 'an empty element as an empty string', xml: '<a><b/></a>', body: { a: { b: '' } } },
    { name: 'white space alone as text', xml: '<a> </a>', body: { a: ' ' } },
    { name: 'attributes with @', xml: '<a b="1" c=""/>', body: { a: { '@b': '1', '@c': '' } } },
    { name: 'text beside attributes as $', xml: '<a b="1">x</a>', body: { a: { '@b': '1', $: 'x' } } },
    { name: 'white space beside attributes', xml: '<a b="1"> </a>', body: { a: { '@b': '1', $: ' ' } } },
    { name: 'text before elements as $', xml: '<a>x <b>y</b></a>', body: { a: { $: 'x ', b: 'y' } } },
    { name: 'a list of one', xml: '<a><b>1</b></a>', body: { a: { b: ['1'] } }, options: { many: ['/a/b'] } },
    { name: 'a list', xml: '<a><b>1</b><b c="2"/><d/></a>', body: { a: { b: ['1', { '@c': '2' }], d: '' } }, options: { many: ['/a/b'] } },
    {
      name: 'lists inside lists',
      xml: '<a><b><c>1</c><c>2</c></b><b><c>3</c></b></a>',
      body: { a: { b: [{ c: ['1', '2'] }, { c: ['3'] }] } },
      options: { many: ['/a/b', '/a/b/c'] },
    },
    {
      name: 'prefixes of the config',
      xml: '<o:a xmlns:o="urn:o" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" o:b="1" xml:lang="de"><c/><o:c xsi:nil="true"/></o:a>',
      body: { 'o:a': { '@o:b': '1', '@xml:lang': 'de', c: '', 'o:c': { '@xsi:nil': 'true' } } },
      options: orders,
    },
    {
      name: 'a namespace without a prefix',
      xml: '<a xmlns="urn:o" b="1"><c/></a>',
      body: { a: { '@b': '1', c: '' } },
      options: { prefixes: { '': 'urn:o' } },
    },
    {
      name: 'lists of prefixed names',
      xml: '<o:a xmlns:o="urn:o"><o:b/></o:a>',
      body: { 'o:a': { 'o:b': [''] } },
      options: { prefixes: { o: 'urn:o' }, many: ['/o:a/o:b'] },
    },
    {
      name: 'names of objects',
      xml: '<constructor><toString/><valueOf/></constructor>',
      body: { constructor: { toString: '', valueOf: '' } },
    },
    {
      name: 'text that must be escaped',
      xml: '<a b="&#9;&quot;&lt;">&lt;&amp;]]&gt;&#13;😀</a>',
      body: { a: { '@b': '\t"<', $: '<&]]>\r😀' } },
    },
  ]
  for (const { name, xml, body, options } of pairs) {
    it(`reads and writes ${name}`, () => {
      expect(read(xml, options)).to.deep.equal(body)
      const back = write(body, options)
      expect(back.startsWith(head)).to.equal(true)
      expect(canonicalize(readDocument(back))).to.equal(canonicalize(readDocument(xml)))
    })
  }

  const bodies: { name: string; xml: string; body: unknown; options?: PlainXmlOptions }[] = [
    { name: 'drops white space between elements', xml: '<a>\n  <b/>\n  <c/>\n</a>', body: { a: { b: '', c: '' } } },
    { name: 'reads CDATA as text', xml: '<a>x<![CDATA[<y>]]>z</a>', body: { a: 'x<y>z' } },
    { name: 'takes local names of namespaces that have no prefix', xml: '<x:a xmlns:x="urn:x" x:b="1"/>', body: { a: { '@b': '1' } } },
    { name: 'does not mind which prefix the document has', xml: '<x:a xmlns:x="urn:o"/>', body: { 'o:a': '' }, options: orders },
    { name: 'drops comments where told', xml: '<!-- --><a>x<!-- -->y</a>', body: { a: 'xy' }, options: { lossy: ['comments'] } },
    { name: 'drops instructions where told', xml: '<?x?><a/>', body: { a: '' }, options: { lossy: ['instructions'] } },
    {
      name: 'keeps the text of mixed content where told',
      xml: '<p>a <b>c</b> d</p>',
      body: { p: { $: 'a  d', b: 'c' } },
      options: { lossy: ['mixed'] },
    },
    { name: 'drops white space in mixed content where told', xml: '<p> <b/> </p>', body: { p: { b: '' } }, options: { lossy: ['mixed'] } },
    {
      name: 'drops the order of names where told',
      xml: '<a><b/><c/><b/></a>',
      body: { a: { b: ['', ''], c: '' } },
      options: { many: ['/a/b'], lossy: ['mixed'] },
    },
  ]
  for (const { name, xml, body, options } of bodies) it(name, () => expect(read(xml, options)).to.deep.equal(body))

  const notRead: { xml: string; why: string; options?: PlainXmlOptions }[] = [
    {
      xml: '<a>\n<b/><b/></a>',
      why: '2:5 a second b; what may repeat is listed: `many: [/a/b]` (one name in several namespaces: see `prefixes`)',
    },
    {
      xml: '<a><b><c/><c/></b></a>',
      why: '1:11 a second c; what may repeat is listed: `many: [/a/b/c]` (one name in several namespaces: see `prefixes`)',
      options: { many: ['/a/b'] },
    },
    {
      xml: '<a><b/><c/><b/></a>',
      why: '1:12 b again behind c: their order would be lost; use an XSD, or list `mixed` under `lossy`',
      options: { many: ['/a/b'] },
    },
    { xml: '<a><b/>x</a>', why: '1:9 text behind an element: its place would be lost; use an XSD, or list `mixed` under `lossy`' },
    { xml: '<a><!-- x --></a>', why: '1:12 a comment, which would be lost; list `comments` under `lossy`' },
    { xml: '<?x?><a/>', why: '1:5 a processing instruction x, which would be lost; list `instructions` under `lossy`' },
    { xml: '<a b="1" p:b="2" xmlns:p="u"/>', why: '1:1 two attributes b of different namespaces; name those under `prefixes`' },
    { xml: '<a>', why: '1:3 unclosed tag: a' },
    { xml: '<a>123</a>', why: '1:8 a text, a comment or an attribute has more than 2 characters', options: { limits: { text: 2 } } },
  ]
  for (const { xml, why, options } of notRead) {
    it(`does not read ${JSON.stringify(xml)}`, () =>
      expect(refusal(() => read(xml, options)))
        .to.match(/^NOT_READABLE /)
        .and.include(why.slice(why.indexOf(' '))))
  }

  const written: { name: string; body: unknown; xml: string }[] = [
    {
      name: 'numbers and booleans',
      body: { a: { n: 1.5, b: true, e: new ExactNumber('12.50'), i: 12345678901234567890n } },
      xml: '<a><n>1.5</n><b>true</b><e>12.50</e><i>12345678901234567890</i></a>',
    },
    {
      name: 'nothing for what is undefined',
      body: { a: { b: undefined, '@c': undefined, $: undefined, d: [] }, e: undefined },
      xml: '<a/>',
    },
    { name: 'attributes and text first, wherever they stand', body: { a: { b: '', $: 'x', '@c': '1' } }, xml: '<a c="1">x<b/></a>' },
    { name: 'lists that are not declared', body: { a: { b: ['1', '2'] } }, xml: '<a><b>1</b><b>2</b></a>' },
  ]
  for (const { name, body, xml } of written) it(`writes ${name}`, () => expect(write(body)).to.equal(head + xml))

  const deep = (levels: number): unknown => (levels === 0 ? '' : { a: deep(levels - 1) })
  const notWritten: [body: unknown, why: string][] = [
    [{}, 'the body must be an object of one member, the root element; this is an object of 0 members'],
    [{ a: '', b: '' }, 'the body must be an object of one member, the root element; this is an object of 2 members'],
    [[], 'the body must be an object of one member, the root element; this is a list'],
    ['x', 'the body must be an object of one member, the root element; this is a string'],
    [null, 'the body must be an object of one member, the root element; this is null'],
    [{ a: ['', ''] }, '/a a document has one root element; this is a list'],
    [{ a: { b: null } }, "/a/b null has no form in XML without an XSD; leave the member out, or write '' for an empty element"],
    [{ a: { b: ['', [1]] } }, '/a/b/1 a list in a list has no form in XML'],
    [{ a: { '@b': {} } }, '/a/@b an object of 0 members has no form in XML without an XSD'],
    [{ a: { $: ['x'] } }, '/a/$ a list has no form in XML without an XSD'],
    [{ a: Number.NaN }, '/a NaN has no form in XML without an XSD'],
    [{ a: Uint8Array.of(1) }, '/a bytes has no form in XML without an XSD'],
    [{ a: { 'my name': '' } }, '/a/my name "my name" is no name in XML'],
    [{ a: { 'b/c': '' } }, '/a/b~1c "b/c" is no name in XML'],
    [{ a: { '': '' } }, '/a/ "" is no name in XML'],
    [{ a: { '@': '' } }, '/a/@ "" is no name in XML'],
    [{ a: { '1': '' } }, '/a/1 "1" is no name in XML'],
    [{ a: { 'x/><y': '' } }, '/a/x~1><y "x/><y" is no name in XML'],
    [{ a: { 'o:b': '' } }, '/a/o:b the name "o:b" has a prefix that `prefixes` does not list (known: xml)'],
    [{ a: { '@xmlns:p': 'u' } }, '/a/@xmlns:p the name "xmlns:p" has a prefix that `prefixes` does not list (known: xml)'],
    [{ a: { b: ['x', '\u0000'] } }, '/a/b/1 character 1 of the value is U+0000, which XML 1.0 cannot hold'],
    [{ a: { '@b': '\ud800' } }, '/a/@b character 1 of the value is U+D800, which XML 1.0 cannot hold'],
    [deep(101), `${'/a'.repeat(101)} elements are nested more than 100 levels deep`],
  ]
  for (const [body, why] of notWritten) {
    it(`does not write ${JSON.stringify(body)?.slice(0, 60)}`, () => {
      expect(refusal(() => write(body))).to.equal(`MAPPING_FAILED ${why.startsWith('the body') ? ` ${why}` : why}`)
    })
  }

  it('writes no declaration as an attribute', () => {
    expect(refusal(() => write({ a: { '@xmlns': 'u' } }))).to.equal('MAPPING_FAILED /a/@xmlns "xmlns" is a declaration, not an attribute')
  })

  it('is not moved by an element named __proto__', () => {
    const body = read('<a><__proto__><polluted>yes</polluted></__proto__><__proto__/></a>', { many: ['/a/__proto__'] })
    expect(JSON.stringify(body)).to.equal('{"a":{"__proto__":[{"polluted":"yes"},""]}}')
    expect(Object.hasOwn({}, 'polluted') || 'polluted' in {}).to.equal(false)
    expect(write(body)).to.equal(`${head}<a><__proto__><polluted>yes</polluted></__proto__><__proto__/></a>`)
    expect(JSON.stringify(read('<__proto__><a/></__proto__>'))).to.equal('{"__proto__":{"a":""}}')
  })

  it('reads an element inside a document, and writes one', () => {
    const plain = createPlainXml({ many: ['/b/c'] })
    const results: unknown[] = []
    for (const named of [false, true]) {
      const reader = plain.elementReader({ named })
      let depth = 0
      const outer: XmlReaderHandler = {
        open: tag => void (++depth > 1 && reader.open(tag)),
        text: text => void (depth > 1 && reader.text(text)),
        close: () => void (depth-- > 1 && reader.close()),
      }
      readXml('<a> <b><c>1</c></b> </a>', outer)
      results.push(reader.result())
    }
    expect(results).to.deep.equal([{ c: ['1'] }, { b: { c: ['1'] } }])
    const writer = createXmlWriter()
    writer.open({ ns: 'u', local: 'a' }, '')
    plain.writeInto(writer, { b: { c: ['1'] } })
    writer.close()
    expect(writer.result()).to.equal('<a xmlns="u"><b xmlns=""><c>1</c></b></a>')
  })

  const faults: [prefix: string, uri: string, fault: string | undefined][] = [
    ['o', 'urn:o', undefined],
    ['', 'urn:o', undefined],
    ['1', 'urn:o', '"1" is no prefix in XML'],
    ['xmlns', 'urn:o', 'the prefix "xmlns" belongs to XML itself'],
    ['o', '', 'no prefix may be given to the namespace ""'],
  ]
  for (const [prefix, uri, fault] of faults)
    it(`checks the prefix "${prefix}" for "${uri}"`, () => expect(prefixFault(prefix, uri)).to.equal(fault))
})
