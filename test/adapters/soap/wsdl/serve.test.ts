import { execFile } from 'node:child_process'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect } from 'chai'
import { createClientAsync } from 'soap'
import { createWsdlDocuments, type WsdlDocuments } from '../../../../adapters/soap/wsdl/serve.ts'
import { fixtures } from '../../../fixtures/wsdl/fixtures.ts'
import { root } from '../../../support/root.ts'
import { zeepCommand } from '../../../support/soap-programs.ts'
import { readFixture, readTexts } from './project.ts'
import { changed } from './small.ts'

const run = promisify(execFile)
const BASE = 'http://gateway.example/ws/orders'

interface Loaded {
  readonly addresses: readonly string[]
  readonly operations: readonly string[]
  readonly fetched: readonly string[]
}

function served(file: string): (query: string) => string {
  const documents = createWsdlDocuments(readFixture(file))
  return query => documents(query, BASE) ?? ''
}

describe('createWsdlDocuments', () => {
  it('changes the address and nothing else', () => {
    const { documents } = readFixture('document-wrapped.wsdl')
    const text = served('document-wrapped.wsdl')('wsdl')
    expect(text).to.include(`<soap:address location="${BASE}"/>`)
    expect(text.replace(BASE, 'http://legacy.example/services/OrderService')).to.equal(documents[0]?.text)
  })

  it('changes the address of every SOAP port, and of no other', () => {
    const text = served('several-services.wsdl')('wsdl')
    expect(text.split(BASE)).to.have.length(3)
    expect(text).to.include('<http:address location="http://legacy.example/desk.asmx"/>')
    expect(served('both-versions.wsdl')('wsdl')).to.include(`<soap12:address location="${BASE}"/>`)
  })

  it('says UTF-8, whatever the file is', () => {
    const text = served('several-services.wsdl')('wsdl')
    expect(text).to.match(/^<\?xml version="1.0" encoding="UTF-8"\?>/)
    expect(text).to.include('München')
  })

  it('leads from each document to the next, over imports in folders', () => {
    const text = served('imports-deep.wsdl')
    expect(text('wsdl')).to.include(`location="${BASE}?wsdl=1"`)
    expect(text('wsdl=1')).to.include(`location="${BASE}?wsdl=2"`)
    expect(text('wsdl=2')).to.include(`location="${BASE}?wsdl=3"`)
    const [, query = ''] = /schemaLocation="[^"?]*\?(xsd=\d)"/.exec(text('wsdl=3')) ?? []
    expect(text(query)).to.match(/targetNamespace="http:\/\/shipping.example\/shipment"/)
    expect(text(query)).to.not.include('.xsd"')
  })

  it('has an answer for the documents that there are only', () => {
    const documents = createWsdlDocuments(readFixture('chameleon.wsdl'))
    expect(documents('xsd=1', BASE)).to.include('name="Money"')
    for (const query of ['xsd=2', 'xsd=0', 'wsdl=1', 'wsdl=0', 'wsdl=../x', 'WSDL', ''])
      expect(documents(query, BASE), query).to.equal(undefined)
  })

  it('serves a schema once that several namespaces include', () => {
    const other = '<xs:schema targetNamespace="urn:other"><xs:include schemaLocation="b.xsd"/></xs:schema>\n    <xs:schema'
    const { wsdl } = readTexts({
      'a.wsdl': changed(['<xs:schema', other], ['<xs:element name="Ask"', '<xs:include schemaLocation="b.xsd"/><xs:element name="Ask"']),
      'b.xsd':
        '<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema"><xs:simpleType name="Code"><xs:restriction base="xs:int"/></xs:simpleType></xs:schema>',
    })
    const documents = wsdl && createWsdlDocuments(wsdl)
    expect(documents?.('wsdl', BASE)?.split(`schemaLocation="${BASE}?xsd=1"`)).to.have.length(3)
    expect(documents?.('xsd=1', BASE)).to.include('name="Code"')
    expect(documents?.('xsd=2', BASE)).to.equal(undefined)
  })

  it('escapes the address, and finds values behind others with > in them', () => {
    const address = '<soap:address\n  note=">location=" location = \'http://legacy.example/desk\''
    const { wsdl } = readTexts({ 'a.wsdl': changed(['<soap:address location="http://legacy.example/desk"', address]) })
    const documents = wsdl && createWsdlDocuments(wsdl)
    expect(documents?.('wsdl', "http://h/ws?a='1'&b=<")).to.include("location = 'http://h/ws?a=&apos;1&apos;&amp;b=&lt;'")
  })

  it('serves each caller the address that it used', () => {
    const documents = createWsdlDocuments(readFixture('imports-deep.wsdl'))
    expect(documents('wsdl', 'http://a/ws')).to.include('"http://a/ws?wsdl=1"')
    expect(documents('wsdl', 'https://b/ws')).to.include('"https://b/ws?wsdl=1"')
  })
})

describe('the documents of every WSDL of the suite, over HTTP', () => {
  const all = new Map<string, WsdlDocuments>()
  let server: Server
  let base = ''

  before(async () => {
    for (const { file } of fixtures) all.set(`/${file}`, createWsdlDocuments(readFixture(file)))
    server = createServer((req, res) => {
      const [path = '', query = ''] = (req.url ?? '').split('?')
      const text = all.get(path)?.(query, `${base}${path}`)
      res.writeHead(text === undefined ? 404 : 200, { 'content-type': 'text/xml; charset=utf-8' }).end(text)
    })
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
    base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  })

  after(() => server.close())

  it('are loaded by zeep, with the address and the operations', async function () {
    this.timeout(60_000)
    const script = join(root, 'test/adapters/soap/wsdl/zeep_load.py')
    const { program } = zeepCommand(this)
    const { stdout } = await run(program, [script, ...fixtures.map(({ file }) => `${base}/${file}?wsdl`)])
    const loaded: readonly Loaded[] = JSON.parse(stdout)
    fixtures.forEach(({ file, operations, versions }, index) => {
      expect(loaded[index]?.operations, file).to.deep.equal(operations.map(({ name }) => name).sort())
      expect([...new Set(loaded[index]?.addresses)], file).to.deep.equal([`${base}/${file}`])
      expect(loaded[index]?.addresses.length, file).to.be.at.least(versions.length)
    })
    const deep = loaded[fixtures.findIndex(({ file }) => file === 'imports-deep.wsdl')]
    expect(deep?.fetched).to.have.length(8)
  })

  for (const file of ['imports-deep.wsdl', 'chameleon.wsdl', 'several-namespaces.wsdl']) {
    it(`are loaded by node-soap: ${file}`, async () => {
      const client = await createClientAsync(`${base}/${file}?wsdl`)
      const names = Object.values(client.describe()).flatMap(service => Object.values(service as object).flatMap(port => Object.keys(port)))
      expect([...new Set(names)]).to.deep.equal(fixtures.find(each => each.file === file)?.operations.map(({ name }) => name))
    })
  }
})
