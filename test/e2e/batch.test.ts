import { mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { removeProjects, startProject, type TestGateway } from '../support/gateway.ts'
import { startTarget, type Target } from '../support/target.ts'
import { until } from '../support/until.ts'
import { balanced, post } from './sender.ts'

const project = (bank: string, books: string) => `waybill: 1
name: batches
store: { inlineBodies: 1KB }
defaults: { retry: { delays: [100ms] } }
systems:
  bank: { rest: '${bank}', format: { csv: { columns: [id, text] } } }
  books: { rest: '${books}', format: { csv: { columns: [id, text] } } }
  archive: { file: { folder: archive, name: "'all-' + string(body.count) + '.csv'", makeFolders: true }, format: csv }
routes:
  pay:
    from: { rest: POST /pay }
    key: body.id
    to: { system: bank, batch: { count: 3, within: 1h } }
  refund:
    from: { rest: POST /refund }
    key: body.id
    to: { system: bank, batch: { count: 3, within: 1h } }
  book:
    from: { rest: POST /book }
    key: body.id
    to: { system: books, batch: { count: 3, within: 1h } }
  many:
    from: { file: { folder: in, every: 100ms }, format: csv }
    split: { each: record }
    to: { system: archive, batch: { count: 10000, within: 1h } }
`

interface Counts {
  readonly target: string
  readonly queued: number
  readonly delivered: number
  readonly dead: number
  readonly discarded: number
}

describe('a batch', function () {
  this.timeout(30_000)
  let gateway: TestGateway
  let bank: Target
  let books: Target

  before(async () => {
    bank = await startTarget()
    books = await startTarget()
    gateway = await startProject({ files: { 'waybill.yaml': project(bank.url, books.url) } })
  })
  beforeEach(() => Promise.all([bank.program({}), books.program({})]))
  afterEach(() => balanced(gateway))
  after(async () => {
    await gateway?.end()
    await Promise.all([bank?.stop(), books?.stop()])
    removeProjects()
  })

  async function send(path: string, ...ids: readonly string[]): Promise<void> {
    for (const id of ids) expect((await post(gateway, path, { id, text: 'x' })).status).to.equal(202)
  }
  const counts = async (target: string) => {
    const { targets } = (await gateway.api('GET', '/api/balance')) as { targets: readonly Counts[] }
    return targets.find(one => one.target === target)
  }
  const csv = (...ids: readonly string[]) => ['id,text', ...ids.map(id => `${id},x`), ''].join('\n')
  /** Deliveries of this target that are open. */
  const open = async (target: string) => (await counts(target))?.queued
  const dead = async (target: string) =>
    ((await gateway.api('GET', `/api/dead?target=${target}`)) as { items: { messageId: string; reason: string }[] }).items

  it('goes to a target that is down as the same file of the same message until it is taken, and its members are delivered then', async () => {
    await bank.program({ status: 503 }, { does: 'reset' }, { status: 200 })
    await send('/pay', 'A-1', 'A-2', 'A-3')
    await until('it was tried', async () => (await bank.received()).length > 0)
    if ((await bank.received()).length < 3) expect(await open('batch:pay/bank')).to.equal(3)
    await until('it is delivered', async () => (await open('batch:pay/bank')) === 0)
    const got = await bank.received()
    expect(got).to.have.length(3)
    expect(new Set(got.map(({ body }) => body))).to.deep.equal(new Set([csv('A-1', 'A-2', 'A-3')]))
    expect(new Set(got.map(({ headers }) => headers['idempotency-key'])).size).to.equal(1)
    expect(await counts('batch:pay/bank')).to.include({ delivered: 3, queued: 0 })
  })

  it('that is refused is one dead letter, whose members stay queued until a replay delivers them all', async () => {
    await books.program({ status: 400, body: 'no' })
    await send('/book', 'B-1', 'B-2', 'B-3')
    const [letter] = await until('the dead letter', async () => {
      const letters = await dead('books')
      return letters.length > 0 && letters
    })
    expect(letter?.reason).to.equal('TARGET_REFUSED')
    expect(await counts('batch:book/books')).to.include({ queued: 3, dead: 0 })
    await gateway.end('SIGKILL')
    gateway = await gateway.again()
    await books.program({})
    expect((await gateway.run('dead', 'replay', letter?.messageId ?? '')).code).to.equal(0)
    await until('all are delivered', async () => (await open('batch:book/books')) === 0)
    expect((await books.received()).map(({ body }) => body)).to.deep.equal([csv('B-1', 'B-2', 'B-3')])
    expect(await counts('batch:book/books')).to.include({ delivered: 3, dead: 0 })
  })

  it('that is refused and discarded takes its members with it', async () => {
    await books.program({ status: 400 })
    await send('/book', 'C-1', 'C-2', 'C-3')
    const letters = await until('the dead letter', async () => {
      const found = await dead('books')
      return found.length > 0 && found
    })
    expect((await gateway.run('dead', 'discard', letters[0]?.messageId ?? '')).code).to.equal(0)
    expect(await counts('batch:book/books')).to.include({ queued: 0, discarded: 3 })
    expect(await counts('books')).to.include({ queued: 0, dead: 0, discarded: 1 })
  })

  it('has the members of one route alone', async () => {
    await send('/pay', 'D-1', 'D-2')
    await send('/refund', 'E-1', 'E-2', 'E-3')
    await until('the full one is there', async () => (await bank.received()).length === 1)
    expect((await bank.received())[0]?.body).to.equal(csv('E-1', 'E-2', 'E-3'))
    expect(await open('batch:pay/bank')).to.equal(2)
  })

  it('goes on after a kill with the members that it had', async () => {
    await gateway.end('SIGKILL')
    gateway = await gateway.again()
    await send('/pay', 'D-3')
    await until('it is there', async () => (await bank.received()).length === 1)
    expect((await bank.received())[0]?.body).to.equal(csv('D-1', 'D-2', 'D-3'))
    await until('its members are delivered', async () => (await open('batch:pay/bank')) === 0)
  })

  it('has members that lie in the body store', async () => {
    const text = 'y'.repeat(5_000)
    for (const id of ['F-1', 'F-2', 'F-3']) expect((await post(gateway, '/pay', { id, text })).status).to.equal(202)
    await until('it is there', async () => (await bank.received()).length === 1)
    expect((await bank.received())[0]?.body).to.equal(csv('F-1', 'F-2', 'F-3').replaceAll(',x', `,${text}`))
    await until('its members are delivered', async () => (await open('batch:pay/bank')) === 0)
  })

  it('goes without a member that has no form in it: that one is a dead letter, and can be discarded', async () => {
    expect((await post(gateway, '/pay', { id: { no: 'text' }, text: 'x' })).status).to.equal(202)
    await send('/pay', 'G-1', 'G-2', 'G-3')
    await until('it is there', async () => (await bank.received()).length === 1)
    const [letter] = await dead('batch:pay/bank')
    expect(letter?.reason).to.equal('MAPPING_FAILED')
    expect((await gateway.run('dead', 'discard', letter?.messageId ?? '')).code).to.equal(0)
    expect((await bank.received()).map(({ body }) => body)).to.deep.equal([csv('G-1', 'G-2', 'G-3')])
  })

  it('of 10,000 members is one file', async () => {
    const rows = Array.from({ length: 10_000 }, (_, row) => `R-${row},${row}`)
    mkdirSync(join(gateway.dir, 'in'), { recursive: true })
    writeFileSync(join(gateway.dir, 'rows'), `id,number\n${rows.join('\n')}\n`)
    renameSync(join(gateway.dir, 'rows'), join(gateway.dir, 'in/rows.csv'))
    const file = await until(
      'the file',
      () => readdirSync(gateway.dir).includes('archive') && readdirSync(join(gateway.dir, 'archive'))[0],
      20_000,
    )
    await until('all are delivered', async () => (await counts('batch:many/archive'))?.delivered === 10_000)
    expect(file).to.match(/all-10000\.csv/)
    const lines = readFileSync(join(gateway.dir, 'archive/all-10000.csv'), 'utf8').trim().split('\n')
    expect(new Set(lines.slice(1))).to.deep.equal(new Set(rows))
    expect(lines).to.have.length(10_001)
  })
})
