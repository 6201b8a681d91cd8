import { deflateRawSync, deflateSync, gzipSync } from 'node:zlib'
import { expect } from 'chai'
import { GatewayError } from '../../../gateway/errors.ts'
import { inboundConformance } from '../../conformance/inbound.ts'
import { createRecorder, type Recorder } from '../../support/recorder.ts'
import { type RunningRest, startRest } from '../../support/rest-source.ts'

const JSON_TYPE = { 'content-type': 'application/json' }

inboundConformance('rest', async gateway => {
  const rest = await startRest({ sources: [{ options: 'POST /orders' }] }, gateway)
  return {
    stop: rest.stop,
    async send(body, identity) {
      const headers = { ...JSON_TYPE, ...(identity !== undefined && { 'idempotency-key': identity }) }
      const { status } = await fetch(`${rest.url}/orders`, { method: 'POST', headers, body })
      if (status === 202) return 'accepted'
      return status === 503 ? 'later' : 'refused'
    },
  }
})

describe('a REST source', () => {
  let recorder: Recorder
  let rest: RunningRest
  before(async () => {
    const sources = [
      { options: 'POST /orders' },
      { options: { method: 'PUT', path: '/shops/:shop/orders/:id', maxBodyBytes: 1_000, bodyTimeoutMs: 5_000, types: ['text/json'] } },
      { options: 'POST /files', route: 'files', format: 'bytes' as const },
      { options: 'GET /stock/:sku', route: 'stock' },
    ]
    recorder = createRecorder()
    rest = await startRest({ sources }, { ...recorder.gateway, accept: messages => recorder.gateway.accept(messages) })
  })
  beforeEach(() => {
    recorder.accepted.length = 0
    recorder.onAccept = () => undefined
  })
  after(() => rest.stop())

  it('answers 202 with the receipt and where it is', async () => {
    const answer = await post('/orders', '{"id":1}', { 'x-correlation-id': 'shop 4711' })
    const [message] = recorder.accepted
    expect(answer.status).to.equal(202)
    expect(answer.headers.get('location')).to.equal(`/receipts/${message?.id}`)
    expect(answer.headers.get('x-correlation-id')).to.equal('shop 4711')
    expect(answer.headers.get('idempotent-replayed')).to.equal(null)
    expect(await answer.json()).to.deep.equal({ id: message?.id, state: 'accepted', receipt: `/receipts/${message?.id}` })
  })

  it('answers a known message with its first receipt, and says so', async () => {
    recorder.onAccept = () => ({ id: 'first', replayed: true, state: 'delivered' })
    const answer = await post('/orders', '{}', { 'idempotency-key': 'k' })
    expect(answer.status).to.equal(202)
    expect(answer.headers.get('idempotent-replayed')).to.equal('true')
    expect(await answer.json()).to.deep.equal({ id: 'first', state: 'accepted', receipt: '/receipts/first' })
  })

  it('gives the path parameters, the query and the end-to-end headers to the message', async () => {
    const headers = { 'x-shop': 'A', 'x-secret-hop': 'b', connection: 'keep-alive', cookie: 'c=1', authorization: 'Bearer x' }
    const answer = await fetch(`${rest.url}/shops/no%2F7/orders/%C3%A9?dry=1&name=a%20b`, {
      method: 'PUT',
      headers: { ...headers, 'content-type': 'text/json; charset=UTF-8' },
      body: '{}',
    })
    const [message] = recorder.accepted
    expect(answer.status).to.equal(202)
    expect(message?.meta).to.deep.equal({ path: { shop: 'no/7', id: 'é' }, query: { dry: '1', name: 'a b' } })
    expect(message?.headers).to.deep.equal({ 'x-shop': 'A', 'x-secret-hop': 'b', 'sec-fetch-mode': 'cors' })
    expect(message?.contentType).to.equal('text/json; charset=UTF-8')
  })

  const keys = [
    { key: 'abc-1', identity: 'rest:-:orders:abc-1' },
    { key: '"abc-1"', identity: 'rest:-:orders:abc-1' },
    { key: '"a \\"b\\""', identity: 'rest:-:orders:a "b"' },
    { key: 'k'.repeat(255), identity: `rest:-:orders:${'k'.repeat(255)}` },
  ]
  for (const { key, identity } of keys)
    it(`takes the Idempotency-Key ${key.slice(0, 20)}`, async () => {
      expect((await post('/orders', '{}', { 'idempotency-key': key })).status).to.equal(202)
      expect(recorder.accepted[0]?.identity).to.equal(identity)
    })

  const traces = [
    { given: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01', taken: true },
    { given: '00-00000000000000000000000000000000-b7ad6b7169203331-01', taken: false },
    { given: '00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01', taken: false },
    { given: 'ff-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01', taken: false },
    { given: '00-0AF7651916CD43DD8448EB211C80319C-b7ad6b7169203331-01', taken: false },
    { given: 'nonsense', taken: false },
  ]
  for (const { given, taken } of traces)
    it(`${taken ? 'takes up' : 'starts none for'} the trace ${given}`, async () => {
      await post('/orders', '{}', { traceparent: given })
      expect(recorder.accepted[0]?.traceparent).to.equal(taken ? given : undefined)
    })

  const correlations = [
    { name: 'is longer than 128', given: 'x'.repeat(129) },
    { name: 'is not ASCII', given: 'caf\u00e9' },
    { name: 'is empty', given: '' },
  ]
  for (const { name, given } of correlations)
    it(`makes a correlation id of its own where the sender's ${name}`, async () => {
      const answer = await post('/orders', '{}', { 'x-correlation-id': given })
      expect(answer.headers.get('x-correlation-id')).to.equal(recorder.accepted[0]?.correlationId)
      expect(recorder.accepted[0]?.correlationId).to.equal(recorder.accepted[0]?.id)
    })

  const encoded = [
    { encoding: 'gzip', bytes: gzipSync('{"a":1}') },
    { encoding: 'x-gzip', bytes: gzipSync('{"a":1}') },
    { encoding: 'deflate', bytes: deflateSync('{"a":1}') },
    { encoding: 'deflate', bytes: deflateRawSync('{"a":1}') },
    { encoding: 'identity', bytes: Buffer.from('{"a":1}') },
  ]
  for (const { encoding, bytes } of encoded)
    it(`inflates a ${encoding} body that begins with ${bytes[0]}`, async () => {
      expect((await post('/orders', bytes, { 'content-encoding': encoding })).status).to.equal(202)
      expect(Buffer.from(recorder.accepted[0]?.body ?? []).toString()).to.equal('{"a":1}')
      expect(recorder.accepted[0]?.headers).to.not.have.property('content-encoding')
    })

  it('takes any type and bytes where the format is bytes', async () => {
    const bytes = Uint8Array.from({ length: 256 }, (_, value) => value)
    expect((await post('/files', bytes, { 'content-type': 'image/png' })).status).to.equal(202)
    expect(recorder.accepted[0]?.contentType).to.equal('image/png')
    expect([...(recorder.accepted[0]?.body ?? [])]).to.deep.equal([...bytes])
  })

  it('takes a GET without a body', async () => {
    expect((await fetch(`${rest.url}/stock/A-1`)).status).to.equal(202)
    expect(recorder.accepted[0]?.meta.path).to.deep.equal({ sku: 'A-1' })
    expect(recorder.accepted[0]?.body).to.have.length(0)
    expect(recorder.accepted[0]?.contentType).to.equal('')
  })

  const refusals = [
    { name: 'an unknown path', path: '/nowhere', status: 404, code: 'NOT_FOUND' },
    { name: 'another method of a known path', method: 'PATCH', status: 405, code: 'METHOD_NOT_ALLOWED', header: ['allow', 'POST'] },
    { name: 'HEAD where there is no GET', method: 'HEAD', status: 405, header: ['allow', 'POST'] },
    { name: 'a path that cannot be decoded', path: '/shops/%zz/orders/1', method: 'PUT', status: 404, code: 'NOT_FOUND' },
    { name: 'an Accept without JSON', headers: { accept: 'text/html, application/json;q=0' }, status: 406, code: 'NOT_ACCEPTABLE' },
    { name: 'another content type', headers: { 'content-type': 'text/plain' }, status: 415, code: 'UNSUPPORTED_TYPE' },
    { name: 'another charset', headers: { 'content-type': 'application/json; charset=latin1' }, status: 415, code: 'UNSUPPORTED_TYPE' },
    { name: 'a content type that is none', headers: { 'content-type': 'json' }, status: 415, code: 'UNSUPPORTED_TYPE' },
    { name: 'another encoding', headers: { 'content-encoding': 'br' }, status: 415, header: ['accept-encoding', 'gzip, deflate'] },
    { name: 'encodings in a row', headers: { 'content-encoding': 'gzip, gzip' }, status: 415, code: 'UNSUPPORTED_TYPE' },
    { name: 'a body that says gzip and is not', headers: { 'content-encoding': 'gzip' }, status: 400, code: 'NOT_READABLE' },
    { name: 'a body that says deflate and is not', headers: { 'content-encoding': 'deflate' }, status: 400, code: 'NOT_READABLE' },
    {
      name: 'a gzip that is cut',
      headers: { 'content-encoding': 'gzip' },
      body: gzipSync('{"a":1}').subarray(0, 12),
      status: 400,
      code: 'NOT_READABLE',
    },
    {
      name: 'a gzip bomb',
      headers: { 'content-encoding': 'gzip' },
      body: gzipSync(Buffer.alloc(20_000_000)),
      status: 413,
      code: 'TOO_LARGE',
    },
    { name: 'a body above maxBody', path: '/shops/a/orders/1', method: 'PUT', body: 'x'.repeat(1_001), status: 413, code: 'TOO_LARGE' },
    { name: 'a body far above maxBody', body: 'x'.repeat(3_000_000), status: 413, code: 'TOO_LARGE' },
    { name: 'an Idempotency-Key of 256 characters', headers: { 'idempotency-key': 'k'.repeat(256) }, status: 400, code: 'BAD_REQUEST' },
    { name: 'an empty Idempotency-Key', headers: { 'idempotency-key': '""' }, status: 400, code: 'BAD_REQUEST' },
    { name: 'an Idempotency-Key that is not ASCII', headers: { 'idempotency-key': 'caf\u00e9' }, status: 400, code: 'BAD_REQUEST' },
  ]
  for (const { name, path = '/orders', method = 'POST', headers = {}, body = '{}', status, code, header } of refusals)
    it(`answers ${status} to ${name}, and takes the next`, async () => {
      const answer = await fetch(`${rest.url}${path}`, {
        method,
        headers: { ...JSON_TYPE, ...headers },
        ...(method !== 'HEAD' && { body }),
      })
      expect(answer.status).to.equal(status)
      if (header) expect(answer.headers.get(header[0] ?? '')).to.equal(header[1])
      if (code) await expectProblem(answer, code)
      expect(recorder.accepted).to.deep.equal([])
      expect((await post('/orders', '{}')).status).to.equal(202)
    })

  it('tells the methods of a path to OPTIONS', async () => {
    const answer = await fetch(`${rest.url}/stock/1`, { method: 'OPTIONS' })
    expect(answer.status).to.equal(204)
    expect(answer.headers.get('allow')).to.equal('GET, OPTIONS')
    expect(answer.headers.get('access-control-allow-origin')).to.equal(null)
  })

  it('passes on where the body is wrong, and nothing of its own faults', async () => {
    recorder.onAccept = () => {
      const errors = [{ pointer: '/id', message: 'is required', rule: 'required' }]
      throw new GatewayError('SCHEMA_INVALID', 'one field is wrong', { errors })
    }
    const problem = await expectProblem(await post('/orders', '{}'), 'SCHEMA_INVALID')
    expect(problem.errors).to.deep.equal([{ pointer: '/id', message: 'is required', rule: 'required' }])
    recorder.onAccept = () => {
      throw new TypeError('cannot read /etc/secret')
    }
    expect(JSON.stringify(await expectProblem(await post('/orders', '{}'), 'INTERNAL'))).to.not.include('secret')
  })

  const retries = [
    { retryAfterMs: 1_500, seconds: '2' },
    { retryAfterMs: 0, seconds: '1' },
    { retryAfterMs: undefined, seconds: '5' },
  ]
  for (const { retryAfterMs, seconds } of retries)
    it(`says Retry-After: ${seconds} with 503 for ${retryAfterMs} ms`, async () => {
      recorder.onAccept = () => {
        throw new GatewayError('OVERLOADED', 'full', retryAfterMs === undefined ? {} : { retryAfterMs })
      }
      const answer = await post('/orders', '{}')
      expect([answer.status, answer.headers.get('retry-after')]).to.deep.equal([503, seconds])
    })

  function post(
    path: string,
    body: string | Uint8Array<ArrayBuffer> | Buffer<ArrayBuffer>,
    headers: Record<string, string> = {},
  ): Promise<Response> {
    return fetch(`${rest.url}${path}`, { method: 'POST', headers: { ...JSON_TYPE, ...headers }, body })
  }
})

async function expectProblem(answer: Response, code: string): Promise<Record<string, unknown>> {
  const problem = (await answer.json()) as Record<string, unknown>
  expect(answer.headers.get('content-type')).to.equal('application/problem+json')
  expect(problem).to.include({ code, status: answer.status, correlationId: answer.headers.get('x-correlation-id') })
  expect(problem.type).to.match(new RegExp(`${code}$`))
  return problem
}
