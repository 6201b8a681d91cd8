import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { asGatewayError } from '../../gateway/errors.ts'
import { xslt } from '../../transformers/xslt.ts'
import { hostileXml } from './hostile-xml.ts'
import { contentOf, projectOf } from './project.ts'
import { orderXml, temporaryFiles } from './temporary-files.ts'

const path = ['routes', 'x', 'transform', 0, 'xslt']
const HEAD = `<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform" xmlns:o="urn:shop:orders:v1" xmlns:exsl="http://exslt.org/common" xmlns:date="http://exslt.org/dates-and-times" xmlns:str="http://exslt.org/strings" extension-element-prefixes="exsl date str" exclude-result-prefixes="o">`
const sheet = (inner: string) => `${HEAD}\n${inner}\n</xsl:stylesheet>`
const root = (inner: string) => sheet(`<xsl:template match="/">${inner}</xsl:template>`)
const named = (body: string, call: string) =>
  sheet(`<xsl:template match="/"><r>${call}</r></xsl:template><xsl:template name="a">${body}</xsl:template>`)
const twice = '<xsl:param name="i" select="30"/><xsl:if test="$i > 0">'.concat(
  '<xsl:call-template name="a"><xsl:with-param name="i" select="$i - 1"/></xsl:call-template>'.repeat(2),
  '</xsl:if>',
)
const doubled =
  '<xsl:param name="n" select="\'xxxxxxxxxxxxxxxx\'"/><xsl:call-template name="a"><xsl:with-param name="n" select="concat($n, $n)"/></xsl:call-template>'
const counted =
  '<xsl:param name="i" select="1000"/><xsl:if test="$i > 0"><xsl:call-template name="a"><xsl:with-param name="i" select="$i - 1"/></xsl:call-template></xsl:if><xsl:if test="$i = 0">end</xsl:if>'
const call = '<xsl:call-template name="a"/>'

