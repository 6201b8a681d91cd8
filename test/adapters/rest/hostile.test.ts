import { gzipSync } from 'node:zlib'
import { expect } from 'chai'
import { misread } from '../../../adapters/http/dispatch.ts'
import { createPaths } from '../../../adapters/http/paths.ts'
import { createServer, listen } from '../../../adapters/http/server.ts'
import { silent } from '../../../gateway/log.ts'
import { hold } from '../../conformance/inbound.ts'
import { createRecorder, type Recorder } from '../../support/recorder.ts'
import { openWire, type RunningRest, startRest, type Wire } from '../../support/rest-source.ts'
import { until } from '../../support/until.ts'

const HEAD = 'POST /orders HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n'
const GOOD = `${HEAD}Content-Length: 2\r\n\r\n{}`

describe('hostile requests', () => {
  let recorder: Recorder
  let rest: RunningRest
  const wires: Wire[] = []
  before(async () => {
    recorder = createRecorder()
    const slow = { method: 'POST', path: '/slow', maxBodyBytes: 1_048_576, bodyTimeoutMs: 300 }
    rest = await startRest({ sources: [{ options: 'POST /orders' }, { options: slow, route: 'slow' }] }, recorder.gateway)
  })
  beforeEach(() => {
    recorder.accepted.length = 0
  })
  afterEach(async () => {
    for (const { socket } of wires.splice(0)) socket.destroy()
    expect(
      (await fetch(`${rest.url}/orders`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{}' })).status,
    ).to.equal(202)
  })
  after(() => rest.stop())

  async function open(first: string | Uint8Array): Promise<Wire> {
    const wire = await openWire(rest.port, first)
    wires.push(wire)
    return wire
  }

  const malformed = [
    {
      name: 'both Content-Length and Transfer-Encoding',
      bytes: `${HEAD}Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n`,
    },
    { name: 'both, in the other order', bytes: `${HEAD}Transfer-Encoding: chunked\r\nContent-Length: 2\r\n\r\n2\r\n{}\r\n0\r\n\r\n` },
    { name: 'two Content-Lengths', bytes: `${HEAD}Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}` },
    { name: 'a Content-Length below 0', bytes: `${HEAD}Content-Length: -1\r\n\r\n{}` },
    { name: 'a Content-Length with a sign', bytes: `${HEAD}Content-Length: +2\r\n\r\n{}` },
    { name: 'a list as Content-Length', bytes: `${HEAD}Content-Length: 2, 2\r\n\r\n{}` },
    {
      name: 'a Transfer-Encoding that does not end with chunked',
      bytes: `${HEAD}Transfer-Encoding: chunked, identity\r\n\r\n2\r\n{}\r\n0\r\n\r\n`,
    },
    { name: 'an unknown Transfer-Encoding', bytes: `${HEAD}Transfer-Encoding: xchunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n` },
    { name: 'a chunk whose size is none', bytes: `${HEAD}Transfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n0\r\n\r\n` },
    { name: 'a chunk longer than its size', bytes: `${HEAD}Transfer-Encoding: chunked\r\n\r\n2\r\n{}xx\r\n0\r\n\r\n` },
    { name: 'a space before the colon', bytes: 'POST /orders HTTP/1.1\r\nHost: x\r\nContent-Length : 2\r\n\r\n{}' },
    { name: 'a NUL in a header', bytes: `${HEAD}X-A: a\0b\r\nContent-Length: 2\r\n\r\n{}` },
    { name: 'headers above 16 KB', bytes: `${HEAD}X-A: ${'a'.repeat(17_000)}\r\nContent-Length: 2\r\n\r\n{}` },
    { name: 'no Host', bytes: 'POST /orders HTTP/1.1\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}' },
    { name: 'an unknown version', bytes: 'POST /orders HTTP/3.7\r\nHost: x\r\n\r\n' },
    { name: 'the preface of HTTP/2', bytes: 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n' },
    { name: 'a TLS greeting', bytes: Uint8Array.of(0x16, 3, 1, 0, 5, 1, 0, 0, 1, 0) },
    { name: 'an unknown method', bytes: 'STEAL /orders HTTP/1.1\r\nHost: x\r\n\r\n' },
  ]
  for (const { name, bytes } of malformed)
    it(`refuses ${name} with 400 and a problem, and takes nothing`, async () => {
      const wire = await open(bytes)
      await until('the answer', () => wire.text().includes('}'))
      expect(wire.text()).to.match(/^HTTP\/1\.1 400 Bad Request\r\n/)
      expect(wire.text()).to.match(/Content-Type: application\/problem\+json\r\nX-Correlation-Id: [0-9a-f-]{36}/)
      if (name !== 'no Host') await wire.closed
      expect(recorder.accepted).to.deep.equal([])
    })

  it('takes a body of the length that it says, and refuses what is left as a request of its own', async () => {
    const wire = await open(`${HEAD}Content-Length: 2\r\n\r\n{}GARBAGE\r\n\r\n`)
    await wire.closed
    expect(wire.text()).to.match(/^HTTP\/1\.1 202 /)
    expect(recorder.accepted.map(({ body }) => Buffer.from(body).toString())).to.deep.equal(['{}'])
  })

  it('takes nothing of a body that ends before its length', async () => {
    const wire = await open(`${HEAD}Content-Length: 20\r\n\r\n{"a":1`)
    wire.socket.end()
    await wire.closed
    expect(wire.text()).to.not.match(/ 202 /)
    expect(recorder.accepted).to.deep.equal([])
  })

  it('takes nothing of a chunked body whose end does not come', async () => {
    const wire = await open(`${HEAD}Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n`)
    wire.socket.destroy()
    await wire.closed
    expect(recorder.accepted).to.deep.equal([])
  })

  it('answers requests that come in one piece in their order', async () => {
    const wire = await open(`${GOOD}${GOOD.replace('/orders', '/nowhere')}${GOOD}`)
    await until('three answers', () => wire.text().match(/HTTP\/1\.1 /g)?.length === 3)
    expect(wire.text().match(/HTTP\/1\.1 \d+/g)).to.deep.equal(['HTTP/1.1 202', 'HTTP/1.1 404', 'HTTP/1.1 202'])
  })

  it('tells a slow sender of a body 408, and closes', async () => {
    const wire = await open(GOOD.replace('/orders', '/slow').replace('Content-Length: 2', 'Content-Length: 10'))
    await wire.closed
    expect(wire.text()).to.match(/^HTTP\/1\.1 408 [\s\S]*"code":"TIMEOUT"/)
    expect(recorder.accepted).to.deep.equal([])
  })

  it('tells a slow sender of headers 408, and closes', async () => {
    const server = createServer({ dir: '/', requestMs: 100, silenceMs: 5_000, headersMs: 200 })
    const desk = { paths: createPaths([]), log: silent, seats: new Map(), running: 0, draining: false }
    server.on('clientError', (error, socket) => misread(desk, error, socket))
    const port = Number((await listen(server, '127.0.0.1:0')).split(':')[1])
    const wire = await openWire(port, 'POST /orders HTTP/1.1\r\nHost')
    await wire.closed
    expect(wire.text()).to.match(/^HTTP\/1\.1 408 [\s\S]*"code":"TIMEOUT"/)
    await new Promise(resolve => server.close(resolve))
  })

  const continues = [
    { name: 'a body that it takes', head: HEAD, length: 2, first: /^HTTP\/1\.1 100 Continue\r\n\r\n$/ },
    { name: 'a body that is too large', head: HEAD, length: 9_000_000, first: /^HTTP\/1\.1 413 / },
    { name: 'a type that it does not take', head: HEAD.replace('application/json', 'text/plain'), length: 2, first: /^HTTP\/1\.1 415 / },
    { name: 'a path that is not there', head: HEAD.replace('/orders', '/no'), length: 2, first: /^HTTP\/1\.1 404 / },
  ]
  for (const { name, head, length, first } of continues)
    it(`answers Expect: 100-continue by its headers alone for ${name}`, async () => {
      const wire = await open(`${head}Expect: 100-continue\r\nContent-Length: ${length}\r\n\r\n`)
      await until('the first answer', () => wire.text().includes('\r\n\r\n'))
      expect(wire.text()).to.match(first)
      if (!wire.text().includes('100')) return wire.closed
      wire.socket.write('{}')
      await until('the last answer', () => wire.text().includes('HTTP/1.1 202'))
    })

  it('answers a sender of 100 MB in chunks with 413 while it still sends', async () => {
    const wire = await open(`${HEAD}Transfer-Encoding: chunked\r\n\r\n`)
    const chunk = `10000\r\n${'x'.repeat(65_536)}\r\n`
    for (let sent = 0; sent < 1_600 && !wire.socket.destroyed; sent++) await write(wire, chunk)
    await wire.closed
    expect(wire.text()).to.match(/^HTTP\/1\.1 413 /)
  })

  it('holds twenty gzip bombs at once within its memory', async () => {
    const bomb = gzipSync(Buffer.alloc(100_000_000))
    const before = process.memoryUsage().rss
    const headers = { 'content-type': 'application/json', 'content-encoding': 'gzip' }
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => fetch(`${rest.url}/orders`, { method: 'POST', headers, body: bomb })),
    )
    expect(answers.map(({ status }) => status)).to.deep.equal(Array(20).fill(413))
    expect(process.memoryUsage().rss - before).to.be.below(150_000_000)
  })

  it('refuses with 503 where too many bodies are under way at once, and frees their room', async () => {
    const body = Buffer.alloc(1_000_000, 'x')
    const many = await Promise.all(Array.from({ length: 80 }, () => open(`${HEAD}Content-Length: 1048576\r\n\r\n`)))
    for (const { socket } of many) socket.write(body)
    await until('a 503', () => many.some(wire => /^HTTP\/1\.1 503 [\s\S]*Retry-After: \d+/.test(wire.text())))
  })

  it('serves its neighbours while 2,000 connections are open and silent', async () => {
    const before = process.memoryUsage().rss
    for (let opened = 0; opened < 2_000; opened += 100) await Promise.all(Array.from({ length: 100 }, () => open('')))
    const wire = await open(GOOD)
    await until('the answer', () => wire.text().includes('HTTP/1.1 202'), 1_000)
    expect(process.memoryUsage().rss - before).to.be.below(100_000_000)
  })

  it('accepts a message whose sender hung up before its answer, and lives', async () => {
    const held = hold(recorder)
    const wire = await open(GOOD)
    await until('the message is with the gateway', held.reached)
    wire.socket.resetAndDestroy()
    await wire.closed
    held.release()
    await until('it is accepted', () => recorder.accepted.length === 1)
    recorder.onAccept = () => undefined
  })
})

function write({ socket }: Wire, text: string): Promise<void> {
  return new Promise(resolve => {
    if (socket.write(text) || socket.destroyed) return resolve()
    socket.once('drain', resolve)
    socket.once('close', () => resolve())
  })
}
