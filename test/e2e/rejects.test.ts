import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import type { ReceiptView } from '../../gateway/receipts.ts'
import { removeProjects, startProject, type TestGateway } from '../support/gateway.ts'
import { startTarget, type Target } from '../support/target.ts'
import { until } from '../support/until.ts'
import { balanced } from './sender.ts'

const project = (shelf: string) => `waybill: 1
name: rows
systems:
  shelf: { rest: '${shelf}' }
  bank: { file: { folder: bank, name: "'pay-' + meta.id + '.csv'", makeFolders: true }, format: csv }
routes:
  rows:
    from: { rest: POST /rows, format: csv }
    split: { each: record }
    transform: { map: row }
    to: shelf
  strict:
    from: { rest: POST /strict, format: csv }
    split: { each: record, rejects: all-or-nothing }
    transform: { map: row }
    to: shelf
  careful:
    from: { rest: POST /careful, format: csv }
    split: { each: record, rejects: stop, stopAt: 1 }
    transform: { map: row }
    to: shelf
  payments:
    from: { rest: POST /payments }
    to: [{ system: bank, batch: { count: 2, within: 1h } }]
`
const MAPPING = `rules:
  sku: body.sku
  quantity: int(body.quantity)
  colour: { table: colours, key: body.colour, whenMissing: reject }
`
const ROWS = 'sku,quantity,colour\nA,1,red\nB,2,blue\nC,3,green\nD,none,red\nE,5,blue\n'

