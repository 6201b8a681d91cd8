import { createConnection } from 'node:net'
import { expect } from 'chai'
import { type Admin, createAdmin } from '../../../gateway/admin/server.ts'
import { deadLetter, fakeParts, story } from './parts.ts'

const token = 'a'.repeat(43)

describe('the admin API', () => {
  let [admin, parts, address] = [undefined as Admin | undefined, fakeParts(), '']

  beforeEach(async () => {
    parts = fakeParts()
    admin = createAdmin({ address: '127.0.0.1:0', token, parts })
    address = await admin.start()
  })

  afterEach(async () => {
    await admin?.stop()
    parts.metrics.close()
  })

  const call = (path: string, init: RequestInit = {}) =>
    fetch(`${address}${path}`, {
      ...init,
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json', ...init.headers },
    })
  const post = (path: string, body: unknown) => call(path, { method: 'POST', body: typeof body === 'string' ? body : JSON.stringify(body) })

  describe('open to all', () => {
    it('says that it lives', async () => {
      expect((await fetch(`${address}/health/live`)).status).to.equal(200)
    })

    it('names each dependency, and is not ready when one is not well', async () => {
      const well = await fetch(`${address}/health/ready`)
      expect([well.status, await well.json()]).to.deep.equal([200, { ok: true, dependencies: parts.health() }])
      parts.well = false
      const ill = await fetch(`${address}/health/ready`)
      expect(ill.status).to.equal(503)
      expect(await ill.json()).to.have.nested.property('dependencies.queue.detail', 'the broker is away')
    })

    it('tells the metrics in the text of Prometheus', async () => {
      parts.metrics.accepted('orders')
      const answer = await fetch(`${address}/metrics`)
      expect(answer.headers.get('content-type')).to.match(/^text\/plain; version=0\.0\.4/)
      expect(await answer.text()).to.include('waybill_accepted_total{route="orders"} 1')
    })
  })

  describe('with the token', () => {
    it('tells the story of a message, with bodies only where they are asked for and never with credentials', async () => {
      parts.stories.set('m1', story('m1'))
      const bare = await (await call('/api/messages/m1')).json()
      expect(bare).to.have.nested.property('message.headers.authorization', '(not shown)')
      expect(bare).to.have.nested.property('message.receivedAt', '2026-11-24T17:02:11.120Z')
      expect(bare).not.to.have.nested.property('message.body')
      const full = await (await call('/api/messages/m1?body=true')).json()
      expect(full).to.have.nested.property('message.body.text', '{"id":"SO-1"}')
    })

    it('cuts a body at 64 KB, between characters', async () => {
      const long = story('m1')
      parts.stories.set('m1', { ...long, message: { ...long.message, body: Buffer.from(`x${'é'.repeat(50_000)}`) } })
      const full = (await (await call('/api/messages/m1?body=true')).json()) as {
        message: { body: { size: number; text: string; cut: boolean } }
      }
      expect(full.message.body).to.deep.equal({ contentType: 'application/json', size: 100_001, text: `x${'é'.repeat(32_767)}`, cut: true })
    })

    it('pages dead letters with a cursor', async () => {
      for (let index = 0; index < 5; index++) parts.dead.push(deadLetter(index))
      const first = (await (await call('/api/dead?target=warehouse&limit=3')).json()) as { items: object[]; cursor: string }
      expect(first.items).to.have.length(3)
      const second = await (await call(`/api/dead?target=warehouse&limit=3&cursor=${first.cursor}`)).json()
      expect(second).to.have.property('items').with.length(2)
      expect(second).not.to.have.property('cursor')
    })

    it('replays a bounded share at a time, and says who did it', async () => {
      for (let index = 0; index < 5; index++) parts.dead.push(deadLetter(index))
      const answer = await call('/api/dead/replay', {
        method: 'POST',
        headers: { 'waybill-by': 'ada' },
        body: JSON.stringify({ selection: { target: 'warehouse' }, limit: 2, mapping: 'current' }),
      })
      expect(await answer.json()).to.deep.equal({ replayed: 2, refused: [], cursor: '2' })
      const ids = ['0193-000000', '0193-000001']
      expect(parts.asked.replays).to.deep.equal([{ selection: { target: 'warehouse', ids }, by: 'ada', mapping: 'current' }])
    })

    it('discards dead letters only', async () => {
      parts.dead.push(deadLetter(1))
      expect(await (await post('/api/dead/discard', { selection: { all: true } })).json()).to.deep.equal({ discarded: 1 })
      const selection = { ids: ['0193-000001'], target: 'warehouse', reason: 'TARGET_REFUSED' }
      expect(parts.asked.discards).to.deep.equal([{ selection, by: 'admin API' }])
    })

    it('pauses and resumes a target, and lists what waits for it', async () => {
      expect((await post('/api/targets/warehouse/pause', {})).status).to.equal(200)
      const { items } = (await (await call('/api/targets')).json()) as { items: object[] }
      expect(items[0]).to.deep.include({ name: 'warehouse', state: 'paused', queued: 7 })
      expect(await (await post('/api/targets/warehouse/resume', {})).json()).to.deep.equal({ target: 'warehouse', paused: false })
    })
  })

  describe('refuses', () => {
    const nobody = { authorization: '' }
    const cases = [
      { name: 'a call without the token', path: '/api/status', headers: nobody, status: 401, code: 'UNAUTHORIZED' },
      {
        name: 'a wrong token',
        path: '/api/status',
        headers: { authorization: `Bearer ${'b'.repeat(43)}` },
        status: 401,
        code: 'UNAUTHORIZED',
      },
      {
        name: 'an unknown path below /api without the token, as any other',
        path: '/api/nothing',
        headers: nobody,
        status: 401,
        code: 'UNAUTHORIZED',
      },
      {
        name: 'a body without the token, unread',
        path: '/api/dead/replay',
        headers: nobody,
        body: 'x'.repeat(300_000),
        status: 401,
        code: 'UNAUTHORIZED',
      },
      { name: 'an unknown path', path: '/nothing', status: 404, code: 'NOT_FOUND' },
      { name: 'an unknown message', path: '/api/messages/m9', status: 404, code: 'NOT_FOUND' },
      { name: 'an unknown target', path: '/api/targets/wharehouse/pause', body: '{}', status: 404, code: 'NOT_FOUND' },
      { name: 'a wrong method', path: '/api/status', body: '{}', status: 405, code: 'METHOD_NOT_ALLOWED' },
      { name: 'an unknown query parameter', path: '/api/dead?traget=x', status: 400, code: 'BAD_REQUEST' },
      { name: 'a query parameter given twice', path: '/api/dead?target=x&target=y', status: 400, code: 'BAD_REQUEST' },
      { name: 'a limit beyond its bound', path: '/api/dead?limit=501', status: 400, code: 'BAD_REQUEST' },
      { name: 'a moment that is none', path: '/api/dead?after=yesterday', status: 400, code: 'BAD_REQUEST' },
      { name: 'a path that is not encoded well', path: '/api/messages/%E0%A4%A', status: 400, code: 'BAD_REQUEST' },
      { name: 'a body that is no JSON', path: '/api/dead/replay', body: '{"selection":', status: 400, code: 'NOT_READABLE' },
      { name: 'a body nested without end', path: '/api/dead/replay', body: '['.repeat(100_000), status: 400, code: 'NOT_READABLE' },
      { name: 'a body above 256 KB', path: '/api/dead/replay', body: `"${'x'.repeat(300_000)}"`, status: 413, code: 'TOO_LARGE' },
      { name: 'a replay that chooses nothing', path: '/api/dead/replay', body: '{"selection":{}}', status: 400, code: 'BAD_REQUEST' },
      {
        name: 'an unknown member of a selection',
        path: '/api/dead/replay',
        body: '{"selection":{"traget":"x"}}',
        status: 400,
        code: 'BAD_REQUEST',
      },
      { name: 'ids that are no list', path: '/api/dead/replay', body: '{"selection":{"ids":"m1"}}', status: 400, code: 'BAD_REQUEST' },
    ]
    for (const { name, path, headers = {}, body, status, code } of cases) {
      it(name, async () => {
        const answer = await call(path, { headers, ...(body !== undefined && { method: 'POST', body }) })
        expect(answer.status).to.equal(status)
        expect(answer.headers.get('content-type')).to.match(/^application\/problem\+json/)
        const told = await answer.json()
        expect(told).to.include({ code, status })
        expect(JSON.stringify(told)).not.to.match(/node_modules|\.ts:|\bat /)
      })
    }

    it('more connections than it has room for, and serves again when they have gone', async () => {
      const { port } = new URL(address)
      const sockets = Array.from({ length: 300 }, () => createConnection(Number(port), '127.0.0.1').on('error', () => {}))
      await Promise.all(sockets.map(socket => new Promise(resolve => socket.once('connect', resolve).once('close', resolve))))
      for (const socket of sockets) socket.destroy()
      expect((await call('/api/status')).status).to.equal(200)
    })
  })

  it('may be stopped twice', async () => {
    await admin?.stop()
    await admin?.stop()
  })
})
