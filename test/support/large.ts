import { createHash, randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { readFileSync, writeFileSync } from 'node:fs'
import http, { type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Readable } from 'node:stream'

/** A body that was sent or came, by its content. */
export interface Content {
  readonly bytes: number
  /** In hex. */
  readonly sha256: string
}

/** What a large upload was answered with. */
export interface Poured {
  readonly status: number
  readonly text: string
  /** What the sender has sent. */
  readonly content: Content
}

export interface Pouring {
  readonly bytes: number
  readonly headers?: Readonly<Record<string, string>>
  /** Without a Content-Length. */
  readonly chunked?: boolean
}

const BLOCK = randomBytes(1 << 20)

/** Bytes that are made while they are read; no two blocks of them are equal. */
export async function* streamOf(bytes: number): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes; at += BLOCK.length) {
    const block = Buffer.from(BLOCK.subarray(0, Math.min(BLOCK.length, bytes - at)))
    if (block.length >= 8) block.writeDoubleLE(at, 0)
    yield block
  }
}

/** Posts a body that is made while it is sent, as fast as it is taken. */
export async function pour(url: string, { bytes, headers, chunked = false }: Pouring): Promise<Poured> {
  const hash = createHash('sha256')
  let sent = 0
  async function* counted() {
    for await (const part of streamOf(bytes)) {
      hash.update(part)
      sent += part.length
      yield part
    }
  }
  const { status, text } = await send(url, counted(), {
    'content-type': 'application/octet-stream',
    ...(!chunked && { 'content-length': String(bytes) }),
    ...headers,
  })
  return { status, text, content: { bytes: sent, sha256: hash.digest('hex') } }
}

/** Posts what is yielded; resolves with the answer, also where that comes before the body's end. */
export async function send(
  url: string,
  parts: AsyncIterable<Uint8Array>,
  headers: Readonly<Record<string, string>>,
): Promise<{ readonly status: number; readonly text: string }> {
  const request = http.request(url, { method: 'POST', agent: false, headers })
  const answer = new Promise<IncomingMessage>((resolve, reject) => {
    request.once('response', resolve)
    request.once('error', reject)
  })
  const body = Readable.from(parts, { objectMode: false })
  body.pipe(request)
  try {
    const response = await answer
    const chunks: Buffer[] = []
    for await (const chunk of response) chunks.push(chunk)
    return { status: response.statusCode ?? 0, text: Buffer.concat(chunks).toString() }
  } finally {
    body.destroy()
    request.on('error', () => {}).destroy()
  }
}

/** A target that keeps nothing of what it is sent but its length and hash. */
export interface Sink {
  readonly url: string
  readonly received: readonly Content[]
  /** Refuses so many requests with 503 once half of a body has come. */
  refuse(count: number): void
  stop(): Promise<void>
}

/** Starts one on a free port, in this process. */
export async function startSink(): Promise<Sink> {
  const received: Content[] = []
  let refusals = 0
  const server = http.createServer(async (req, res) => {
    const hash = createHash('sha256')
    const half = Number(req.headers['content-length']) / 2
    let bytes = 0
    for await (const part of req) {
      hash.update(part)
      bytes += part.length
      if (refusals === 0 || bytes < half) continue
      refusals -= 1
      return void res.writeHead(503, { connection: 'close' }).end()
    }
    received.push({ bytes, sha256: hash.digest('hex') })
    res.end('{}')
  })
  server.requestTimeout = 0
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    received,
    refuse(count) {
      refusals = count
    },
    async stop() {
      server.closeAllConnections()
      await new Promise(resolve => server.close(resolve))
    },
  }
}

/** The most memory in MB that a process had since `forgetPeak`, or since it began (Linux: VmHWM). */
export function peakMb(pid: number | undefined): number {
  const [, kilobytes] = /VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? []
  return Number(kilobytes) / 1_024
}

/** From now on the peak counts anew; resolves with what the process has now. */
export function forgetPeak(pid: number | undefined): number {
  writeFileSync(`/proc/${pid}/clear_refs`, '5')
  return peakMb(pid)
}
