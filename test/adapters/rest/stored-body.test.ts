import { createHash } from 'node:crypto'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'
import { expect } from 'chai'
import { createRestOutbound } from '../../../adapters/rest/outbound.ts'
import { restSystemOptions } from '../../../adapters/rest/system-options.ts'
import type { Project } from '../../../config/project.ts'
import { GatewayError } from '../../../gateway/errors.ts'
import { resolveOptions } from '../../../gateway/options.ts'
import type { Bodies, Outbound } from '../../../gateway/ports.ts'
import { noBodies } from '../../support/bodies.ts'
import { deliveryOf } from '../../support/delivery.ts'
import { streamOf } from '../../support/large.ts'
import { startTarget, type Target } from '../../support/target.ts'
import { until } from '../../support/until.ts'

const { signal } = new AbortController()
const stored = (bytes: number) => deliveryOf({ body: new Uint8Array(), stored: { sha256: 'a'.repeat(64), bytes } })

describe('a REST system that is sent a stored body', () => {
  let target: Target
  let opened: number
  let closed: number
  const outbounds: Outbound[] = []
  const servers: Server[] = []
  const bodies: Bodies = {
    ...noBodies,
    async *open({ bytes }) {
      opened += 1
      try {
        yield* streamOf(bytes)
      } finally {
        closed += 1
      }
    },
  }
  before(async () => {
    target = await startTarget()
  })
  beforeEach(() => {
    opened = 0
    closed = 0
  })
  afterEach(async () => {
    await Promise.all(outbounds.splice(0).map(outbound => outbound.close()))
    for (const server of servers.splice(0)) server.close().closeAllConnections()
  })
  after(() => target.stop())

  function outboundTo(options: object, own: Bodies = bodies): Outbound {
    const target = { name: 'archive', options: resolveOptions(restSystemOptions, options), inFlight: 4 }
    const outbound = createRestOutbound(target, { project: { dir: '/' } as Project, bodies: own })
    outbounds.push(outbound)
    return outbound
  }
  const failureOf = (sent: Promise<unknown>) =>
    sent.then(
      () => expect.fail('the send did not fail'),
      (error: unknown) => (error instanceof GatewayError ? error : expect.fail(String(error))),
    )
  async function slow(restMs: number): Promise<{ url: string; seen: () => object }> {
    const hash = createHash('sha256')
    let [bytes, length] = [0, '']
    const server = createServer({ highWaterMark: 65_536 }, async (req, res) => {
      length = String(req.headers['content-length'])
      for await (const part of req) {
        hash.update(part)
        bytes += part.length
        if (bytes % 1_048_576 < part.length) await pause(restMs)
      }
      res.end()
    })
    servers.push(server.listen(0, '127.0.0.1'))
    await until('it listens', () => server.listening)
    return {
      url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
      seen: () => ({ bytes, length, sha256: hash.digest('hex') }),
    }
  }

  it('gets its bytes with their length, and as much time as it goes on taking them', async () => {
    const bytes = 30_000_000
    const { url, seen } = await slow(30)
    const began = performance.now()
    await outboundTo({ url, timeout: '400ms' }).send(stored(bytes), signal)
    expect(performance.now() - began).to.be.above(600)
    const hash = createHash('sha256')
    for await (const part of streamOf(bytes)) hash.update(part)
    expect(seen()).to.deep.equal({ bytes, length: String(bytes), sha256: hash.digest('hex') })
    expect([opened, closed]).to.deep.equal([1, 1])
  })

  it('is given up where it takes no more of it, and the body is closed', async () => {
    await target.program({ does: 'deaf' })
    const error = await failureOf(outboundTo({ url: target.url, timeout: '300ms' }).send(stored(50_000_000), signal))
    expect(error.code).to.equal('TARGET_TIMEOUT')
    await until('the body is closed', () => closed === 1)
  })

  it('is given up where it has all of it and does not answer', async () => {
    await target.program({ does: 'hang' })
    const error = await failureOf(outboundTo({ url: target.url, timeout: '300ms' }).send(stored(2_000_000), signal))
    expect(error.code).to.equal('TARGET_TIMEOUT')
  })

  it('is heard where it refuses before the end', async () => {
    const server = createServer((_, res) => void res.writeHead(413).end('too large'))
    servers.push(server.listen(0, '127.0.0.1'))
    await until('it listens', () => server.listening)
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    const error = await failureOf(outboundTo({ url }).send(stored(50_000_000), signal))
    expect(error.extras.answer?.status).to.equal(413)
    await until('the body is closed', () => closed === 1)
  })

  it('is sent it from the beginning at each attempt', async () => {
    await target.program({ does: 'reset' }, {})
    const outbound = outboundTo({ url: target.url })
    expect((await failureOf(outbound.send(stored(2_000_000), signal))).code).to.equal('TARGET_UNAVAILABLE')
    await outbound.send(stored(2_000_000), signal)
    expect((await target.received()).map(({ headers }) => headers['content-length'])).to.deep.equal(['2000000', '2000000'])
    expect(opened).to.equal(2)
  })

  it('is sent nothing where the body is gone', async () => {
    const gone: Bodies = {
      ...noBodies,
      async *open({ bytes }) {
        if (bytes > 0) throw new GatewayError('STORE_CORRUPT', 'it is gone')
        yield new Uint8Array()
      },
    }
    await target.program({})
    expect((await failureOf(outboundTo({ url: target.url }, gone).send(stored(2_000_000), signal))).code).to.equal('STORE_CORRUPT')
    expect(await target.received()).to.deep.equal([])
  })

  it('has no body where its requests have none', async () => {
    await target.program({})
    await outboundTo({ url: target.url, body: 'none' }).send(stored(2_000_000), signal)
    expect(opened).to.equal(0)
  })
})
