import { expect } from 'chai'
import type { XmlTag } from '../../../transformers/xml/events.ts'
import { createXmlReader, readXml, type XmlLimits, type XmlReaderHandler } from '../../../transformers/xml/reader.ts'
import { refusal } from './refusal.ts'

/** Writes events down, a line each. */
function recorder(): XmlReaderHandler & { readonly lines: string[] } {
  const lines: string[] = []
  const attributes = (tag: XmlTag) => tag.attributes.map(({ ns, local, prefix, value }) => ` ${prefix}{${ns}}${local}=${value}`).join('')
  return {
    lines,
    open: tag => void lines.push(`<${tag.prefix}{${tag.ns}}${tag.local}${attributes(tag)} ${JSON.stringify(tag.declares ?? null)}`),
    text: text => void lines.push(`"${text}"`),
    close: () => void lines.push('>'),
    comment: text => void lines.push(`!${text}`),
    instruction: (target, data) => void lines.push(`?${target} ${data}`),
  }
}

function events(source: string): string[] {
  const record = recorder()
  readXml(source, record)
  return record.lines
}

/** The same document in pieces of some bytes. */
function inPieces(source: Uint8Array, size: number, handler: XmlReaderHandler, limits?: Partial<XmlLimits>): void {
  const reader = createXmlReader(handler, limits && { limits })
  for (let at = 0; at < source.length; at += size) reader.write(source.subarray(at, at + size))
  reader.end()
}

const nothing: XmlReaderHandler = { open() {}, text() {}, close() {} }

