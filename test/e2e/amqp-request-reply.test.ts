import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { expect } from 'chai'
import { pikaOrSkip } from '../adapters/amqp/pika.ts'
import { type Client, connectClient } from '../adapters/amqp/support.ts'
import { removeProjects, startProject, type TestGateway } from '../support/gateway.ts'
import { rabbitmq } from '../support/rabbitmq.ts'
import { root } from '../support/root.ts'
import { startTarget, type Target } from '../support/target.ts'
import { until } from '../support/until.ts'
import { balanced, post, receiptWhen } from './sender.ts'

const script = join(root, 'test/adapters/amqp/pika_rpc.py')
const json = { 'content-type': 'application/json' }

const project = (url: string, stock: string) =>
  `waybill: 1
name: calls
queue: { rabbitmq: { url: '${url}' } }
systems:
  stock: { rest: { url: '${stock}', timeout: 5s } }
  store: { amqp: { queue: store.rpc, reply: { within: 5s } } }
  gone: { amqp: { queue: nobody.rpc, declare: none, reply: true } }
mappings:
  reply: { rules: { inStock: body.count > 0 } }
routes:
  ask:
    from: { amqp: asks }
    reply: { within: 5s }
    to: { system: stock, answer: [{ map: reply }] }
    faults: [{ when: status == 404, fault: NotListed, map: same }]
  relay:
    from: [{ amqp: relays }, { rest: POST /relays }]
    reply: { within: 2s }
    to: { system: store, answer: [{ map: reply }] }
  short:
    from: { rest: POST /short }
    reply: { within: 300ms }
    to: store
  late:
    from: [{ amqp: lates }, { rest: POST /late }]
    reply: { within: 300ms, late: keep }
    to: store
  lost:
    from: { rest: POST /lost }
    reply: { within: 1s }
    to: gone
`.replace('mappings:\n', 'mappings:\n  same: { rules: { sku: body.sku } }\n')

interface Told {
  readonly body: string
  readonly correlation_id: string | null
  readonly content_type: string | null
  readonly headers: Readonly<Record<string, unknown>>
}

interface Request {
  readonly body: string
  readonly properties?: Readonly<Record<string, unknown>>
  readonly headers?: Readonly<Record<string, unknown>>
}

