import { readFileSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import { join } from 'node:path'
import { expect } from 'chai'
import { createFetch } from '../../../../cli/facade/wsdl/fetched.ts'
import { folder } from '../../../fixtures/wsdl/fixtures.ts'
import { createFolder, type Folder } from './written.ts'

describe('imports over the network', () => {
  let place: Folder
  let server: Server
  let url = ''
  let asked: string[] = []
  const files = new Map<string, string | Buffer>()

  before(async () => {
    server = createServer((request, response) => {
      asked.push(request.url ?? '')
      const found = files.get(request.url ?? '')
      response.writeHead(found === undefined ? 404 : 200, { 'content-type': 'text/xml' }).end(found)
    })
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
    const address = server.address()
    url = `http://127.0.0.1:${address && typeof address === 'object' ? address.port : 0}`
  })
  after(() => new Promise(resolve => server.close(resolve)))

  beforeEach(() => {
    place = createFolder()
    asked = []
    files.clear()
    const wsdl = readFileSync(join(folder, 'chameleon.wsdl'), 'utf8')
    files.set('/claims?wsdl', wsdl.replace('chameleon/common.xsd', `${url}/claims?xsd=1`))
    files.set('/claims?xsd=1', readFileSync(join(folder, 'chameleon/common.xsd')))
    writeFileSync(join(place.dir, 'claims.wsdl'), String(files.get('/claims?wsdl')))
  })
  afterEach(() => place.remove())

  it('are asked for with --fetch alone; the error names the import and the option', async () => {
    const { code, err } = await place.waybill('facade', 'claims.wsdl', '--to', 'out')
    expect([code, asked]).to.deep.equal([1, []])
    expect(err)
      .to.match(/claims\.wsdl:\d+ imports http:\/\/127\.0\.0\.1:\d+\/claims\?xsd=1, which is on the network/)
      .and.match(/--fetch/)
  })

  it('are stored beside the WSDL, which names them there', async () => {
    expect(await place.waybill('facade', 'claims.wsdl', '--to', 'out', '--fetch')).to.include({ code: 0, err: '' })
    const host = url.replace('http://', '').replace(':', '-')
    expect(place.read('out/schemas/claims.wsdl')).to.include(`schemaLocation="${host}/claims-xsd-1.xsd"`)
    expect((await place.waybill('test', 'out')).code).to.equal(0)
    expect(asked).to.deep.equal(['/claims?xsd=1'])
  })

  it('may begin with the WSDL itself', async () => {
    expect(await place.waybill('facade', `${url}/claims?wsdl`, '--to', 'out', '--fetch')).to.include({ code: 0, err: '' })
    expect((await place.waybill('test', 'out')).code).to.equal(0)
  })

  it('that are not there end it, with the address', async () => {
    files.delete('/claims?xsd=1')
    const { code, err } = await place.waybill('facade', 'claims.wsdl', '--to', 'out', '--fetch')
    expect([code, err]).to.deep.equal([3, `waybill: ${url}/claims?xsd=1 answered 404`])
  })

  it('are bounded in number and size', async () => {
    files.set('/small', 'x')
    files.set('/large', Buffer.alloc(12 * 1024 * 1024))
    const many = createFetch()
    for (let count = 0; count < 100; count++) await many(`${url}/small`)
    expect(await refusal(many(`${url}/small`))).to.match(/more than 100 files/)
    const large = createFetch()
    await large(`${url}/large`)
    expect(await refusal(large(`${url}/large`))).to.match(/more than 20 MB in all/)
  })
})

async function refusal(asked: Promise<unknown>): Promise<string> {
  return asked.then(
    () => 'it was taken',
    (error: Error) => error.message,
  )
}
