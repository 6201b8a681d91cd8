import { type AddressInfo, createServer, type Socket } from 'node:net'
import { expect } from 'chai'
import { createRestOutbound } from '../../../adapters/rest/outbound.ts'
import { restSystemOptions } from '../../../adapters/rest/system-options.ts'
import type { Project } from '../../../config/project.ts'
import { GatewayError } from '../../../gateway/errors.ts'
import { silent } from '../../../gateway/log.ts'
import { resolveOptions } from '../../../gateway/options.ts'
import type { Outbound } from '../../../gateway/ports.ts'
import { type Manner, outboundConformance } from '../../conformance/outbound.ts'
import { noBodies } from '../../support/bodies.ts'
import { makeCertificate } from '../../support/certificate.ts'
import { deliveryOf } from '../../support/delivery.ts'
import { type Step, startTarget, type Target } from '../../support/target.ts'
import { until } from '../../support/until.ts'

const { signal } = new AbortController()

function outboundTo(options: object, auth?: unknown): Outbound {
  const context = { project: { dir: '/' } as Project, clients: {}, log: silent, bodies: noBodies }
  return createRestOutbound({ name: 'warehouse', options: resolveOptions(restSystemOptions, options), auth, inFlight: 8 }, context)
}

function failureOf(sent: Promise<unknown>): Promise<GatewayError> {
  return sent.then(
    () => expect.fail('the send did not fail'),
    (error: unknown) => (error instanceof GatewayError ? error : expect.fail(String(error))),
  )
}

const MANNERS: Readonly<Record<Manner, Step>> = {
  yes: { status: 200 },
  refused: { status: 400 },
  unavailable: { status: 503 },
  silence: { does: 'hang' },
}

outboundConformance('rest', async () => {
  const target = await startTarget()
  const outbound = outboundTo({ url: `${target.url}/orders`, timeout: '500ms' })
  return {
    outbound,
    behave: manner => target.program(MANNERS[manner]),
    received: async () => (await target.received()).map(({ body, headers }) => ({ body, id: headers['idempotency-key'] ?? '' })),
    vanish: () => target.stop(),
    async close() {
      await outbound.close()
      await target.stop()
    },
  }
})

