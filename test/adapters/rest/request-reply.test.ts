import { expect } from 'chai'
import { GatewayError } from '../../../gateway/errors.ts'
import { createRecorder, type Recorder } from '../../support/recorder.ts'
import { openWire, type RunningRest, startRest } from '../../support/rest-source.ts'
import { until } from '../../support/until.ts'

describe('a REST source with a reply', () => {
  let recorder: Recorder
  let rest: RunningRest
  beforeEach(async () => {
    recorder = createRecorder()
    rest = await startRest({ sources: [{ options: 'POST /price', route: 'price', withinMs: 1_000 }] }, recorder.gateway)
  })
  afterEach(() => rest.stop())

  it("answers with the target's status, type, body and end-to-end headers", async () => {
    const headers = { 'x-price-list': 'B2B', 'set-cookie': 'a=b', 'transfer-encoding': 'chunked', 'content-length': '99', etag: '"1"' }
    recorder.onCall = async () => ({ status: 201, headers, contentType: 'application/json', body: Buffer.from('{"price":7.50}') })
    const answer = await ask()
    expect([answer.status, await answer.text()]).to.deep.equal([201, '{"price":7.50}'])
    expect(answer.headers.get('content-type')).to.equal('application/json')
    expect([answer.headers.get('x-price-list'), answer.headers.get('etag'), answer.headers.get('set-cookie')]).to.deep.equal([
      'B2B',
      '"1"',
      null,
    ])
    expect(recorder.accepted).to.deep.equal([])
  })

  it('says that an answer was given before', async () => {
    recorder.onCall = async () => ({
      status: 200,
      headers: { 'idempotent-replayed': 'true' },
      contentType: 'text/plain',
      body: Buffer.from('x'),
    })
    expect((await ask({ 'idempotency-key': 'k' })).headers.get('idempotent-replayed')).to.equal('true')
  })

  it('answers an empty 204 as it is', async () => {
    recorder.onCall = async () => ({ status: 204, headers: {}, contentType: '', body: new Uint8Array(0) })
    const answer = await ask()
    expect([answer.status, await answer.text(), answer.headers.get('content-length')]).to.deep.equal([204, '', null])
  })

  it('answers with the receipt where the call became an accepted message', async () => {
    recorder.onCall = async ({ id }) => ({ id, state: 'accepted', replayed: false })
    const answer = await ask()
    expect([answer.status, answer.headers.get('location')]).to.deep.equal([202, `/receipts/${recorder.called[0]?.id}`])
  })

  const failures = [
    { code: 'IN_DOUBT', status: 504 },
    { code: 'IN_PROGRESS', status: 409 },
    { code: 'TARGET_REFUSED', status: 502 },
    { code: 'TARGET_UNAVAILABLE', status: 503 },
  ] as const
  for (const { code, status } of failures)
    it(`answers ${status} to ${code}`, async () => {
      recorder.onCall = () => Promise.reject(new GatewayError(code, 'as the test wants it'))
      const answer = await ask()
      expect([answer.status, ((await answer.json()) as { code: string }).code]).to.deep.equal([status, code])
    })

  it('gives the caller no headers that HTTP does not have, and what is beyond Latin-1 in UTF-8', async () => {
    const headers = { 'x-bad': 'a\r\nb: c', Größe: '7', 'x-price': '7 €' }
    recorder.onCall = async () => ({ status: 200, headers, contentType: 'text/plain', body: Buffer.from('x') })
    const answer = await ask()
    expect([answer.status, answer.headers.get('x-bad')]).to.deep.equal([200, null])
    expect(Buffer.from(answer.headers.get('x-price') ?? '', 'latin1').toString()).to.equal('7 €')
  })

  const hangUps = [
    { name: 'ends the call', head: '', aborted: true },
    { name: 'leaves a call with a key running, since its caller will ask again', head: 'Idempotency-Key: k\r\n', aborted: false },
  ]
  for (const { name, head, aborted } of hangUps)
    it(`${name} when its caller hangs up`, async () => {
      let signal: AbortSignal | undefined
      let finish = () => {}
      recorder.onCall = (_, given) => {
        signal = given
        return new Promise(resolve => (finish = () => resolve({ status: 200, headers: {}, contentType: '', body: new Uint8Array(0) })))
      }
      const request = `POST /price HTTP/1.1\r\nHost: x\r\n${head}Content-Type: application/json\r\nContent-Length: 2\r\n\r\n{}`
      const wire = await openWire(rest.port, request)
      await until('the call runs', () => signal)
      wire.socket.destroy()
      if (aborted) await until('the signal', () => signal?.aborted)
      finish()
      await rest.stop()
      expect(signal?.aborted).to.equal(aborted)
    })

  function ask(headers: Record<string, string> = {}): Promise<Response> {
    return fetch(`${rest.url}/price`, { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body: '{"sku":"A"}' })
  }
})
