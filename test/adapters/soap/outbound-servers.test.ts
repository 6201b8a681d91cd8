import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { expect } from 'chai'
import { listen } from 'soap'
import { createSoapOutbound } from '../../../adapters/soap/outbound.ts'
import { soapSystem } from '../../../adapters/soap/system.ts'
import { layOperation, soapAuthOptions, soapSystemOptions } from '../../../adapters/soap/system-options.ts'
import { asGatewayError } from '../../../gateway/errors.ts'
import { silent } from '../../../gateway/log.ts'
import { resolveOptions } from '../../../gateway/options.ts'
import { writeJsonText } from '../../../transformers/json/codec.ts'
import { folder } from '../../fixtures/wsdl/fixtures.ts'
import { noBodies } from '../../support/bodies.ts'
import { deliveryOf } from '../../support/delivery.ts'
import { root } from '../../support/root.ts'
import { projectOf } from '../../transformers/project.ts'

interface Way {
  readonly dir: string
  readonly options: object
  readonly operation: string
  readonly auth?: object
}

/** Calls the operation with a body, and gives the body of the answer, or what the call failed with. */
async function call({ dir, options: written, operation, auth }: Way, input: unknown): Promise<unknown> {
  const { project, told } = projectOf({ dir })
  const options = layOperation(resolveOptions(soapSystemOptions, { timeout: '5s', ...written }), operation)
  const formats = soapSystem.formats?.(options, { project, path: ['systems', 'warehouse'] })
  if (!formats) throw new Error(told.map(({ message }) => message).join('\n'))
  const resolved = auth && resolveOptions(soapAuthOptions, auth)
  const outbound = createSoapOutbound(
    { name: 'warehouse', options, auth: resolved, inFlight: 2 },
    { project, clients: {}, log: silent, bodies: noBodies },
  )
  try {
    const answer = await outbound.send(deliveryOf({ body: formats.request.write(input) }), new AbortController().signal)
    return answer && formats.reply.read({ ...answer, meta: {} })
  } catch (error) {
    const { code, detail, extras } = asGatewayError(error)
    const fault = extras.answer?.fault
    if (!fault) return { code, detail }
    const format = formats.fault?.(fault.name)
    return { code, fault, ...(format && extras.answer && { detail: format.read({ ...extras.answer, meta: {} }) }) }
  } finally {
    await outbound.close()
  }
}

const json = (value: unknown): unknown => JSON.parse(writeJsonText(value))

describe('a SOAP system served by node-soap', () => {
  const http: Server = createServer()
  const seen: unknown[] = []
  let url = ''

  before(async () => {
    http.listen(0, '127.0.0.1')
    await once(http, 'listening')
    url = `http://127.0.0.1:${(http.address() as AddressInfo).port}`
    const fault = (code: string) => ({
      Fault: {
        faultcode: code,
        faultstring: 'not now',
        detail: { AccountNotFound: { attributes: { xmlns: 'http://accounts.example/' }, account: '007' } },
      },
    })
    const PlaceOrder = (args: unknown) => {
      seen.push(args)
      return { orderId: '00042', accepted: true }
    }
    const Debit = ({ account }: { readonly account: string }) => {
      if (account === 'ok') return { balance: '12.50' }
      throw fault(account)
    }
    const text = (file: string) => readFileSync(join(folder, file), 'utf8')
    const orders = listen(http, '/orders', { OrderService: { OrderServiceSoap: { PlaceOrder } } }, text('document-wrapped.wsdl'))
    orders.authenticate = security => security?.UsernameToken?.Username === 'ann' && security.UsernameToken.Password?.$value !== undefined
    listen(http, '/accounts', { Accounts: { AccountsSoap: { Debit }, AccountsSoap12: { Debit } } }, text('faults.wsdl'))
  })
  after(() => {
    http.close()
    http.closeAllConnections()
  })

  const order = { customer: '00123', orderDate: '2026-07-26', lines: { line: [{ sku: 'A<1', quantity: 2, gift: false }] } }
  const orders = (auth?: object): Way => ({
    dir: folder,
    options: { wsdl: 'document-wrapped.wsdl', url: `${url}/orders` },
    operation: 'PlaceOrder',
    ...(auth && { auth }),
  })

  for (const digest of [false, true])
    it(`is called with a ${digest ? 'digested' : 'plain'} password, and answers`, async () => {
      const way = orders({ usernameToken: { username: 'ann', password: 'secret', digest } })
      expect(json(await call(way, order))).to.deep.equal({ orderId: '00042', accepted: true })
      expect(seen.pop()).to.have.nested.property('lines.line.0.sku', 'A<1')
    })

  it('refuses who has no token', async () => {
    // Its fault has the parts of 1.2 in an envelope of 1.1.
    const failure = await call(orders(), order)
    expect(failure).to.have.property('code', 'TARGET_REFUSED')
    expect(failure)
      .to.have.nested.property('fault.code')
      .that.matches(/^Client/)
  })

  const accounts = (): Way => ({ dir: folder, options: { wsdl: 'faults.wsdl', url: `${url}/accounts` }, operation: 'Debit' })

  it('keeps the digits of an amount', async () => {
    expect(writeJsonText(await call(accounts(), { account: 'ok', amount: 1 }))).to.equal('{"balance":12.50}')
  })

  for (const [code, expected] of [
    ['Client', 'TARGET_REFUSED'],
    ['Server', 'TARGET_UNAVAILABLE'],
  ] as const)
    it(`fails with a ${code} fault and its detail`, async () => {
      expect(json(await call(accounts(), { account: `soap:${code}`, amount: 1 }))).to.deep.equal({
        code: expected,
        fault: { code, name: 'AccountNotFound', text: 'not now' },
        detail: { account: '007' },
      })
    })
})

describe('a SOAP system served by spyne', () => {
  const dir = mkdtempSync(join(tmpdir(), 'waybill-spyne-'))
  let server: ChildProcess
  let way: Way

  before(async () => {
    server = spawn('python3', [join(root, 'test/adapters/soap/spyne-server.py')], { stdio: ['ignore', 'pipe', 'ignore'] })
    const lines = createInterface({ input: server.stdout ?? process.stdin })
    const [port] = await once(lines, 'line')
    lines.close()
    const url = `http://127.0.0.1:${port}/`
    writeFileSync(join(dir, 'warehouse.wsdl'), await (await fetch(`${url}?wsdl`)).text())
    way = { dir, options: { wsdl: 'warehouse.wsdl' }, operation: 'Reserve' }
  })
  after(async () => {
    server.kill('SIGKILL')
    await once(server, 'exit')
    rmSync(dir, { recursive: true })
  })

  it('is called at the address of its WSDL, and answers', async () => {
    const lines = {
      Line: [
        { sku: '007', quantity: 2 },
        { sku: '008', quantity: 40 },
      ],
    }
    expect(json(await call(way, { order: '00123', lines }))).to.deep.equal({ ReserveResult: 42 })
  })

  const failures = [
    { order: 'gone', code: 'TARGET_REFUSED', fault: { code: 'Client.Gone', name: '', text: 'the order is gone' } },
    { order: 'busy', code: 'TARGET_UNAVAILABLE', fault: { code: 'Server', name: '', text: 'come back' } },
  ]
  for (const { order, ...expected } of failures)
    it(`fails with ${expected.fault.code}`, async () => {
      expect(json(await call(way, { order, lines: { Line: [] } }))).to.deep.equal(expected)
    })
})
