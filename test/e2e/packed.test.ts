import { existsSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { expect } from 'chai'
import type { ReceiptView } from '../../gateway/receipts.ts'
import { pack } from '../../transformers/unpack/pack.ts'
import type { PackKind } from '../../transformers/unpack/packed.ts'
import { removeProjects, runCli, startProject, type TestGateway, writeProject } from '../support/gateway.ts'
import { startTarget, type Target } from '../support/target.ts'
import { until } from '../support/until.ts'
import { balanced } from './sender.ts'

const project = (shelf: string) => `waybill: 1
name: packed
systems:
  shelf: { rest: '${shelf}' }
mappings:
  row: { rules: { sku: body.sku, quantity: int(body.quantity), number: meta.record.number } }
routes:
  zipped:
    from: { rest: POST /zipped, format: csv, unpack: zip }
    split: { each: record }
    transform: { map: row }
    to: shelf
  files:
    from: { file: { folder: in, every: 100ms }, format: csv, unpack: gzip }
    split: { each: record }
    transform: { map: row }
    to: shelf
`

describe('records in packed files', function () {
  this.timeout(30_000)
  let gateway: TestGateway
  let shelf: Target

  before(async () => {
    shelf = await startTarget()
    gateway = await startProject({ files: { 'waybill.yaml': project(shelf.url) } })
  })
  after(async () => {
    await gateway?.end()
    await shelf?.stop()
    removeProjects()
  })

  const receipt = async (id: string) => (await (await fetch(`${gateway.http}/receipts/${id}`)).json()) as ReceiptView
  async function send(body: Uint8Array, type: string): Promise<string> {
    const response = await fetch(`${gateway.http}/zipped`, { method: 'POST', headers: { 'content-type': type }, body })
    expect(response.status).to.equal(202)
    return ((await response.json()) as { id: string }).id
  }
  const skus = async () => (await shelf.received()).map(({ body }) => JSON.parse(body)).map(({ sku, number }) => `${sku} ${number}`)

  it('are read file after file, their numbers go on, and a bad one is told with its file and line, and replayed', async () => {
    const texts = { 'a.csv': 'sku,quantity\nA,1\nB,none\n', 'folder/b.csv': 'quantity,sku\n3,C\n4,D\n' }
    const id = await send(await packed('zip', texts), 'application/zip')
    await until('all have ended', async () => (await receipt(id)).records?.delivered === 3)
    expect(await skus()).to.have.members(['A 1', 'C 3', 'D 4'])
    expect((await gateway.run('explain', id)).stdout).to.match(/^ {2}a\.csv line 3 \(record 2\): MAPPING_FAILED/m)
    expect((await gateway.run('dead', 'replay', '--parent', id)).stdout).to.match(/a\.csv line 3 \(record 2\) .*: MAPPING_FAILED/)
    await balanced(gateway)
  })

  it('in what is no such file are a dead letter of the whole', async () => {
    const id = await send(Buffer.from('sku,quantity\nX,1\n'), 'application/octet-stream')
    await until('it has ended', async () => (await receipt(id)).state === 'failed')
    expect((await receipt(id)).targets[0]?.lastError).to.match(/^NOT_READABLE/)
  })

  it('come from folders as well', async () => {
    writeFileSync(join(gateway.dir, 'x.tmp'), gzipSync('sku,quantity\nE,1\n'))
    await until('the folder is there', () => existsSync(join(gateway.dir, 'in')))
    renameSync(join(gateway.dir, 'x.tmp'), join(gateway.dir, 'in/x.csv.gz'))
    await until('it came', async () => (await skus()).includes('E 1'))
    await balanced(gateway)
  })

  it('are a fault of the config where nothing is split by records', async () => {
    const route = "routes: { r: { from: { rest: POST /r, format: [csv, json], unpack: zip }, to: none, because: 'no' } }\n"
    const { code, stdout } = await runCli(writeProject({ 'waybill.yaml': `waybill: 1\nname: x\n${route}` }), ['check'])
    expect(code).to.equal(1)
    expect(stdout).to.include('the route does not split by records').and.include('the source has several')
  })
})

async function packed(kind: PackKind, texts: Readonly<Record<string, string>>): Promise<Uint8Array> {
  const files = Object.entries(texts).map(([name, text]) => ({ name, size: text.length, bytes: one(text) }))
  const pieces: Uint8Array[] = []
  for await (const piece of pack(kind, files)) pieces.push(piece)
  return Buffer.concat(pieces)
}

async function* one(text: string): AsyncGenerator<Uint8Array> {
  yield Buffer.from(text)
}
