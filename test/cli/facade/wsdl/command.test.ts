import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { folder } from '../../../fixtures/wsdl/fixtures.ts'
import { createFolder, type Folder } from './written.ts'

const ORDERS = join(folder, 'document-wrapped.wsdl')

describe('waybill facade', () => {
  let place: Folder

  beforeEach(() => {
    place = createFolder()
  })
  afterEach(() => place.remove())

  it('tells what it wrote and what comes next', async () => {
    const { code, out } = await place.waybill('facade', ORDERS, '--to', 'orders')
    expect(code).to.equal(0)
    expect(out)
      .to.match(/^Wrote 2 routes in \d+ files to orders\.$/m)
      .and.match(/^ {2}waybill run orders --stand-ins$/m)
  })

  it('tells programs the files and the notes', async () => {
    const { out } = await place.waybill('facade', join(folder, 'headers.wsdl'), '--to', 'rooms', '--json')
    const { dir, files, notes } = JSON.parse(out)
    expect(dir).to.equal(join(place.dir, 'rooms'))
    expect(files).to.include.members(['waybill.yaml', 'routes/reserve.yaml', 'schemas/headers.wsdl'])
    expect(notes).to.have.length(1)
    expect(notes[0]).to.match(/^Reserve takes header blocks \(session\)/)
  })

  it('overwrites nothing: a second time ends with 2 and names what is there', async () => {
    await place.waybill('facade', ORDERS, '--to', 'orders')
    writeFileSync(join(place.dir, 'orders/routes/place-order.yaml'), 'mine')
    const { code, err } = await place.waybill('facade', ORDERS, '--to', 'orders')
    expect(code).to.equal(2)
    expect(err)
      .to.match(/orders has README-document-wrapped\.md|has systems\/document-wrapped\.yaml/)
      .and.match(/nothing was written/)
    expect(place.read('orders/routes/place-order.yaml')).to.equal('mine')
    expect(existsSync(join(place.dir, 'orders/README-document-wrapped.md'))).to.equal(false)
  })

  it('adds its part to a project that is there', async () => {
    await place.waybill('init', 'shop')
    const [project, ignored] = [place.read('shop/waybill.yaml'), place.read('shop/.gitignore')]
    expect((await place.waybill('facade', ORDERS, '--to', 'shop')).code).to.equal(0)
    expect([place.read('shop/waybill.yaml'), place.read('shop/.gitignore')]).to.deep.equal([project, ignored])
    expect(place.read('shop/README-document-wrapped.md')).to.match(/\| `POST \/order` \| PlaceOrder/)
    expect((await place.waybill('check', 'shop')).out).to.match(/^No faults: shop has 3 routes, 2 systems/)
    expect((await place.waybill('test', 'shop')).code).to.equal(0)
  })

  it('writes nothing where the WSDL has faults, and tells each with its place', async () => {
    const text = '<w:definitions xmlns:w="http://schemas.xmlsoap.org/wsdl/" targetNamespace="urn:x"/>'
    writeFileSync(join(place.dir, 'empty.wsdl'), text)
    const { code, err } = await place.waybill('facade', 'empty.wsdl', '--to', 'x')
    expect(code).to.equal(1)
    expect(err).to.match(/^waybill: schemas\/empty\.wsdl:1:1 /)
    expect(existsSync(join(place.dir, 'x'))).to.equal(false)
  })

  const usage = [
    { name: 'no folder to write to', args: [ORDERS], err: /name the folder to write to: --to DIR/ },
    { name: 'no such file', args: ['none.wsdl', '--to', 'x'], err: /there is no file .*none\.wsdl/ },
    { name: 'what is neither WSDL nor OpenAPI', args: ['notes.txt', '--to', 'x'], err: /notes\.txt is neither/ },
  ]
  for (const { name, args, err } of usage) {
    it(`ends with 2: ${name}`, async () => {
      writeFileSync(join(place.dir, 'notes.txt'), 'hello')
      const result = await place.waybill('facade', ...args)
      expect([result.code, result.err]).to.satisfy(([code, text]: [number, string]) => code === 2 && err.test(text), result.err)
    })
  }

  it('takes a WSDL that imports from the folder above, and keeps their places to one another', async () => {
    mkdirSync(join(place.dir, 'in/wsdl'), { recursive: true })
    mkdirSync(join(place.dir, 'in/common types'), { recursive: true })
    const { readFileSync } = await import('node:fs')
    const wsdl = readFileSync(join(folder, 'chameleon.wsdl'), 'utf8').replace('chameleon/common.xsd', '../common%20types/common.xsd')
    writeFileSync(join(place.dir, 'in/wsdl/claims.wsdl'), wsdl)
    writeFileSync(join(place.dir, 'in/common types/common.xsd'), readFileSync(join(folder, 'chameleon/common.xsd')))
    expect(await place.waybill('facade', 'in/wsdl/claims.wsdl', '--to', 'out')).to.include({ code: 0, err: '' })
    expect(readdirSync(join(place.dir, 'out/schemas'))).to.include.members(['common-types', 'wsdl'])
    expect((await place.waybill('test', 'out')).code).to.equal(0)
  })
})
