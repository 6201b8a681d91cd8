import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { removeProjects, startProject, type TestGateway } from '../support/gateway.ts'
import { lastingPort } from '../support/port.ts'
import { makeKey, openSsh, type SftpCaller } from '../support/sftp-clients.ts'
import { startTarget, type Target } from '../support/target.ts'
import { until } from '../support/until.ts'
import { balanced, post } from './sender.ts'

// Acceptance 5 of files: one order that comes by REST, by SOAP and in a file is one order.

const NS = 'urn:orders'
const element = (name: string, members: string) =>
  `<xs:element name="${name}"><xs:complexType><xs:sequence>${members}</xs:sequence></xs:complexType></xs:element>`
const text = (name: string, type = 'string') => `<xs:element name="${name}" type="xs:${type}"/>`
const ORDER = `${text('number')}${text('customer')}${text('quantity', 'int')}`
const part = (name: string, of = name) => `<w:message name="${name}Message"><w:part name="parameters" element="t:${of}"/></w:message>`
const bound = (name: string, rest: string) =>
  `<w:operation name="${name}"><s:operation soapAction="${NS}:${name}"/><w:input><s:body use="literal"/></w:input>${rest}</w:operation>`

const WSDL = `<?xml version="1.0"?>
<w:definitions name="Orders" targetNamespace="${NS}" xmlns:t="${NS}" xmlns:w="http://schemas.xmlsoap.org/wsdl/"
    xmlns:s="http://schemas.xmlsoap.org/wsdl/soap/" xmlns:xs="http://www.w3.org/2001/XMLSchema">
  <w:types><xs:schema targetNamespace="${NS}" elementFormDefault="qualified">
    ${element('Place', ORDER)}${element('Placed', `${text('receipt')}${text('status')}`)}${element('Notify', ORDER)}
  </xs:schema></w:types>
  ${part('Place')}${part('Placed')}${part('Notify')}
  <w:portType name="Port">
    <w:operation name="Place"><w:input message="t:PlaceMessage"/><w:output message="t:PlacedMessage"/></w:operation>
    <w:operation name="Notify"><w:input message="t:NotifyMessage"/></w:operation>
  </w:portType>
  <w:binding name="Soap" type="t:Port">
    <s:binding transport="http://schemas.xmlsoap.org/soap/http" style="document"/>
    ${bound('Place', '<w:output><s:body use="literal"/></w:output>')}${bound('Notify', '')}
  </w:binding>
  <w:service name="Orders"><w:port name="Soap" binding="t:Soap"><s:address location="http://127.0.0.1/"/></w:port></w:service>
</w:definitions>
`

const project = (shelf: string, sftpPort: number) => `waybill: 1
name: once
listen: { http: '127.0.0.1:0', admin: '127.0.0.1:0', sftp: '127.0.0.1:${sftpPort}' }
systems:
  shelf: { rest: '${shelf}' }
mappings:
  shop: { rules: { id: body.orderId, customer: body.buyer.name, quantity: body.items } }
  legacy: { rules: { id: body.number, customer: body.customer, quantity: body.quantity } }
  partner: { rules: { id: 'body[0].order', customer: 'body[0].customer', quantity: 'int(body[0].quantity)' } }
  placed: { rules: { receipt: body.id, status: body.state } }
routes:
  orders:
    from:
      - { rest: POST /orders, transform: { map: shop } }
      - { soap: /ws/orders, wsdl: orders.wsdl, operation: Place, receipt: placed, transform: { map: legacy } }
      - { soap: /ws/orders, wsdl: orders.wsdl, operation: Notify, transform: { map: legacy } }
      - { sftp: { client: acme, folder: in }, format: { csv: { delimiter: ';' } }, transform: { map: partner } }
    key: body.id
    once: body.id
    to: shelf
`

