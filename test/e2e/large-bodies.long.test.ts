import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { createGzip } from 'node:zlib'
import { expect } from 'chai'
import { carryLarge, type LargeRig, startLargeRig } from '../chaos/large.ts'
import { removeProjects } from '../support/gateway.ts'
import { forgetPeak, peakMb, pour, send, streamOf } from '../support/large.ts'
import { rabbitmq } from '../support/rabbitmq.ts'
import { openWire } from '../support/rest-source.ts'
import { until } from '../support/until.ts'
import { balanced } from './sender.ts'

/** What a gateway may need beside what it has: far less than the bodies. */
const GROWTH_MB = 150

describe('large bodies (row 23)', function () {
  this.timeout(60_000)
  let rig: LargeRig

  before(async () => {
    rig = await startLargeRig()
  })
  after(async () => {
    await rig?.stop()
    removeProjects()
  })

  const half = () => readdirSync(join(rig.gateway.dir, 'data', 'bodies', 'tmp'))
  const grownMb = async (work: () => Promise<unknown>) => {
    const before = forgetPeak(rig.gateway.process.pid)
    await work()
    return peakMb(rig.gateway.process.pid) - before
  }
  const uploads = () => `${rig.gateway.http}/uploads/x`

  it('go by REST to REST and to a file without being in memory', async () => {
    const { beforeMb, peakMb } = await carryLarge(rig, 200_000_000)
    expect(peakMb - beforeMb).to.be.below(GROWTH_MB)
    await balanced(rig.gateway)
  })

  it('are sent again from the store where the target gave up in the middle', async () => {
    rig.sink.refuse(2)
    await carryLarge(rig, 30_000_000)
    await balanced(rig.gateway)
  })

  it('are taken as they grow where nobody said how large they are, and inflated', async () => {
    const before = rig.sink.received.length
    const { status, content } = await pour(uploads(), { bytes: 30_000_000, chunked: true })
    expect(status).to.equal(202)
    expect(await until('it came', () => rig.sink.received[before])).to.deep.equal(content)
    const packed = Readable.from(streamOf(30_000_000)).pipe(createGzip({ level: 1 }))
    const headers = { 'content-type': 'application/octet-stream', 'content-encoding': 'gzip' }
    expect((await send(uploads(), packed, headers)).status).to.equal(202)
    expect((await until('the other came', () => rig.sink.received[before + 1])).bytes).to.equal(30_000_000)
  })

  it('are refused with 413 where they are documents, and are not read', async () => {
    const grown = await grownMb(async () => {
      const headers = { 'content-type': 'application/json' }
      expect((await pour(`${rig.gateway.http}/documents`, { bytes: 200_000_000, headers })).status).to.equal(413)
      expect((await pour(`${rig.gateway.http}/documents`, { bytes: 200_000_000, headers, chunked: true })).status).to.equal(413)
    })
    expect(grown).to.be.below(GROWTH_MB)
  })

  for (const path of ['documents', 'bounded']) {
    it(`are refused with 413 where they inflate to more than /${path} takes, and leave nothing`, async () => {
      const type = path === 'documents' ? 'application/json' : 'application/octet-stream'
      const packed = Readable.from(zeros(1_000)).pipe(createGzip({ level: 1 }))
      const grown = await grownMb(async () => {
        const { status, text } = await send(`${rig.gateway.http}/${path}`, packed, { 'content-type': type, 'content-encoding': 'gzip' })
        expect(status).to.equal(413)
        expect(text).to.match(/inflates to more than \d+ bytes/)
      })
      expect(grown).to.be.below(GROWTH_MB)
      expect(half()).to.deep.equal([])
    })
  }

  it('come as the files of a form, and are split into records', async () => {
    const form = new FormData()
    for (const name of ['a', 'b']) form.append('file', new Blob([`sku\n${name}-1\n${name}-2\n`]), name)
    form.append('kind', 'daily')
    const { status } = await fetch(`${rig.gateway.http}/forms`, { method: 'POST', body: form })
    expect(status).to.equal(202)
    const rows = join(rig.gateway.dir, 'rows')
    const expected = ['daily-a-a-1', 'daily-a-a-2', 'daily-b-b-1', 'daily-b-b-2']
    await until('all rows are there', () => existsSync(rows) && readdirSync(rows).filter(name => !name.startsWith('.')).length === 4)
    expect(readdirSync(rows).sort()).to.deep.equal(expected)
  })

  it('leave nothing where the sender goes away', async () => {
    const head = 'POST /uploads/cut HTTP/1.1\r\nHost: x\r\nContent-Type: a/b\r\nContent-Length: 50000000\r\n\r\n'
    const wire = await openWire(Number(new URL(rig.gateway.http).port), head)
    wire.socket.write(Buffer.alloc(5_000_000))
    await until('it is being kept', () => half().length === 1)
    wire.socket.destroy()
    await until('it is gone', () => half().length === 0)
  })

  it('are shown to people by where they lie, never whole', async () => {
    const { text, content } = await pour(uploads(), { bytes: 100_000_000 })
    const { id } = JSON.parse(text)
    const grown = await grownMb(async () => {
      const story = await rig.gateway.api('GET', `/api/messages/${id}?body=true`)
      expect(story).to.have.nested.property('message.body.size', 100_000_000)
      expect(story).to.have.nested.property('message.body.stored', content.sha256)
      const { code, stdout } = await rig.gateway.run('explain', id, '--body')
      expect(code).to.equal(0)
      expect(stdout).to.contain(`bodies/${content.sha256.slice(0, 2)}/${content.sha256}`)
      expect(stdout.length).to.be.below(5_000)
    })
    expect(grown).to.be.below(50)
  })
})

describe('large bodies with RabbitMQ', function () {
  this.timeout(60_000)
  let rig: LargeRig

  before(async function () {
    this.timeout(120_000)
    const broker = await rabbitmq(this)
    rig = await startLargeRig({ broker: await broker.vhost() })
  })
  after(async () => {
    await rig?.stop()
    removeProjects()
  })

  it('go beside the broker, which carries a reference, and are sent again by it', async () => {
    rig.sink.refuse(1)
    const { beforeMb, peakMb } = await carryLarge(rig, 100_000_000)
    expect(peakMb - beforeMb).to.be.below(GROWTH_MB)
    await balanced(rig.gateway)
  })
})

const MEGABYTE = new Uint8Array(1 << 20)

function* zeros(megabytes: number): Generator<Uint8Array> {
  for (let at = 0; at < megabytes; at++) yield MEGABYTE
}