describe('request-reply over AMQP', () => {
  let url = ''
  let client: Client
  let stock: Target
  let gateway: TestGateway
  let server: ChildProcess
  const requests: (Told & { readonly reply_to: string })[] = []

  before(async function () {
    this.timeout(120_000)
    await pikaOrSkip(this)
    url = await (await rabbitmq(this)).vhost()
    client = await connectClient(url)
    server = spawn('python3', [script, 'serve', url, 'store.rpc'], { stdio: ['ignore', 'pipe', 'inherit'] })
    let ready = false
    if (server.stdout)
      createInterface({ input: server.stdout }).on('line', line => {
        if (line === 'ready') ready = true
        else requests.push(JSON.parse(line))
      })
    stock = await startTarget()
    gateway = await startProject({ files: { 'waybill.yaml': project(url, stock.url) } })
    await until('the server is there', () => ready)
  })
  beforeEach(() => {
    requests.length = 0
  })
  after(async () => {
    server?.kill()
    await client?.close()
    await gateway?.end()
    await stock?.stop()
    removeProjects()
  })

  function ask(queue: string, asked: readonly Request[], ...more: readonly string[]): Promise<readonly Told[]> {
    return new Promise((resolve, reject) => {
      const child = execFile('python3', [script, 'ask', url, queue, ...more], (error, stdout) =>
        error ? reject(error) : resolve(JSON.parse(stdout)),
      )
      child.stdin?.end(JSON.stringify(asked))
    })
  }

  it("answers a foreign caller's direct reply-to with the mapped answer, by its correlation-id", async () => {
    await stock.program({ headers: json, body: '{"count":3}' }, { headers: json, body: '{"count":0}' })
    const [first] = await ask('asks', [{ body: '{"sku":"A-1"}', properties: { correlation_id: 'it’s 1' } }])
    expect(first).to.deep.include({ body: '{"inStock":true}', correlation_id: 'it’s 1', content_type: 'application/json' })
    expect(first?.headers).to.deep.include({ 'waybill-status': '200' })
  })

  it('answers to a named queue, and with the message-id where there is no correlation-id', async () => {
    await stock.program({ headers: json, body: '{"count":3}' })
    const queue = await client.queue('answers')
    const replies = await ask('asks', [{ body: '{"sku":"A-1"}', properties: { message_id: 'm-1' } }], queue)
    expect(replies).to.have.length(1)
    expect(replies[0]).to.deep.include({ body: '{"inStock":true}', correlation_id: 'm-1', delivery_mode: 2 })
  })

  it('calls the target once for a message that comes twice, and answers both', async () => {
    await stock.program({ headers: json, body: '{"count":3}', delayMs: 100 })
    const same = { body: '{"sku":"A-2"}', properties: { message_id: 'm-2', correlation_id: 'c' } }
    const replies = await ask('asks', [same, same])
    expect(replies.map(({ body }) => body)).to.deep.equal(['{"inStock":true}', '{"inStock":true}'])
    expect(await stock.received()).to.have.length(1)
  })

  it('tells a refusal in a header, with the problem', async () => {
    await stock.program({ status: 400, headers: json, body: '{}' })
    const [refused] = await ask('asks', [{ body: '{"sku":"A-3"}' }])
    expect(refused?.content_type).to.equal('application/problem+json')
    expect(refused?.headers).to.deep.include({ 'waybill-error': 'TARGET_REFUSED' })
    expect(JSON.parse(refused?.body ?? '')).to.deep.include({ code: 'TARGET_REFUSED' })
  })

  it('tells a declared fault by its name, with its detail', async () => {
    await stock.program({ status: 404, headers: json, body: '{"sku":"A-4"}' })
    const [fault] = await ask('asks', [{ body: '{"sku":"A-4"}' }])
    expect(fault).to.deep.include({ body: '{"sku":"A-4"}' })
    expect(fault?.headers).to.deep.include({ 'waybill-error': 'NotListed' })
  })

  it('tells what cannot be read, and a deadline that has passed', async () => {
    await stock.program({ headers: json, body: '{"count":3}' })
    const replies = await ask('asks', [{ body: '{"sku":' }, { body: '{}', headers: { 'waybill-deadline': Date.now() - 1 } }])
    expect(replies.map(({ headers }) => headers['waybill-error']).sort()).to.deep.equal(['NOT_READABLE', 'TIMEOUT'])
    expect(await stock.received()).to.have.length(0)
  })

  const unanswerable: readonly { name: string; properties: Record<string, unknown>; reason: string; detail: RegExp }[] = [
    { name: 'without a reply-to', properties: {}, reason: 'BAD_REQUEST', detail: /no reply-to/ },
    {
      name: "with a reply-to among the gateway's own queues",
      properties: { replyTo: 'waybill.calls.x' },
      reason: 'BAD_REQUEST',
      detail: /may not be named/,
    },
    {
      name: 'whose reply-to is no queue',
      properties: { replyTo: 'not-there' },
      reason: 'TARGET_RETURNED',
      detail: /"not-there" \(returned\).*200/,
    },
  ]
  for (const { name, properties, reason, detail } of unanswerable) {
    it(`keeps a message ${name} as a dead letter`, async () => {
      await stock.program({ headers: json, body: '{"count":3}' })
      await client.send('asks', '{"sku":"A-5"}', properties)
      const letters = await until('it is dead', async () => {
        const { items } = (await gateway.api('GET', '/api/dead')) as {
          items: readonly { messageId: string; reason: string; detail: string }[]
        }
        return items.some(item => detail.test(item.detail)) && items
      })
      expect(letters.find(item => detail.test(item.detail))?.reason).to.equal(reason)
      for (const { messageId } of letters) await gateway.run('dead', 'discard', messageId)
    })
  }

  it('calls a foreign server for a caller by REST, and hands the deadline on', async () => {
    const began = Date.now()
    const { status, body } = await post(gateway, '/relays', { sku: 'B-1' }, { 'x-correlation-id': 'mine' })
    expect([status, body]).to.deep.equal([200, { inStock: true }])
    const [seen] = requests
    expect(seen).to.deep.include({ reply_to: 'waybill.calls.replies.store', content_type: 'application/json', delivery_mode: 2 })
    expect(seen?.headers).to.deep.include({ 'waybill-correlation-id': 'mine' })
    expect(Number(seen?.headers['waybill-deadline']) - began).to.be.within(1_900, 4_000)
  })

  it('calls a foreign server for a foreign caller', async () => {
    const deadline = Date.now() + 1_500
    const replies = await ask('relays', [
      { body: '{"sku":"B-1"}', properties: { correlation_id: '1' }, headers: { 'waybill-deadline': deadline } },
      { body: '{"sku":""}', properties: { correlation_id: '2' } },
      { body: '{"refuse":"TARGET_UNAVAILABLE"}', properties: { correlation_id: '3' } },
    ])
    const told = Object.fromEntries(replies.map(reply => [reply.correlation_id, reply.headers['waybill-error'] ?? reply.body]))
    expect(told).to.deep.equal({ 1: '{"inStock":true}', 2: '{"inStock":false}', 3: 'TARGET_UNAVAILABLE' })
    expect(requests.map(({ headers }) => headers['waybill-deadline'])).to.include(String(deadline))
  })

  const refusals = [
    { path: '/relays', body: { refuse: 'NoSuchThing' }, status: 502, code: 'TARGET_REFUSED' },
    { path: '/relays', body: { refuse: 'OVERLOADED' }, status: 503, code: 'TARGET_UNAVAILABLE' },
    { path: '/short', body: { hang: true }, status: 504, code: 'IN_DOUBT' },
    { path: '/lost', body: {}, status: 503, code: 'TARGET_RETURNED' },
  ]
  for (const { path, body, status, code } of refusals) {
    it(`tells a caller by REST ${code} for ${JSON.stringify(body)} to ${path}`, async () => {
      const answered = await post(gateway, path, body)
      expect([answered.status, answered.body.code]).to.deep.equal([status, code])
    })
  }

  it('with `late: keep` gives the receipt at the deadline, and keeps the late reply under it', async () => {
    const [receipt] = await ask('lates', [{ body: '{"sku":"C-1","wait":0.6}' }])
    expect(receipt?.headers).to.deep.include({ 'waybill-status': '202' })
    const { reply } = await receiptWhen(gateway, JSON.parse(receipt?.body ?? '').id, 'delivered')
    expect(reply).to.deep.include({ status: 200, body: '{"count": 3}' })
    expect(requests[0]?.headers).not.to.have.property('waybill-deadline')
  })

  it('keeps a reply that comes after a kill -9 of the gateway', async () => {
    // Paused, so that only the reply to the call's own request can settle it; calls are made all the same.
    await gateway.run('pause', 'store')
    const { body } = await post(gateway, '/late', { sku: 'C-2', wait: 1.2 })
    await gateway.end('SIGKILL')
    gateway = await gateway.again()
    const { reply } = await receiptWhen(gateway, String(body.id), 'delivered')
    expect(reply?.body).to.equal('{"count": 3}')
    expect(requests).to.have.length(1)
    await gateway.run('resume', 'store')
    await balanced(gateway)
  })

  it('leaves no reply and no request behind, neither ready nor unacknowledged', async () => {
    await gateway.end()
    for (const queue of ['asks', 'relays', 'lates', 'waybill.calls.replies.store'])
      expect(await client.ready(queue), `left in ${queue}`).to.equal(0)
  })
})
