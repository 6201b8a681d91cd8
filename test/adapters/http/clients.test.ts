import { expect } from 'chai'
import { createRecorder, type Recorder, viewOf } from '../../support/recorder.ts'
import { type RunningRest, startRest } from '../../support/rest-source.ts'

describe('REST clients', () => {
  let recorder: Recorder
  let rest: RunningRest
  before(async () => {
    recorder = createRecorder()
    const sources = [
      { options: 'POST /orders', client: 'shop' },
      { options: 'POST /open', route: 'open' },
      { options: 'POST /stock', route: 'stock' },
    ]
    const clients = { shop: { key: 'shop-key', scopes: ['orders', 'open'] }, crm: { key: 'crm-key' } }
    rest = await startRest({ sources, clients }, recorder.gateway)
  })
  beforeEach(() => {
    recorder.accepted.length = 0
    recorder.asked.length = 0
  })
  after(() => rest.stop())

  const cases = [
    { name: 'the client by its bearer key', path: '/orders', headers: { authorization: 'Bearer shop-key' }, status: 202, client: 'shop' },
    { name: 'the client by X-Api-Key', path: '/orders', headers: { 'x-api-key': 'shop-key' }, status: 202, client: 'shop' },
    { name: 'nobody', path: '/orders', headers: {}, status: 401, code: 'UNAUTHORIZED' },
    { name: 'a wrong key', path: '/orders', headers: { 'x-api-key': 'shop-kez' }, status: 401, code: 'UNAUTHORIZED' },
    { name: 'another scheme', path: '/orders', headers: { authorization: 'Basic c2hvcDprZXk=' }, status: 401, code: 'UNAUTHORIZED' },
    { name: 'another client', path: '/orders', headers: { 'x-api-key': 'crm-key' }, status: 403, code: 'FORBIDDEN' },
    { name: 'nobody, where the source names no client', path: '/open', headers: {}, status: 202, client: undefined },
    { name: 'a client, where the source names none', path: '/open', headers: { 'x-api-key': 'crm-key' }, status: 202, client: 'crm' },
    { name: 'a wrong key, where the source names none', path: '/open', headers: { 'x-api-key': 'x' }, status: 401, code: 'UNAUTHORIZED' },
    { name: 'a client whose scopes lack the route', path: '/stock', headers: { 'x-api-key': 'shop-key' }, status: 403, code: 'FORBIDDEN' },
    { name: 'a client with all scopes', path: '/stock', headers: { 'x-api-key': 'crm-key' }, status: 202, client: 'crm' },
  ]
  for (const { name, path, headers, status, code, client } of cases)
    it(`answers ${status} to ${name}`, async () => {
      const answer = await send(path, headers)
      expect(answer.status).to.equal(status)
      expect(recorder.accepted.map(message => message.client)).to.deep.equal(status === 202 ? [client] : [])
      if (code) expect(await answer.json()).to.include({ code })
      if (status === 401) expect(answer.headers.get('www-authenticate')).to.equal('Bearer')
    })

  it('keeps the keys of two clients apart, and no credentials in the message', async () => {
    await send('/open', { 'x-api-key': 'shop-key', 'idempotency-key': 'k' })
    await send('/open', { authorization: 'Bearer crm-key', 'idempotency-key': 'k' })
    await send('/open', { 'idempotency-key': 'k' })
    expect(recorder.accepted.map(message => message.identity)).to.deep.equal(['rest:shop:open:k', 'rest:crm:open:k', 'rest:-:open:k'])
    expect(JSON.stringify(recorder.accepted)).to.not.match(/shop-key|crm-key/)
  })

  it('shows a receipt with the name of who asks', async () => {
    const view = viewOf({ key: 'SO 1' })
    recorder.views.set(view.id, view)
    const answer = await fetch(`${rest.url}/receipts/${view.id}`, { headers: { 'x-api-key': 'shop-key' } })
    expect([answer.status, await answer.json()]).to.deep.equal([200, view])
    const list = await fetch(`${rest.url}/receipts?key=SO%201&route=orders`, { headers: { 'x-api-key': 'shop-key' } })
    expect(await list.json()).to.deep.equal({ items: [view] })
    expect((await fetch(`${rest.url}/receipts/${view.id}`, { method: 'HEAD' })).status).to.equal(200)
    expect(recorder.asked.map(({ client }) => client)).to.deep.equal(['shop', 'shop', ''])
  })

  const questions = [
    { name: 'an unknown receipt', path: '/receipts/nothing', status: 404 },
    { name: 'receipts without a key', path: '/receipts?route=orders', status: 400 },
    { name: 'receipts with a wrong API key', path: '/receipts/1', headers: { 'x-api-key': 'no' }, status: 401 },
    { name: 'a receipt to be deleted', path: '/receipts/1', method: 'DELETE', status: 405 },
  ]
  for (const { name, path, headers = {}, method = 'GET', status } of questions)
    it(`answers ${status} to ${name}`, async () => {
      expect((await fetch(`${rest.url}${path}`, { method, headers })).status).to.equal(status)
    })

  function send(path: string, headers: Record<string, string>): Promise<Response> {
    return fetch(`${rest.url}${path}`, { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body: '{}' })
  }
})
