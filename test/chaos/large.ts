import { createHash } from 'node:crypto'
import { createReadStream, existsSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { startProject, type TestGateway } from '../support/gateway.ts'
import { type Content, forgetPeak, peakMb, pour, type Sink, startSink } from '../support/large.ts'
import { until } from '../support/until.ts'

/** What one large body cost the gateway. */
export interface LargeReport {
  readonly bytes: number
  /** Memory before, and the most that it had on the way, in MB. */
  readonly beforeMb: number
  readonly peakMb: number
  readonly acceptedSeconds: number
  readonly deliveredSeconds: number
}

const projectTo = (sink: string, broker: string | undefined) => `waybill: 1
name: large
${
  broker === undefined
    ? ''
    : `queue: { rabbitmq: { url: '${broker}' } }
`
}systems:
  sink: { rest: '${sink}' }
  archive: { file: { folder: archive, name: "meta.path.name", makeFolders: true } }
  rows: { file: { folder: rows, name: "meta.query.kind + '-' + meta.file.name + '-' + body.sku", makeFolders: true } }
mappings:
  row: { rules: { sku: body.sku } }
defaults: { retry: { delays: [100ms], giveUpAfter: 1h } }
routes:
  uploads:
    from: { rest: { path: /uploads/:name, maxBody: 6GB }, format: bytes }
    to: [sink, archive]
  bounded:
    from: { rest: { path: /bounded, maxBody: 20MB }, format: bytes }
    to: sink
  forms:
    from: { rest: { path: /forms, maxBody: 6GB, multipart: true }, format: csv }
    split: { each: record }
    transform: { map: row }
    to: rows
  documents:
    from: { rest: { path: /documents, maxBody: 20MB } }
    to: sink
`

/** A gateway that passes uploads on to a REST target and into a folder. */
export interface LargeRig {
  readonly gateway: TestGateway
  readonly sink: Sink
  stop(): Promise<void>
}

/** Starts one, with the embedded queue unless there is a broker; its first upload is behind it, so that what every process needs once is not counted. */
export async function startLargeRig({ broker }: { readonly broker?: string } = {}): Promise<LargeRig> {
  const sink = await startSink()
  const gateway = await startProject({ files: { 'waybill.yaml': projectTo(sink.url, broker) } })
  const rig = {
    gateway,
    sink,
    async stop() {
      await gateway.end()
      await sink.stop()
    },
  }
  await carryLarge(rig, 20_000_000)
  return rig
}

let count = 0

/** Row 23: a body that nobody ever has in memory, by REST to REST and to a file. Rejects where a byte is not as it was sent. */
export async function carryLarge({ gateway, sink }: LargeRig, bytes: number): Promise<LargeReport> {
  const name = `upload-${++count}.bin`
  const path = join(gateway.dir, 'archive', name)
  const { pid } = gateway.process
  const before = sink.received.length
  const beforeMb = forgetPeak(pid)
  const began = performance.now()
  const seconds = () => (performance.now() - began) / 1_000
  const { status, text, content } = await pour(`${gateway.http}/uploads/${name}`, { bytes })
  if (status !== 202) throw new Error(`answered ${status}: ${text}`)
  const acceptedSeconds = seconds()
  const received = await until('the target has it', () => sink.received[before], 60_000 + bytes / 10_000)
  await until('the file is there', () => existsSync(path), 60_000 + bytes / 10_000)
  const deliveredSeconds = seconds()
  const report = { bytes, beforeMb, peakMb: peakMb(pid), acceptedSeconds, deliveredSeconds }
  same(received, content)
  same(await contentOf(path), content)
  rmSync(path)
  return report
}

function same(came: Content, sent: Content): void {
  if (came.bytes !== sent.bytes || came.sha256 !== sent.sha256)
    throw new Error(`${sent.bytes} bytes with hash ${sent.sha256} were sent, ${came.bytes} with ${came.sha256} came`)
}

async function contentOf(path: string): Promise<Content> {
  const hash = createHash('sha256')
  let bytes = 0
  for await (const part of createReadStream(path, { highWaterMark: 1 << 20 })) {
    hash.update(part)
    bytes += part.length
  }
  return { bytes, sha256: hash.digest('hex') }
}
