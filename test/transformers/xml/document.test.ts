import { expect } from 'chai'
import { attribute, childElements, childrenNamed, readDocument, textOf, type XmlElement } from '../../../transformers/xml/document.ts'

const source = `<?xml version="1.0"?>
<!-- before -->
<s:schema xmlns:s="urn:s" xmlns="urn:d" id="1" s:id="2">
  <element name="a"><![CDATA[x]]>y<!-- c --></element>
  <s:element
    xmlns:t="urn:t"
    type="t:T"/><?pi data?>
</s:schema>`

/** The tree in short: names, texts. */
function outline(element: XmlElement): unknown[] {
  return element.children.map(child => {
    if (child.kind === 'element') return [child.local, ...outline(child)]
    if (child.kind === 'text') return child.cdata ? `[${child.text}]` : child.text.trim()
    return child.kind === 'comment' ? `!${child.text}` : `?${child.target} ${child.data}`
  })
}

describe('readDocument', () => {
  it('keeps order, texts and CDATA sections', () => {
    expect(outline(readDocument(source))).to.deep.equal(['', ['element', '[x]', 'y'], '', ['element'], ''])
  })

  it('keeps comments and instructions inside the root where asked', () => {
    const root = readDocument(Buffer.from(source), { comments: true, instructions: true })
    expect(outline(root)).to.deep.equal(['', ['element', '[x]', 'y', '! c '], '', ['element'], '?pi data', ''])
  })

  it('keeps names, prefixes, attributes and what is declared', () => {
    const { ns, local, prefix, attributes, declares } = readDocument(source)
    expect([ns, local, prefix]).to.deep.equal(['urn:s', 'schema', 's'])
    expect(attributes).to.deep.equal([
      { ns: '', local: 'id', prefix: '', value: '1' },
      { ns: 'urn:s', local: 'id', prefix: 's', value: '2' },
    ])
    expect({ ...declares }).to.deep.equal({ s: 'urn:s', '': 'urn:d' })
  })

  it('knows where tags begin', () => {
    const root = readDocument(source)
    const places = [root, ...childElements(root)].map(({ place }) => `${place.line}:${place.column}`)
    expect(places).to.deep.equal(['3:1', '4:3', '5:3'])
  })

  it('resolves prefixes at each element, after the reading', () => {
    const root = readDocument(source)
    const [inner] = childrenNamed(root, 'urn:s', 'element')
    expect(['t', 's', '', 'x', 'xml'].map(prefix => inner?.resolve(prefix))).to.deep.equal([
      'urn:t',
      'urn:s',
      'urn:d',
      undefined,
      'http://www.w3.org/XML/1998/namespace',
    ])
    expect(root.resolve('t')).to.equal(undefined)
    expect(inner?.parent).to.equal(root)
  })

  it('finds children, attributes and text', () => {
    const root = readDocument(source)
    expect(childrenNamed(root, 'urn:d').map(({ local }) => local)).to.deep.equal(['element'])
    expect(childrenNamed(root, 'urn:d', 'other')).to.deep.equal([])
    expect([attribute(root, 'id'), attribute(root, 'id', 'urn:s'), attribute(root, 'name')]).to.deep.equal(['1', '2', undefined])
    expect(textOf(root).trim()).to.equal('xy')
  })
})
