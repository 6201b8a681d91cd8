import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { removeProjects, startProject, type TestGateway } from '../support/gateway.ts'
import { startTarget, type Target } from '../support/target.ts'
import { until } from '../support/until.ts'
import { balanced } from './sender.ts'

const project = (shelf: string) => `waybill: 1
name: files
systems:
  shelf: { rest: '${shelf}' }
  archive: { file: { folder: archive, name: "meta.file.name + '.copy'", makeFolders: true, doneFile: true } }
  bank: { file: { folder: bank, name: "'pay-' + string(body.count) + '.csv'", makeFolders: true }, format: csv }
mappings:
  line: { rules: { sku: body.sku, quantity: { value: int(body.quantity), whenMissing: reject } } }
routes:
  orders:
    from: { file: { folder: in/orders, files: '*.csv', every: 100ms }, format: csv }
    split: { each: record }
    key: body.sku
    transform: { map: line }
    to: [shelf, { system: bank, batch: { count: 3, within: 1h } }]
  copies:
    from: { file: { folder: in/copies, every: 100ms, after: keep }, format: bytes }
    to: archive
`

describe('files of a folder', function () {
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

  const inside = (...path: string[]) => join(gateway.dir, ...path)
  function drop(path: string, text: string) {
    writeFileSync(inside('in', 'x.tmp'), text)
    renameSync(inside('in', 'x.tmp'), inside('in', path))
  }

  it('are split into records, each a message of its own, and the bad ones are kept with their lines', async () => {
    drop('orders/monday.csv', 'sku,quantity\nA-1,2\nB-2,two\n"C,3",4\n')
    await until('the file is moved', () => existsSync(inside('in/orders/done/monday.csv')))
    const all = async () => (await shelf.received()).map(({ body }) => JSON.parse(body))
    await until('the good ones came', async () => (await all()).length === 2)
    expect(await all()).to.have.deep.members([
      { sku: 'A-1', quantity: 2 },
      { sku: 'C,3', quantity: 4 },
    ])
    const { items } = (await gateway.api('GET', '/api/dead')) as { items: { id: string; reason: string }[] }
    expect(items).to.have.length(1)
    expect(items[0]?.reason).to.equal('MAPPING_FAILED')
    await balanced(gateway)
  })

  it('are written from many messages at once, whose members stay queued until then', async () => {
    const { items: waiting } = (await gateway.api('GET', '/api/undelivered')) as { items: { target: string }[] }
    expect(waiting.map(({ target }) => target)).to.deep.equal(['batch:orders/bank', 'batch:orders/bank'])
    drop('orders/tuesday.csv', 'sku,quantity\nD-4,5\n')
    await until('the batch is there', () => existsSync(inside('bank/pay-3.csv')))
    expect(readFileSync(inside('bank/pay-3.csv'), 'utf8')).to.equal('sku,quantity\nA-1,2\n"C,3",4\nD-4,5\n')
    await until(
      'its members are delivered',
      async () => ((await gateway.api('GET', '/api/undelivered')) as { items: [] }).items.length === 0,
    )
    await balanced(gateway)
  })

  it('are passed on whole, kept, and taken again only when they have changed', async () => {
    mkdirSync(inside('in/copies'), { recursive: true })
    const large = 'x'.repeat(3_000_000)
    drop('copies/scan.pdf', large)
    await until('the copy is there', () => existsSync(inside('archive/scan.pdf.copy.done')))
    expect(readFileSync(inside('archive/scan.pdf.copy'), 'utf8')).to.equal(large)
    expect(readdirSync(inside('in/copies'))).to.deep.equal(['scan.pdf'])
    await gateway.end()
    gateway = await gateway.again()
    const { items } = (await gateway.api('GET', '/api/messages?route=copies')) as { items: unknown[] }
    expect(items).to.have.length(1)
    drop('copies/scan.pdf', 'changed')
    const dead = async () => ((await gateway.api('GET', '/api/dead?route=copies')) as { items: { detail: string }[] }).items
    await until('the change is refused by the archive', async () => (await dead()).length === 1)
    expect((await dead())[0]?.detail).to.match(/archive has scan.pdf.copy already, with another content/)
    await balanced(gateway)
  })
})
