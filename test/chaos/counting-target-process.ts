import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { Conduct, Seen } from './counting-target.ts'

// The process behind startCountingTarget: says yes or no as it is told, and counts by the key of the request to what it said yes.

interface Question {
  readonly conduct?: Conduct
  readonly listen?: boolean
  readonly seen?: true
  readonly lags?: true
}

let conduct: Conduct = {}
let port = 0
const lags: number[] = []
const seen = new Map<string, Seen & { times: number }>()
const failed = new Set<string>()
const server = createServer(handle)
server.keepAliveTimeout = 60_000

listen(() => process.send?.(port))
process.on('disconnect', () => process.exit())
process.on('message', (question: Question) => {
  if (question.conduct) {
    conduct = question.conduct
    process.send?.('conduct')
  }
  if (question.seen) process.send?.([...seen.values()])
  if (question.lags) process.send?.(lags.splice(0))
  if (question.listen === true) listen(() => process.send?.('listening'))
  if (question.listen === false) {
    server.close(() => process.send?.('closed'))
    server.closeAllConnections()
  }
})

function listen(then: () => void): void {
  server.listen(port, '127.0.0.1', () => {
    const address = server.address()
    if (address && typeof address === 'object') port = address.port
    then()
  })
}

function handle(req: IncomingMessage, res: ServerResponse): void {
  let text = ''
  req.setEncoding('utf8')
  req.on('data', chunk => {
    text += chunk
  })
  req.on('error', () => {})
  req.on('end', () => {
    const { id, sentAt } = JSON.parse(text)
    const status = answerTo(String(req.headers['idempotency-key']), String(id))
    if (status === 200) lags.push(Date.now() - Number(sentAt))
    res.writeHead(status).end()
  })
}

function answerTo(key: string, order: string): number {
  const { status = 200, failFirst } = conduct
  if (failFirst && Number(order.split('-').at(-1)) % failFirst.every === 0 && !failed.has(key)) {
    failed.add(key)
    return failFirst.status
  }
  if (status !== 200) return status
  const known = seen.get(key)
  if (known) known.times += 1
  else seen.set(key, { key, order, times: 1 })
  return 200
}