describe('readXml', () => {
  const documents: [source: string, lines: string[]][] = [
    ['<a/>', ['<{}a null', '>']],
    ['<?xml version="1.0"?>\n<a>x&lt;&#x41;</a>\n', ['<{}a null', '"x<A"', '>']],
    ['<a xmlns="u"><b/></a>', ['<{u}a {"":"u"}', '<{u}b null', '>', '>']],
    ['<a xmlns="u"><b xmlns=""/></a>', ['<{u}a {"":"u"}', '<{}b {"":""}', '>', '>']],
    ['<p:a xmlns:p="u" p:b="1" c="2"/>', ['<p{u}a p{u}b=1 {}c=2 {"p":"u"}', '>']],
    ['<a b=" x\t\ny "/>', ['<{}a {}b= x  y  null', '>']],
    ['<a b="&#9;&#10;&#13;"/>', ['<{}a {}b=\t\n\r null', '>']],
    ['<a>1\r\n2\r3</a>', ['<{}a null', '"1\n2\n3"', '>']],
    ['<a><![CDATA[<b>&amp;]]]]></a>', ['<{}a null', '"<b>&amp;]]"', '>']],
    ['<!-- x --><a><?p d?><!----></a><?q?>', ['! x ', '<{}a null', '?p d', '!', '>', '?q ']],
    ['<a xml:lang="de"/>', ['<{}a xml{http://www.w3.org/XML/1998/namespace}lang=de null', '>']],
    ['<a><?p ?x?></a>', ['<{}a null', '?p ?x', '>']],
    ['<__proto__ constructor="1"/>', ['<{}__proto__ {}constructor=1 null', '>']],
  ]
  for (const [source, lines] of documents) {
    it(`reads ${source.replaceAll(/\s/g, ' ')}`, () => {
      expect(events(source)).to.deep.equal(lines)
    })
  }

  it('resolves prefixes where it is, until the innermost open element ends', () => {
    const seen: string[] = []
    let resolve: XmlTag['resolve'] = () => undefined
    const look = (): void => void seen.push(['', 'p', 'q', 'xml'].map(prefix => resolve(prefix)).join())
    readXml('<a xmlns:p="1" xmlns="d"><b xmlns:p="2"/><c xmlns:q="3">t</c></a>', {
      open: tag => {
        resolve = tag.resolve
        look()
      },
      text: look,
      close: look,
    })
    const xml = 'http://www.w3.org/XML/1998/namespace'
    const rows = ['d,1,', 'd,2,', 'd,2,', 'd,1,3', 'd,1,3', 'd,1,3', 'd,1,'].map(row => `${row}${row.endsWith('3') ? '' : ''},${xml}`)
    expect(seen).to.deep.equal(rows)
  })

  it('tells where tags begin', () => {
    const places: string[] = []
    let place = () => ({ line: 0, column: 0 })
    readXml('<a>\n <b/><c\n x="1"/>\r\n<dd\r\n/></a>', {
      ...nothing,
      begin: now => {
        place = now
      },
      open: tag => void places.push(`${tag.local} ${place().line}:${place().column}`),
    })
    expect(places).to.deep.equal(['a 1:1', 'b 2:2', 'c 2:6', 'dd 4:1'])
  })

  it('passes on what the handler throws', () => {
    const mine = new RangeError('mine')
    const broken: XmlReaderHandler = {
      ...nothing,
      text() {
        throw mine
      },
    }
    expect(() => readXml('<a>x</a>', broken)).to.throw(mine as unknown as typeof RangeError)
  })

  it('reads a document while it reads another', () => {
    const inner: string[][] = []
    readXml('<a><b/><c/></a>', { ...nothing, open: tag => void inner.push(events(`<${tag.local}${tag.local}/>`)) })
    expect(inner.map(lines => lines[0])).to.deep.equal(['<{}aa null', '<{}bb null', '<{}cc null'])
  })

  const illFormed: [source: string, why: string][] = [
    ['', '1:1 the document ends before its root element'],
    ['  ', '1:2 the document ends before its root element'],
    ['text', '1:5 text data outside of root node'],
    ['<a>', '1:3 unclosed tag: a'],
    ['<a', '1:2 the document ends before its root element'],
    ['<a></b>', '1:7 unexpected close tag'],
    ['<a></a></a>', '1:11 unmatched closing tag: a'],
    ['<a/><b/>', '1:7 documents may contain only one root'],
    ['<a/>x', '1:6 text data outside of root node'],
    ['x<a/>', '1:2 text data outside of root node'],
    ['&amp;<a/>', '1:1 text data outside of root node'],
    ['<a/><![CDATA[x]]>', '1:13 text data outside of root node'],
    ['<a><b></a></b>', '1:10 unexpected close tag'],
    ['<1/>', '1:2 disallowed character in tag name: "1"'],
    ['< a/>', '1:2 disallowed character in tag name: " "'],
    ['<a b/>', '1:5 disallowed character in attribute name: "/"'],
    ['<a b=1/>', '1:6 unquoted attribute value'],
    ['<a b="1/>', '1:9 the document ends too early'],
    ['<a b="1" b="2"/>', '1:16 duplicate attribute: b'],
    ['<a b="1"c="2"/>', '1:9 no whitespace between attributes'],
    ['<a b="<"/>', '1:7 disallowed character: "<"'],
    ['<a b="&"/>', '1:10 the document ends too early'],
    ['<a>&</a>', '1:8 unclosed tag: a'],
    ['<a>&x;</a>', '1:6 an entity that is not defined; without a DOCTYPE there are only &amp; &lt; &gt; &quot; &apos; and numbers'],
    [
      '<a>&constructor;</a>',
      '1:16 an entity that is not defined; without a DOCTYPE there are only &amp; &lt; &gt; &quot; &apos; and numbers',
    ],
    ['<a>&#0;</a>', '1:7 malformed character entity'],
    ['<a>&#xD800;</a>', '1:11 malformed character entity'],
    ['<a>&#x110000;</a>', '1:13 malformed character entity'],
    ['<a>&#12a;</a>', '1:9 malformed character entity'],
    ['<a>\u0000</a>', '1:4 disallowed character: "\\u0000"'],
    ['<a>\n\n  \u000b</a>', '3:3 disallowed character: "\\u000b"'],
    ['<a>\uffff</a>', '1:4 disallowed character: "\uffff"'],
    ['<a>]]></a>', '1:6 the string "]]>" is disallowed in char data'],
    ['<a><!-- -- --></a>', '1:11 malformed comment'],
    ['<a><!-- --->', '1:11 malformed comment'],
    ['<a><![CDATA[x</a>', '1:17 unclosed tag: a'],
    ['<a><![cdata[x]]></a>', '1:12 incorrect syntax'],
    ['<a><?xml version="1.0"?></a>', '1:9 an XML declaration must be at the start of the document'],
    [' <?xml version="1.0"?><a/>', '1:7 an XML declaration must be at the start of the document'],
    ['<a><?XML x?></a>', '1:12 the XML declaration must appear at the start of the document'],
    ['<a><? x?></a>', '1:6 processing instruction without a target'],
    ['<?xml version="1.1"?><a/>', '1:21 this is XML 1.1; only XML 1.0 is taken'],
    ['<?xml version="1.0" standalone="maybe"?><a/>', '1:38 standalone value must match "yes" or "no"'],
    ['<?xml encoding="UTF-8"?><a/>', '1:15 expected one of version'],
    ['<p:a/>', '1:6 unbound namespace prefix: "p"'],
    ['<a p:b="1"/>', '1:12 unbound namespace prefix: "p"'],
    ['<a xmlns:p=""/>', '1:13 invalid attempt to undefine prefix in XML 1.0'],
    ['<a xmlns:p="u" xmlns:q="u" p:b="" q:b=""/>', '1:42 duplicate attribute: {u}b'],
    ['<a xmlns:p="u"><p:b:c/></a>', '1:23 malformed name: p:b:c'],
    ['<a xmlns:p="u"><p:1/></a>', '1:21 malformed name: "1" may not stand behind a prefix'],
    ['<a xmlns:1p="u"/>', '1:17 malformed name: "1p" may not stand behind a prefix'],
    ['<a xmlns:xmlns="u"/>', '1:18 '],
    ['<a xmlns="http://www.w3.org/2000/xmlns/"/>', '1:40 '],
    ['<a xmlns=" u"/>', '1:15 white space around the URI of a namespace: " u"'],
    ['<!DOCTYPE a><a/>', '1:12 a DOCTYPE is not taken, since it could define entities and defaults; send the document without it'],
    [
      '<!DOCTYPE a [<!ENTITY x "y"><!ENTITY z "&x;&x;">]>\n<a>&z;</a>',
      '1:50 a DOCTYPE is not taken, since it could define entities and defaults; send the document without it',
    ],
  ]
  for (const [source, why] of illFormed) {
    it(`refuses ${JSON.stringify(source)}`, () => {
      const whole = refusal(() => readXml(source, nothing))
      expect(whole.startsWith(`NOT_READABLE ${why}`), whole).to.equal(true)
      expect(() => inPieces(Buffer.from(source), 1, nothing)).to.throw(/^NOT_READABLE: line \d+, column \d+: /)
    })
  }

  it('refuses half of a surrogate pair in a text', () => {
    expect(refusal(() => readXml('<a>\ud800</a>', nothing))).to.equal('NOT_READABLE 1:4 half of a surrogate pair, which is no character')
  })

  it('refuses an instruction without white space behind its name', () => {
    expect(refusal(() => readXml('<a><?x?y?></a>', nothing))).to.equal('NOT_READABLE 1:10 white space is missing behind <?x')
  })

  const repeat = (times: number, text: (index: number) => string) => Array.from({ length: times }, (_, index) => text(index)).join('')
  const bounds: [limits: Partial<XmlLimits>, largest: string, beyond: string][] = [
    [{ depth: 3 }, '<a><a><a/></a></a>', '<a><a><a><a/></a></a></a>'],
    [{}, `${'<a>'.repeat(100)}${'</a>'.repeat(100)}`, `${'<a>'.repeat(101)}${'</a>'.repeat(101)}`],
    [{ nodes: 4 }, '<a><b/><!-- --><?x?></a>', '<a><b/><!-- --><?x?><![CDATA[]]></a>'],
    [{}, `<a ${repeat(256, at => ` b${at}=""`)}/>`, `<a ${repeat(257, at => ` b${at}=""`)}/>`],
    [{ attributes: 2 }, '<a xmlns="u" b=""/>', '<a xmlns="u" b="" c=""/>'],
    [{ name: 3 }, '<abc def=""><?ghi?></abc>', '<abc defg=""/>'],
    [{ name: 3 }, '<abc/>', '<abcd/>'],
    [{ name: 3 }, '<a/>', '<a><?long?></a>'],
    [{ text: 3 }, '<a b="123">123<!--123--><![CDATA[123]]></a>', '<a>1234</a>'],
    [{ text: 3 }, '<a/>', '<a b="1234"/>'],
    [{ text: 3 }, '<a/>', '<a><!--1234--></a>'],
    [{ text: 3 }, '<a/>', '<a><![CDATA[1234]]></a>'],
    [{ text: 3 }, '<a/>', '<a><?p 1234?></a>'],
  ]
  for (const [limits, largest, beyond] of bounds) {
    it(`holds to ${JSON.stringify(limits)}: ${beyond.slice(0, 50)}`, () => {
      readXml(largest, nothing, { limits })
      expect(refusal(() => readXml(beyond, nothing, { limits }))).to.match(/^NOT_READABLE \d+:\d+ .* more than \d+/)
    })
  }
})

