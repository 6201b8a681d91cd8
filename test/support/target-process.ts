import http, { type IncomingMessage, type ServerResponse } from 'node:http'
import https from 'node:https'
import type { AddressInfo } from 'node:net'
import type { Received, Step, TargetTls } from './target.ts'

// The process behind startTarget (target.ts): answers as it is told over IPC, and remembers what came.

const { tls, port = 0 } = JSON.parse(process.argv[2] ?? '{}') as { tls?: TargetTls; port?: number }
let steps: Step[] = []
let received: Received[] = []

const server = tls ? https.createServer({ ...tls }, handle) : http.createServer(handle)
server.keepAliveTimeout = 60_000
server.listen(port, '127.0.0.1', () => process.send?.((server.address() as AddressInfo).port))

process.on('message', (question: { program?: Step[]; received?: true; connections?: true }) => {
  if (question.program) {
    steps = question.program
    received = []
    process.send?.('programmed')
  }
  if (question.received) process.send?.(received)
  if (question.connections) server.getConnections((_, count) => process.send?.(count))
})
process.on('disconnect', () => process.exit())

function handle(req: IncomingMessage, res: ServerResponse): void {
  const step = (steps.length > 1 ? steps.shift() : steps[0]) ?? {}
  if (step.does === 'deaf') return void req.pause()
  const chunks: Buffer[] = []
  req.on('data', chunk => chunks.push(chunk))
  req.on('error', () => {})
  req.on('end', () => {
    const headers = Object.fromEntries(Object.entries(req.headers).map(([name, value]) => [name, String(value)]))
    received.push({ method: req.method ?? '', url: req.url ?? '', headers, body: Buffer.concat(chunks).toString() })
    setTimeout(() => act(req, res, step), step.delayMs ?? 0)
  })
}

function act(req: IncomingMessage, res: ServerResponse, step: Step): void {
  const { does = 'answer', status = 200, headers = {}, body = '' } = step
  if (does === 'hang') return
  if (does === 'reset') req.socket.resetAndDestroy()
  else if (does === 'answer') res.writeHead(status, headers).end(body)
  else if (does === 'drip') drip(res.writeHead(status, headers), body)
  else if (does === 'flood') flood(res.writeHead(status, headers), step.bytes ?? 0)
  else cut(req, res.writeHead(status, { ...headers, 'content-length': String(body.length * 2) }), body)
}

function cut(req: IncomingMessage, res: ServerResponse, body: string): void {
  res.write(body, () => req.socket.destroy())
}

function drip(res: ServerResponse, body: string, at = 0): void {
  if (res.destroyed || at >= body.length) {
    res.end()
    return
  }
  res.write(body[at])
  setTimeout(() => drip(res, body, at + 1), 50)
}

function flood(res: ServerResponse, bytes: number): void {
  const chunk = Buffer.alloc(65_536, 'x')
  let left = bytes
  const more = () => {
    let room = true
    for (; room && left > 0 && !res.destroyed; left -= chunk.length) room = res.write(chunk)
    if (room) res.end()
    else res.once('drain', more)
  }
  more()
}