describe('records that were rejected', function () {
  this.timeout(60_000)
  let gateway: TestGateway
  let shelf: Target

  before(async () => {
    shelf = await startTarget()
    gateway = await startProject({
      files: { 'waybill.yaml': project(shelf.url), 'mappings/row.yaml': MAPPING, 'tables/colours.yaml': 'red: R\n' },
    })
  })
  after(async () => {
    await gateway?.end()
    await shelf?.stop()
    removeProjects()
  })

  async function send(path: string, body: string, type = 'text/csv'): Promise<string> {
    const response = await fetch(`${gateway.http}${path}`, { method: 'POST', headers: { 'content-type': type }, body })
    expect(response.status).to.equal(202)
    return ((await response.json()) as { id: string }).id
  }
  const colours = (...rows: string[]) => writeFileSync(join(gateway.dir, 'tables/colours.yaml'), `${rows.join('\n')}\n`)
  const get = async (path: string) => (await fetch(`${gateway.http}${path}`)).json()
  const receipt = async (id: string) => (await get(`/receipts/${id}`)) as ReceiptView
  const ended = (id: string, delivered: number) =>
    until(`${delivered} are delivered`, async () => {
      const { records, state } = await receipt(id)
      return state !== 'accepted' && records?.delivered === delivered
    })

  it('are told with their lines, replayed after a mend, and those that are still bad stay with the reason of today', async () => {
    const id = await send('/rows', ROWS)
    await ended(id, 1)
    const told = await gateway.run('explain', id)
    expect(told.stdout).to.match(/^records: 5 read, 1 accepted, 4 rejected, 1 delivered, 0 failed, 0 open$/m)
    expect(told.stdout).to.match(/^ {2}line 3 \(record 2\): MAPPING_FAILED .*colour.*blue/m)
    expect(told.stdout).to.include(`waybill dead replay --parent ${id}`)
    expect((await gateway.run('dead', 'list', '--parent', id)).stdout).to.match(/line 5 \(record 4\)[\s\S]*\n4 dead letters$/m)

    const page = (await get(`/receipts/${id}/rejects`)) as { items: { number: number; line: number; record: string }[] }
    expect(page.items.map(({ number, line, record }) => [number, line, record])).to.deep.equal([
      [2, 3, 'B,2,blue\n'],
      [3, 4, 'C,3,green\n'],
      [4, 5, 'D,none,red\n'],
      [5, 6, 'E,5,blue\n'],
    ])

    const { items } = (await gateway.api('GET', `/api/messages/${id}/rejects?limit=1&body=true`)) as {
      items: { id: string; body: object }[]
    }
    expect(items[0]?.body).to.include({ text: 'B,2,blue\n' })
    const reject = (await gateway.run('explain', items[0]?.id ?? '')).stdout
    expect(reject)
      .to.include(`it is line 3 (record 2) of message ${id}`)
      .and.match(/never accepted, kept as a dead letter: MAPPING_FAILED/)

    await gateway.end()
    colours('red: R', 'blue: B', 'green: G')
    gateway = await gateway.again()
    const replayed = await gateway.run('dead', 'replay', '--parent', id)
    expect(replayed.code).to.equal(1)
    expect(replayed.stdout)
      .to.match(/^3 deliveries opened again/m)
      .and.match(/line 5 \(record 4\) \(.*\): MAPPING_FAILED .*quantity/)
    await ended(id, 4)
    expect((await receipt(id)).records).to.include({ read: 5, accepted: 4, rejected: 1, failed: 0 })
    expect((await shelf.received()).map(({ body }) => JSON.parse(body).sku).sort()).to.deep.equal(['A', 'B', 'C', 'E'])
    await balanced(gateway)
  })

  it('are gone once all of them are delivered', async () => {
    const id = await send('/rows', 'sku,quantity,colour\nF,1,pink\nG,2,red\n')
    await ended(id, 1)
    await gateway.end()
    colours('red: R', 'pink: P')
    gateway = await gateway.again()
    expect((await gateway.run('dead', 'replay', '--parent', id)).code).to.equal(0)
    await ended(id, 2)
    expect(await receipt(id)).to.have.property('state', 'delivered')
    expect(await get(`/receipts/${id}/rejects`)).to.deep.equal({ items: [] })
    const record = (await gateway.api('GET', `/api/messages?route=rows`)) as { items: { id: string; parent?: string }[] }
    const child = record.items.find(({ parent }) => parent === id)
    expect((await gateway.run('explain', child?.id ?? '')).stdout).to.match(
      new RegExp(`^it is line . \\(record .\\) of message ${id}$`, 'm'),
    )
    await balanced(gateway)
  })

  it('are those of the sender alone', async () => {
    expect((await fetch(`${gateway.http}/receipts/nothing/rejects`)).status).to.equal(404)
    expect((await fetch(`${gateway.http}/receipts/nothing/rejects?cursor=x`)).status).to.equal(400)
  })

  it('of a message that takes all or nothing wait for the whole to be read again', async () => {
    const id = await send('/strict', 'sku,quantity,colour\nH,1,red\nI,2,white\nJ,none,red\n')
    await until('it is refused', async () => (await receipt(id)).state === 'failed')
    const refused = await gateway.run('dead', 'replay', '--parent', id)
    expect(refused.stdout)
      .to.match(/2 deliveries stay dead/)
      .and.include(`waybill dead replay ${id}`)
    await gateway.run('dead', 'replay', id)
    await until('it is refused again', async () => (await receipt(id)).state === 'failed')
    expect((await receipt(id)).records).to.include({ accepted: 0, rejected: 2 })
    await balanced(gateway)
  })

  it('that stopped a message are replayed, and then the message goes on behind them', async () => {
    const rows = Array.from({ length: 1_200 }, (_, index) => `K${index},1,${index === 2 ? 'white' : 'red'}`)
    const id = await send('/careful', `sku,quantity,colour\n${rows.join('\n')}\n`)
    await until('it has stopped', async () => (await receipt(id)).targets[0]?.state === 'dead')
    expect((await receipt(id)).records).to.include({ read: 500, accepted: 499, rejected: 1 })
    await gateway.run('dead', 'replay', id)
    await until('it is read to its end', async () => (await receipt(id)).records?.delivered === 1_199)
    expect((await receipt(id)).records).to.include({ read: 1_200, rejected: 1, complete: true })
    await balanced(gateway)
  })

  it('wait with their message while the reading of it is paused', async () => {
    await gateway.run('pause', 'split:rows')
    const id = await send('/rows', 'sku,quantity,colour\nL,1,red\n')
    expect((await gateway.run('status')).stdout).to.match(/^split:rows +paused +0 +1 /m)
    expect((await gateway.run('explain', id)).stdout).to.match(/^records: 0 read so far,/m)
    expect(await (await fetch(`${gateway.admin}/metrics`)).text()).to.include('waybill_queued{target="split:rows"} 1')
    await gateway.run('resume', 'split:rows')
    await ended(id, 1)
    expect((await gateway.run('pause', 'batch:payments/bank')).code).to.equal(1)
  })

  it('batches tell how many they carry, and members which batch carries them', async () => {
    const first = await send('/payments', '{"id":"P-1"}', 'application/json')
    expect((await gateway.run('explain', first)).stdout).to.include('until its batch is full or due')
    expect((await gateway.run('status')).stdout).to.match(/^batch:payments\/bank +collects +0 +1 /m)
    await send('/payments', '{"id":"P-2"}', 'application/json')
    await until('the batch is delivered', async () => (await receipt(first)).state === 'delivered')
    const { stdout } = await gateway.run('explain', first)
    const [, batch = ''] = /in the batch (\S+)/.exec(stdout) ?? []
    expect((await gateway.run('explain', batch)).stdout).to.include('it carries 2 deliveries')
  })
})