describe('an order by REST, by SOAP and in a file', function () {
  this.timeout(60_000)
  let dir: string
  let shelf: Target
  let gateway: TestGateway
  let client: SftpCaller
  let port: number

  before(async function () {
    client = openSsh(this)
    dir = mkdtempSync(join(tmpdir(), 'waybill-once-'))
    const key = makeKey(join(dir, 'key'))
    port = await lastingPort()
    shelf = await startTarget()
    const clients = `acme: { scopes: ['*'], sftp: { keys: ['${key}'] } }\n`
    gateway = await startProject({
      files: { 'waybill.yaml': project(shelf.url, port), 'orders.wsdl': WSDL, 'clients.yaml': clients },
    })
  })
  after(async () => {
    await gateway?.end()
    await shelf?.stop()
    rmSync(dir, { recursive: true, force: true })
    removeProjects()
  })

  async function envelope(operation: string, order: string, quantity: number) {
    const members = `<o:number>${order}</o:number><o:customer>Ada</o:customer><o:quantity>${quantity}</o:quantity>`
    const body = `<S:Envelope xmlns:S="http://schemas.xmlsoap.org/soap/envelope/"><S:Body><o:${operation} xmlns:o="${NS}">${members}</o:${operation}></S:Body></S:Envelope>`
    const headers = { 'content-type': 'text/xml', soapaction: `"${NS}:${operation}"` }
    const answer = await fetch(`${gateway.http}/ws/orders`, { method: 'POST', headers, body })
    return { status: answer.status, text: await answer.text() }
  }

  async function upload(order: string, quantity: number) {
    const local = join(dir, `${order}.csv`)
    writeFileSync(local, `order;customer;quantity\n${order};Ada;${quantity}\n`)
    return client.run({ host: '127.0.0.1', port, user: 'acme', key: join(dir, 'key') }, [['put', local, `/in/${order}.csv`]])
  }

  const fileReceipt = (order: string) =>
    until(`the receipt of ${order}.csv`, () => {
      const path = join(gateway.dir, `data/sftp/acme/receipts/${order}.csv.receipt.json`)
      return existsSync(path) && JSON.parse(readFileSync(path, 'utf8'))
    })

  /** Each sends the order in its own form, and answers with the id that its receipt names. */
  const senders: Readonly<Record<string, (order: string) => Promise<string>>> = {
    async REST(order) {
      const { status, body } = await post(gateway, '/orders', { orderId: order, buyer: { name: 'Ada' }, items: 3 })
      expect(status).to.equal(202)
      expect(body.receipt).to.equal(`/receipts/${body.id}`)
      return String(body.id)
    },
    async SOAP(order) {
      const { status, text } = await envelope('Place', order, 3)
      expect(status, text).to.equal(200)
      return /<(?:\w+:)?receipt[^>]*>([^<]+)</.exec(text)?.[1] ?? ''
    },
    async 'SOAP, one-way'(order) {
      expect(await envelope('Notify', order, 3)).to.deep.equal({ status: 202, text: '' })
      const { items } = (await gateway.api('GET', `/api/messages?route=orders&key=${order}`)) as { items: readonly { id: string }[] }
      expect(items).to.have.length(1)
      return items[0]?.id ?? ''
    },
    async 'a file'(order) {
      const { code, output } = await upload(order, 3)
      expect(code, output).to.equal(0)
      return (await fileReceipt(order)).id
    },
  }
  const names = Object.keys(senders)

  const sentAs = async (order: string) =>
    (await shelf.received()).filter(({ body }) => JSON.parse(body).id === order).map(({ headers }) => headers['waybill-message-id'])

  async function once(order: string, ids: readonly string[]): Promise<void> {
    const [id = ''] = ids
    expect(id).to.match(/^[0-9a-f-]{36}$/)
    expect(new Set(ids).size, 'each receipt names the same message').to.equal(1)
    await until('the target has it', async () => (await sentAs(order)).length > 0)
    expect(await sentAs(order)).to.deep.equal([id])
  }

  for (const [at, first] of names.entries())
    it(`is one order at the target, and each receipt names it, where ${first} brings it first`, async () => {
      const order = `SO-${at}`
      const ids: string[] = []
      for (const name of [...names.slice(at), ...names.slice(0, at)]) ids.push((await senders[name]?.(order)) ?? '')
      await once(order, ids)
    })

  it('is one order where all bring it at the same time', async () => {
    await once('SO-RACE', await Promise.all(names.map(name => senders[name]?.('SO-RACE') ?? '')))
    await balanced(gateway)
  })

  it('is told apart where the content is another, in the words of each', async () => {
    const id = await senders.REST?.('SO-OTHER')
    const { status, body } = await post(gateway, '/orders', { orderId: 'SO-OTHER', buyer: { name: 'Ada' }, items: 4 })
    expect({ status, code: body.code }).to.deep.equal({ status: 409, code: 'KEY_CONFLICT' })
    const soap = await envelope('Place', 'SO-OTHER', 4)
    expect(soap.status).to.equal(500)
    expect(soap.text).to.include('Client').and.include('KEY_CONFLICT')
    expect((await upload('SO-OTHER', 4)).code).to.not.equal(0)
    const receipt = await fileReceipt('SO-OTHER')
    expect(receipt).to.deep.include({ state: 'rejected', rejects: '/rejects/SO-OTHER.csv' })
    expect(receipt.error).to.include({ code: 'KEY_CONFLICT' })
    await once('SO-OTHER', [id ?? ''])
    await balanced(gateway)
  })
})
