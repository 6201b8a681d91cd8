import { createHash, randomBytes } from 'node:crypto'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { deflateRawSync, deflateSync, gzipSync } from 'node:zlib'
import { expect } from 'chai'
import { createBodies } from '../../../gateway/bodies.ts'
import { GatewayError } from '../../../gateway/errors.ts'
import { createRecorder, type Recorder } from '../../support/recorder.ts'
import { openWire, type RunningRest, startRest } from '../../support/rest-source.ts'
import { until } from '../../support/until.ts'

const INLINE = 10_000
type Sent = string | Uint8Array | ReadableStream
const large = randomBytes(300_000)
const sha256 = createHash('sha256').update(large).digest('hex')

describe('a REST source whose bodies nobody looks into', () => {
  const folder = mkdtempSync(join(tmpdir(), 'waybill-large-'))
  let recorder: Recorder
  let rest: RunningRest
  let refusal: GatewayError | undefined
  before(async () => {
    recorder = createRecorder()
    const gateway = {
      ...recorder.gateway,
      bodies: createBodies(folder, { minFreeBytes: 0 }),
      admit() {
        if (refusal) throw refusal
      },
    }
    const limits = { method: 'POST', maxBodyBytes: 1_000_000, bodyTimeoutMs: 400, multipart: false }
    const sources = [
      { options: { ...limits, path: '/files' }, format: 'bytes' as const },
      { options: { ...limits, path: '/asked' }, format: 'bytes' as const, route: 'asked', withinMs: 1_000 },
      { options: { ...limits, path: '/documents' }, route: 'documents' },
    ]
    rest = await startRest({ sources, inlineBytes: INLINE }, gateway)
  })
  beforeEach(() => {
    recorder.accepted.length = 0
    recorder.called.length = 0
    refusal = undefined
  })
  after(async () => {
    await rest.stop()
    rmSync(folder, { recursive: true })
  })
  const half = () => readdirSync(join(folder, 'tmp'))
  const post = (body: Sent, headers: Record<string, string> = {}, path = '/files') =>
    fetch(`${rest.url}${path}`, { method: 'POST', body, headers, ...(body instanceof ReadableStream && { duplex: 'half' }) })
  const chunked = (bytes: Uint8Array) => new Blob([bytes]).stream()
  const codeOf = async (answer: Response) => [answer.status, Object(await answer.json()).code]
  const head = (more: string, path = '/files') => `POST ${path} HTTP/1.1\r\nHost: x\r\nContent-Type: a/b\r\n${more}\r\n\r\n`

  it('keeps what is small in memory', async () => {
    for (const body of [large.subarray(0, INLINE), chunked(large.subarray(0, INLINE))]) expect((await post(body)).status).to.equal(202)
    for (const { body, stored } of recorder.accepted) expect([body.length, stored]).to.deep.equal([INLINE, undefined])
  })

  const ways: Readonly<Record<string, [Sent, Record<string, string>]>> = {
    'says how large it is': [large, {}],
    'grows as it comes': [chunked(large), {}],
    'is gzip': [gzipSync(large), { 'content-encoding': 'gzip' }],
    'is deflate': [deflateSync(large), { 'content-encoding': 'deflate' }],
    'is bare deflate': [deflateRawSync(large), { 'content-encoding': 'deflate' }],
  }
  for (const [what, [body, headers]] of Object.entries(ways)) {
    it(`puts what is large and ${what} into the body store`, async () => {
      expect((await post(body, headers)).status).to.equal(202)
      const [message] = recorder.accepted
      expect(message?.stored).to.deep.equal({ sha256, bytes: large.length })
      expect(message?.body).to.have.length(0)
    })
  }

  it('reads into memory what somebody waits for, and what is a document', async () => {
    await post(large, {}, '/asked')
    expect(recorder.called[0]?.stored).to.equal(undefined)
    expect(recorder.called[0]?.body).to.have.length(large.length)
    await post(JSON.stringify({ text: large.toString('base64') }), { 'content-type': 'application/json' }, '/documents')
    expect(recorder.accepted[0]?.stored).to.equal(undefined)
  })

  it('refuses before it comes what cannot be accepted now', async () => {
    refusal = new GatewayError('OVERLOADED', 'full')
    const wire = await openWire(rest.port, head('Content-Length: 300000\r\nExpect: 100-continue'))
    await until('it is answered', () => wire.text().includes('OVERLOADED'))
    expect(wire.text()).to.match(/^HTTP\/1.1 503 /)
    wire.socket.destroy()
  })

  const faulty: Readonly<Record<string, [Sent, Record<string, string>, number, string]>> = {
    'is more than maxBody': [chunked(randomBytes(1_000_001)), {}, 413, 'TOO_LARGE'],
    'inflates to more than maxBody': [gzipSync(Buffer.alloc(1_000_001)), { 'content-encoding': 'gzip' }, 413, 'TOO_LARGE'],
    'is no gzip, though it says so': [large, { 'content-encoding': 'gzip' }, 400, 'NOT_READABLE'],
    'is a gzip that is cut': [gzipSync(large).subarray(0, 200_000), { 'content-encoding': 'gzip' }, 400, 'NOT_READABLE'],
  }
  for (const [what, [body, headers, status, code]] of Object.entries(faulty)) {
    it(`refuses what ${what}, and leaves nothing`, async () => {
      expect(await codeOf(await post(body, headers))).to.deep.equal([status, code])
      expect([half(), recorder.accepted]).to.deep.equal([[], []])
    })
  }

  it('waits as long as the body goes on coming', async () => {
    const wire = await openWire(rest.port, head(`Content-Length: ${large.length}`))
    const began = performance.now()
    for (let at = 0; at < large.length; at += 75_000) {
      wire.socket.write(large.subarray(at, at + 75_000))
      const due = performance.now() + 150
      await until('a while is over', () => performance.now() > due)
    }
    await until('it is answered', () => wire.text().includes('HTTP/1.1 202'))
    expect(performance.now() - began).to.be.above(400)
    wire.socket.destroy()
  })

  it('ends what makes no progress with 408, also where a byte comes now and then, and leaves nothing', async () => {
    const wire = await openWire(rest.port, head('Content-Length: 300000'))
    wire.socket.write(large.subarray(0, 100_000))
    await until('it is being kept', () => half().length === 1)
    const drip = setInterval(() => wire.socket.write('x'), 50)
    await until('it is answered', () => wire.text().includes('TIMEOUT')).finally(() => clearInterval(drip))
    expect(wire.text()).to.match(/^HTTP\/1.1 408 /)
    expect(half()).to.deep.equal([])
    await wire.closed
  })
})