describe('createXmlReader', () => {
  const source = Buffer.from(
    '<?xml version="1.0" encoding="UTF-8"?>\r\n<p:a xmlns:p="u" b="ö&amp;">Köln\r\n😀<![CDATA[]]]]><!-- ü --><?x y?></p:a>\r\n',
  )

  for (const size of [1, 2, 3, 7, 1000]) {
    it(`reads the same in pieces of ${size} bytes`, () => {
      const whole = recorder()
      const pieces = recorder()
      readXml(source, whole)
      inPieces(source, size, pieces)
      expect(pieces.lines).to.deep.equal(whole.lines)
    })
  }

  it('lets the caller use its chunk again', () => {
    const record = recorder()
    const reader = createXmlReader(record)
    const chunk = Buffer.alloc(1)
    for (const byte of source) {
      chunk[0] = byte
      reader.write(chunk)
    }
    reader.end()
    const whole = recorder()
    readXml(source, whole)
    expect(record.lines).to.deep.equal(whole.lines)
  })

  it('tells the place of bytes that are not in the charset', () => {
    const reader = createXmlReader(nothing)
    reader.write(Buffer.from('<a>\nb'))
    expect(refusal(() => reader.write(Buffer.from([0x63, 0xff])))).to.match(/^NOT_READABLE 2:3 the bytes are not UTF-8/)
  })

  it('takes nothing more after an error or its end', () => {
    const failed = createXmlReader(nothing)
    const first = refusal(() => failed.write(Buffer.from('<a></b>')))
    expect(refusal(() => failed.write(Buffer.from('<a/>')))).to.equal(first)
    expect(refusal(() => failed.end())).to.equal(first)
    const ended = createXmlReader(nothing)
    ended.write(Buffer.from('<a/>'))
    ended.end()
    expect(() => ended.end()).to.throw(TypeError, 'the document has ended')
  })

  for (const start of ['<a>', '<a b="', '<a><!-- ', '<a><![CDATA[', '<a><?x ', '<!DOCTYPE a [', '<a ']) {
    it(`gives up on an endless piece behind ${start}`, () => {
      const reader = createXmlReader(nothing, { limits: { text: 10_000, name: 10, attributes: 10 } })
      reader.write(Buffer.from(start))
      const chunk = Buffer.alloc(1_000, 'x')
      const endless = () => {
        for (let count = 0; count < 20; count++) reader.write(chunk)
      }
      expect(refusal(endless)).to.match(/^NOT_READABLE 1:\d+ .* more than \d+ characters/)
    })
  }

  it('reads 50 MB in flat memory', function () {
    this.timeout(20_000)
    let rows = 0
    const reader = createXmlReader({ ...nothing, close: () => void rows++ }, { limits: { nodes: 10_000_000 } })
    const text = 'Köln '.repeat(200)
    const chunk = Buffer.from(`<row id="4711"><name>${text}</name></row>`.repeat(60))
    const before = process.memoryUsage().rss
    reader.write(Buffer.from('<rows>'))
    let bytes = 0
    for (; bytes < 50_000_000; bytes += chunk.length) reader.write(chunk)
    reader.write(Buffer.from('</rows>'))
    reader.end()
    expect(rows).to.equal((bytes / chunk.length) * 120 + 1)
    expect(process.memoryUsage().rss - before).to.be.below(100_000_000)
  })
})