describe('a REST system', () => {
  let target: Target
  const opened: Outbound[] = []
  before(async () => {
    target = await startTarget()
  })
  afterEach(() => Promise.all(opened.splice(0).map(outbound => outbound.close())))
  after(() => target.stop())

  function open(options: object = {}, auth?: unknown): Outbound {
    const outbound = outboundTo({ url: `${target.url}/orders`, timeout: '300ms', ...options }, auth)
    opened.push(outbound)
    return outbound
  }

  const settlements = [
    { status: 200 },
    { status: 201 },
    { status: 204 },
    { status: 301, code: 'TARGET_REFUSED' },
    { status: 302, code: 'TARGET_REFUSED' },
    { status: 304, code: 'TARGET_REFUSED' },
    { status: 400, code: 'TARGET_REFUSED' },
    { status: 401, code: 'TARGET_REFUSED' },
    { status: 404, code: 'TARGET_REFUSED' },
    { status: 408, code: 'TARGET_UNAVAILABLE' },
    { status: 409, code: 'TARGET_REFUSED' },
    { status: 422, code: 'TARGET_REFUSED' },
    { status: 425, code: 'TARGET_UNAVAILABLE' },
    { status: 429, code: 'TARGET_UNAVAILABLE', retryAfter: '7', retryAfterMs: 7_000 },
    { status: 500, code: 'TARGET_UNAVAILABLE', retryAfter: '7' },
    { status: 502, code: 'TARGET_UNAVAILABLE' },
    { status: 503, code: 'TARGET_UNAVAILABLE', retryAfter: '120', retryAfterMs: 120_000 },
    { status: 503, code: 'TARGET_UNAVAILABLE', retryAfter: 'Wed, 21 Oct 2015 07:28:00 GMT', retryAfterMs: 0 },
    { status: 503, code: 'TARGET_UNAVAILABLE', retryAfter: 'soon' },
  ]
  for (const { status, code, retryAfter, retryAfterMs } of settlements)
    it(`takes ${status}${retryAfter ? ` with Retry-After: ${retryAfter}` : ''} as ${code ?? 'delivered'}, with the answer`, async () => {
      const body = status === 204 || status === 304 ? '' : '{"why":"so"}'
      const headers = {
        'content-type': 'application/json',
        location: `${target.url}/elsewhere`,
        ...(retryAfter && { 'retry-after': retryAfter }),
      }
      await target.program({ status, headers, body })
      const sent = open().send(deliveryOf(), signal)
      const { answer, ...extras } = code ? (await failureOf(sent)).extras : { answer: await sent }
      if (code) expect(await failureOf(sent)).to.include({ code, permanent: code === 'TARGET_REFUSED' })
      expect(answer).to.include({ status, contentType: 'application/json' })
      expect(Buffer.from(answer?.body ?? []).toString()).to.equal(body)
      expect('retryAfterMs' in extras ? extras.retryAfterMs : undefined).to.equal(retryAfterMs)
      expect(await target.received()).to.have.length(1)
    })

  const failures: readonly { name: string; step: Step; code: string; status?: number }[] = [
    { name: 'never answers', step: { does: 'hang' }, code: 'TARGET_TIMEOUT' },
    { name: 'answers a byte at a time', step: { does: 'drip', body: 'x'.repeat(100) }, code: 'TARGET_TIMEOUT', status: 200 },
    { name: 'never reads the request', step: { does: 'deaf' }, code: 'TARGET_TIMEOUT' },
    { name: 'resets after the request', step: { does: 'reset' }, code: 'TARGET_UNAVAILABLE' },
    { name: 'closes in the middle of its answer', step: { does: 'cut', body: 'half' }, code: 'TARGET_UNAVAILABLE' },
    { name: 'answers too late', step: { delayMs: 600 }, code: 'TARGET_TIMEOUT' },
  ]
  for (const { name, step, code, status } of failures)
    it(`takes a target that ${name} as ${code}, in time, and closes that connection`, async () => {
      await target.program(step)
      const outbound = open()
      const begin = performance.now()
      const error = await failureOf(outbound.send(deliveryOf({ body: Buffer.alloc(step.does === 'deaf' ? 8_000_000 : 10, 'x') }), signal))
      expect(error).to.include({ code, permanent: false })
      expect(error.extras.answer?.status).to.equal(status)
      expect(performance.now() - begin).to.be.below(550)
      await target.program({})
      await outbound.send(deliveryOf(), signal)
    })

  const large = [
    { name: 'counts a larger answer by its status and cuts it', bytes: 3_000_000 },
    { name: 'does not read an answer of 1 GB to its end', bytes: 1_000_000_000 },
  ]
  for (const { name, bytes } of large)
    it(name, async () => {
      await target.program({ does: 'flood', bytes })
      const outbound = open({ maxReply: '64KB', timeout: '5s' })
      expect((await outbound.send(deliveryOf(), signal))?.body).to.have.length(65_536)
      await target.program({ does: 'flood', status: 400, bytes })
      const error = await failureOf(outbound.send(deliveryOf(), signal))
      expect(error.code).to.equal('TARGET_REFUSED')
      expect(error.extras.answer?.body).to.have.length(4_096)
    })

  it('sends what contracts.md promises, and no more of the message than is meant for others', async () => {
    await target.program({})
    const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'
    const headers = {
      'x-shop': 'A',
      connection: 'x-hop',
      'x-hop': '1',
      cookie: 'c',
      host: 'evil',
      'content-length': '1',
      'x-fixed': 'message',
    }
    const delivery = deliveryOf({ headers, traceparent, attempts: 2, entry: 'second', contentType: 'application/vnd.shop+json' })
    const outbound = open({ headers: { 'X-Fixed': 'config', 'Waybill-Attempt': '99' } }, { bearer: 'token-1' })
    await outbound.send(delivery, signal)
    const [seen] = await target.received()
    expect(seen).to.include({ method: 'POST', url: '/orders', body: '{"id":"SO-1"}' })
    expect(seen?.headers).to.deep.equal({
      host: `127.0.0.1:${target.port}`,
      connection: 'keep-alive',
      'content-length': '13',
      'content-type': 'application/vnd.shop+json',
      authorization: 'Bearer token-1',
      'x-fixed': 'config',
      'x-shop': 'A',
      'idempotency-key': `${delivery.messageId}:second`,
      'waybill-message-id': delivery.messageId,
      'waybill-attempt': '3',
      'x-correlation-id': 'correlation-1',
      traceparent,
    })
  })

  const auths = [
    {
      auth: { basic: { username: 'ann', password: 'pä:ss' } },
      header: 'authorization',
      value: `Basic ${Buffer.from('ann:pä:ss').toString('base64')}`,
    },
    { auth: { apiKey: { header: 'X-Api-Key', value: 'k-1' } }, header: 'x-api-key', value: 'k-1' },
  ]
  for (const { auth, header, value } of auths)
    it(`authenticates by ${Object.keys(auth)[0]}`, async () => {
      await target.program({})
      await open({}, auth).send(deliveryOf({ headers: { 'x-api-key': 'theirs' } }), signal)
      expect((await target.received())[0]?.headers[header]).to.equal(value)
    })

  it('puts the path parameters in, escaped', async () => {
    await target.program({})
    await open({ method: 'PATCH', path: '/:shop/contacts/:id?dry=1' }).send(deliveryOf({ params: { shop: 'a/b', id: 'é ?#%' } }), signal)
    expect((await target.received())[0]).to.include({ method: 'PATCH', url: '/orders/a%2Fb/contacts/%C3%A9%20%3F%23%25?dry=1' })
  })

  it('sends headers beyond Latin-1 in UTF-8', async () => {
    await target.program({})
    await open({}).send(deliveryOf({ headers: { 'x-price': '7 €', 'x-size': 'groß' } }), signal)
    const [{ headers = {} } = {}] = await target.received()
    expect([Buffer.from(String(headers['x-price']), 'latin1').toString(), headers['x-size']]).to.deep.equal(['7 €', 'groß'])
  })

  const impossible = [
    { name: 'a path parameter without a value', delivery: {} },
    { name: 'an empty path parameter', delivery: { params: { id: '' } } },
    { name: 'a path parameter that would leave its folder', delivery: { params: { id: '..' } } },
    { name: 'a header that HTTP does not have', delivery: { params: { id: '1' }, headers: { 'x-name': 'a\r\nb: c' } } },
    { name: 'a header whose name HTTP does not have', delivery: { params: { id: '1' }, headers: { Größe: '7' } } },
  ]
  for (const { name, delivery } of impossible)
    it(`refuses ${name} for good, and sends nothing`, async () => {
      await target.program({})
      const error = await failureOf(open({ path: '/:id' }).send(deliveryOf(delivery), signal))
      expect(error).to.include({ code: 'TARGET_REFUSED', permanent: true })
      expect(await target.received()).to.deep.equal([])
    })

  it('opens no more connections than may be in flight, and keeps them', async () => {
    await target.program({ delayMs: 5 })
    const before = await target.connections()
    const outbound = open({ timeout: '5s' })
    await Promise.all(Array.from({ length: 40 }, () => outbound.send(deliveryOf(), signal)))
    expect((await target.connections()) - before).to.be.within(1, 8)
    await outbound.send(deliveryOf(), signal)
    expect((await target.connections()) - before).to.be.within(1, 8)
  })

  it('gives up connecting to what takes connections and never speaks', async () => {
    const sockets: Socket[] = []
    const mute = createServer(socket => void sockets.push(socket)).listen({ port: 0, host: '127.0.0.1' })
    await until('it listens', () => mute.listening)
    const url = `https://127.0.0.1:${(mute.address() as AddressInfo).port}/`
    const begin = performance.now()
    expect(await failureOf(open({ url, connectTimeout: '200ms', timeout: '9s' }).send(deliveryOf(), signal))).to.include({
      code: 'TARGET_UNAVAILABLE',
    })
    expect(performance.now() - begin).to.be.below(2_000)
    for (const socket of sockets) socket.destroy()
    await new Promise(resolve => mute.close(resolve))
  })

  describe('over TLS', () => {
    const ours = makeCertificate()
    let secure: Target
    before(async () => {
      secure = await startTarget({ tls: ours })
    })
    after(() => secure.stop())

    it('sends to a server that its ca vouches for', async () => {
      expect(await open({ url: secure.url, tls: { ca: ours.cert }, timeout: '5s' }).send(deliveryOf(), signal)).to.include({ status: 200 })
    })

    const untrusted = [
      { name: 'nobody vouches for', tls: {} },
      { name: 'another vouches for', tls: { ca: makeCertificate().cert } },
      { name: 'has another name', tls: { ca: ours.cert, servername: 'other.example' } },
    ]
    for (const { name, tls } of untrusted)
      it(`sends nothing to a server that ${name}`, async () => {
        await secure.program({})
        const error = await failureOf(open({ url: secure.url, tls, timeout: '5s' }).send(deliveryOf(), signal))
        expect(error).to.include({ code: 'TARGET_UNAVAILABLE', permanent: false })
        expect(await secure.received()).to.deep.equal([])
      })
  })
})