describe('xslt', () => {
  const dir = temporaryFiles({
    'xslt/order.xsl': sheet(
      `<xsl:include href="lib/total.xsl"/><xsl:param name="who">nobody</xsl:param><xsl:output encoding="UTF-8"/>
<xsl:template match="/o:Order"><order id="{o:Id}" who="{$who}"><xsl:apply-templates select="o:Lines/o:Line"><xsl:sort select="o:Sku" order="descending"/></xsl:apply-templates><xsl:call-template name="total"/></order></xsl:template>
<xsl:template match="o:Line"><item sku="{o:Sku}" amount="{format-number(o:Quantity * o:UnitPrice, '0.00')}"/></xsl:template>`,
    ),
    'xslt/lib/total.xsl': sheet('<xsl:template name="total"><total><xsl:value-of select="o:Total"/></total></xsl:template>'),
    'xslt/exslt.xsl': root(
      `<r><xsl:for-each select="str:tokenize('a b')">[<xsl:value-of select="."/>]</xsl:for-each><xsl:value-of select="date:year('2026-11-24')"/></r>`,
    ),
    'xslt/text.xsl': sheet('<xsl:output method="text"/><xsl:template match="/">é</xsl:template>'),
    'xslt/latin.xsl': sheet('<xsl:output encoding="ISO-8859-1"/><xsl:template match="/"><a>é€</a></xsl:template>'),
    'xslt/self.xsl': root(`<r><xsl:value-of select="count(document('')/*/*)"/></r>`),
    'xslt/deep.xsl': named(counted, call),
    'xslt/document.xsl': root(`<r><xsl:copy-of select="document('order.xsl')"/></r>`),
    'xslt/network.xsl': root(`<r><xsl:copy-of select="document('http://127.0.0.1:9/x')"/></r>`),
    'xslt/write.xsl': root('<exsl:document href="evil.txt"><x/></exsl:document><r/>'),
    'xslt/recursion.xsl': named(call, call),
    'xslt/loop.xsl': named(twice, call),
    'xslt/huge.xsl': named(doubled, call),
    'xslt/message.xsl': root('<xsl:message terminate="yes">no good: <xsl:value-of select="name(*)"/></xsl:message>'),
    'xslt/variable.xsl': root('<r>\n<xsl:value-of select="$nope"/></r>'),
    'xslt/function.xsl': root('<r><xsl:value-of select="foo()"/></r>'),
    'xslt/nothing.xsl': root(''),
    'xslt/outside.xsl': sheet('<xsl:include href="../../x.xsl"/>'),
    'xslt/import.xsl': sheet('<xsl:import href="http://127.0.0.1:9/x.xsl"/>'),
    'xslt/missing.xsl': sheet('<xsl:import href="ordr.xsl"/>'),
    'xslt/again.xsl': sheet('<xsl:include href="again.xsl"/>'),
    'xslt/unknown.xsl': root('\n<xsl:foo/>'),
    'xslt/xpath.xsl': root('\n\n<xsl:value-of select="a[("/>'),
    'xslt/broken.xsl': '<xsl:stylesheet',
    'xslt/entities.xsl': `<!DOCTYPE a [<!ENTITY nbsp "&#160;">]>${root('<r/>')}`,
    'xslt/ebcdic.xsl': sheet('<xsl:output encoding="IBM037"/>'),
    'xslt/none.xsl': '<a/>',
  })

  const run = async (value: unknown, body: unknown = Buffer.from(orderXml(2))) => {
    const { project, told } = projectOf({ dir })
    const made = xslt.create(value, { project, path })
    expect(told).to.deep.equal([])
    return made?.transform(contentOf(body, { channel: `it's "web"` }))
  }
  const textOf = async (value: unknown): Promise<string> =>
    String((await run(value))?.body)
      .replace(/^<\?xml[^>]*\?>\n/, '')
      .trim()
  const params = (who: string) => ({ stylesheet: 'xslt/order.xsl', params: { who } })
  const made = (who: string) =>
    `<order id="SO-1" who="${who}"><item sku="ABC-1001" amount="39.98"/><item sku="ABC-1000" amount="19.99"/><total>1142.35</total></order>`

  const happy: [value: unknown, text: string][] = [
    ['xslt/order.xsl', made('nobody')],
    [params('headers.channel'), made("it's &quot;web&quot;")],
    [params('headers.?nope'), made('nobody')],
    [params('1.50'), made('1.5')],
    [params('true'), made('true')],
    ['xslt/exslt.xsl', '<r>[a][b]2026</r>'],
    ['xslt/text.xsl', 'é'],
    ['xslt/deep.xsl', '<r>end</r>'],
  ]
  for (const [value, text] of happy) {
    it(`runs ${JSON.stringify(value)}`, async () => expect(await textOf(value)).to.contain(text))
  }

  it('says what it made: content type, charset, bytes', async () => {
    expect(await run('xslt/order.xsl')).to.deep.include({ contentType: 'application/xml' })
    expect(await run('xslt/text.xsl')).to.deep.include({ contentType: 'text/plain; charset=utf-8' })
    const latin = await run('xslt/latin.xsl')
    expect(latin?.contentType).to.equal('application/xml; charset=iso-8859-1')
    expect(Buffer.from(latin?.body as Uint8Array).toString('latin1')).to.contain('encoding="ISO-8859-1"?>\n<a>é&#8364;</a>')
  })

  it('lets a stylesheet look into itself', async () => expect(await textOf('xslt/self.xsl')).to.match(/<r>\d+<\/r>/))

  const sad = [
    { file: 'document', says: 'it asks for "xslt/order.xsl"; a stylesheet that runs reads and writes no files' },
    { file: 'network', says: 'it asks for "http://127.0.0.1:9/x"' },
    { file: 'write', says: 'it asks for "evil.txt"' },
    { file: 'recursion', says: 'line 2 A potential infinite template recursion was detected' },
    { file: 'loop', says: 'it ran for more than 300 ms' },
    { file: 'huge', says: 'it needs more memory than it may have' },
    { file: 'message', says: 'no good: o:Order' },
    { file: 'variable', says: "line 3 Variable 'nope' has not been declared" },
    { file: 'function', says: 'Unregistered function: foo' },
    { file: 'nothing', says: 'it yields nothing for this body' },
  ]
  for (const { file, says } of sad) {
    it(`rejects ${file}.xsl, and goes on with the next`, async () => {
      const error = asGatewayError(await run({ stylesheet: `xslt/${file}.xsl`, timeout: '300ms' }).catch(cause => cause))
      expect(error.code).to.equal('MAPPING_FAILED')
      expect(error.detail).to.contain(says).and.to.contain(`xslt/${file}.xsl`)
      expect(await textOf('xslt/order.xsl')).to.equal(made('nobody'))
      expect(existsSync(join(dir, 'evil.txt')) || existsSync('evil.txt')).to.equal(false)
    })
  }

  for (const { name, xml, code, says } of hostileXml) {
    it(`refuses ${name}`, async () => {
      const error = asGatewayError(await run('xslt/order.xsl', Buffer.from(xml)).catch(cause => cause))
      expect(error.code).to.equal(code)
      expect(error.detail).to.contain(says)
    })
  }

  it('says what to do where the body is an object that a step has made', async () => {
    const error = asGatewayError(await run('xslt/order.xsl', { a: 1 }).catch(cause => cause))
    expect(error.detail).to.contain('works on XML')
  })

  const faults = [
    { file: 'xslt/outside.xsl', code: 'SCHEMA', says: '"../x.xsl" is not in the project\'s folder' },
    { file: 'xslt/import.xsl', code: 'SCHEMA', says: 'nothing is read from the network' },
    { file: 'xslt/missing.xsl', code: 'SCHEMA', says: 'there is no file "xslt/ordr.xsl" that can be read; did you mean "xslt/order.xsl"?' },
    { file: 'xslt/again.xsl', code: 'SCHEMA', says: 'line 2: recursion detected on imported URL' },
    { file: 'xslt/unknown.xsl', code: 'SCHEMA', says: 'xslt/unknown.xsl line 3: unknown xsl:foo' },
    { file: 'xslt/xpath.xsl', code: 'SCHEMA', says: "xslt/xpath.xsl line 4: xsl:value-of : could not compile select expression 'a[('" },
    { file: 'xslt/broken.xsl', code: 'SCHEMA', says: 'xslt/broken.xsl: line 1, column 15' },
    { file: 'xslt/entities.xsl', code: 'SCHEMA', says: 'DOCTYPE' },
    { file: 'xslt/ebcdic.xsl', code: 'SCHEMA', says: 'its xsl:output asks for ibm037' },
    { file: 'xslt/none.xsl', code: 'SCHEMA', says: 'xslt/none.xsl' },
    { file: 'nowhere.xsl', code: 'FILE', says: 'there is no file "nowhere.xsl"' },
    { file: '../x.xsl', code: 'FILE', says: "not in the project's folder" },
  ]
  for (const { file, code, says } of faults) {
    it(`tells what is wrong with ${file} when the config is loaded`, () => {
      const { project, told } = projectOf({ dir })
      expect(xslt.create(file, { project, path })).to.equal(undefined)
      expect(told[0]).to.deep.include({ code, path })
      expect(told[0]?.message).to.contain(says)
    })
  }

  it('tells what is wrong with a parameter at its place', () => {
    const { project, told } = projectOf({ dir })
    expect(xslt.create(params('bdy.x'), { project, path })).to.equal(undefined)
    expect(told[0]).to.deep.include({ code: 'EXPRESSION', path: [...path, 'params', 'who'], offset: 0 })
  })
})
