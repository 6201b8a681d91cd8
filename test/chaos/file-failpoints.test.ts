import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { removeProjects } from '../support/gateway.ts'
import { until } from '../support/until.ts'
import { dieAt } from './die-at.ts'
import { dieAgain, drop, fileReceipts, goodRows, listed, ROW, rowsText, verifyRows } from './file-rig.ts'
import { longForms } from './forms.ts'
import { type Rig, startRig } from './rig.ts'

// faults.md, rows 1 to 8, for files: the gateway kills itself at a named point, and again at the same one when it comes there after its start.

const ROWS = 700

const ROUTES = `  rows:
    from: { file: { folder: in/rows, every: 100ms }, format: csv }
    split: { each: record }
    key: body.id
    transform: { map: row }
    to: shelf
  strict:
    from: { file: { folder: in/strict, every: 100ms }, format: csv }
    split: { each: record, rejects: all-or-nothing }
    transform: { map: row }
    to: shelf
  told:
    from: { file: { folder: in/told, every: 100ms }, format: csv }
    split: { each: record }
    transform: { map: row }
    to: shelf
    done: { to: desk }
  copies:
    from: { file: { folder: in/copies, every: 100ms }, format: bytes }
    to: archive
  kept:
    from: { file: { folder: in/kept, every: 100ms, after: keep }, format: bytes }
    to: archive
  members:
    from: { file: { folder: in/members, every: 100ms }, format: csv }
    split: { each: record }
    transform: { map: row }
    to: { system: bank, batch: { count: 300, within: 2s } }
${ROW}`

const SYSTEMS = {
  'systems/archive.yaml': 'file: { folder: archive, name: meta.file.name, makeFolders: true }\n',
  'systems/bank.yaml': `file: { folder: bank, name: "'pay-' + meta.id + '.csv'", makeFolders: true }\nformat: csv\n`,
}

interface Case {
  readonly point: string
  readonly what: string
  /** The short form runs it as well. */
  readonly short?: true
}

const taking: readonly Case[] = [
  { point: 'poll.claimed:kill', what: 'after a file is claimed' },
  { point: 'accept.storing:kill', what: 'before a file is durable' },
  { point: 'accept.stored:kill', what: 'after a file is durable' },
  { point: 'poll.accepted:kill', what: 'after a file is accepted, before it is moved', short: true },
  { point: 'poll.moved:kill', what: 'after a file is moved' },
]

const splitting: readonly Case[] = [
  { point: 'accept.offered:kill', what: 'after a file is with the splitter' },
  { point: 'split.accepting:kill@2', what: 'before its second piece is accepted' },
  { point: 'split.accepted:kill', what: 'after its first piece is accepted', short: true },
  { point: 'split.accepted:kill@2', what: 'after its last piece is accepted' },
  { point: 'delivery.sent:kill@200', what: "after a target's yes to a record" },
  { point: 'settled.delivered:kill@100', what: 'after a record is settled' },
]

const writing: readonly Case[] = [
  { point: 'delivery.sending:kill', what: 'before it is written' },
  { point: 'file.written:kill', what: 'after it is written, before it has its name' },
  { point: 'file.renamed:kill', what: 'after it has its name', short: true },
  { point: 'settled.delivered:kill', what: 'after it is settled' },
]

const batching: readonly Case[] = [
  { point: 'batch.accepting:kill', what: 'before a batch is accepted' },
  { point: 'batch.accepted:kill', what: 'after a batch is accepted', short: true },
  { point: 'file.written:kill', what: 'after its file is written', short: true },
  { point: 'file.renamed:kill@2', what: 'after its second file has its name' },
]

const telling: readonly Case[] = [
  { point: 'accept.stored:kill@2', what: 'after its end is accepted, before it is sent' },
  { point: 'done.accepted:kill', what: 'after its end is sent on, before that is noted', short: true },
  { point: 'settled.delivered:kill@690', what: 'while its last records are delivered' },
]

describe('a gateway that is killed with a file in hand', function () {
  this.timeout(90_000)
  let rig: Rig

  afterEach(() => rig?.stop())
  after(removeProjects)

  const start = async (point: string) => {
    rig = await startRig({ targets: ['shelf', 'desk'], more: ROUTES, files: SYSTEMS, environment: { WAYBILL_FAILPOINT: point } })
  }
  const text = (path: string) => readFileSync(join(rig.gateway.dir, path), 'utf8')

  /** Drops a file, dies twice, and runs to the end. */
  async function throughDeaths(point: string, path: string, content: string): Promise<void> {
    const [, folder = '', name = ''] = path.split('/')
    await start(point)
    drop(rig, path, content)
    await rig.died()
    const moved = () => existsSync(join(rig.gateway.dir, 'in', folder, 'done', name))
    await dieAgain(rig, point, moved)
    await until('the file is moved', moved)
    await until('its download is gone', () => listed(rig, 'data/incoming').length === 0)
    await rig.settled()
    expect(listed(rig, `in/${folder}`)).to.deep.equal(['done'])
    expect(listed(rig, `in/${folder}/done`)).to.deep.equal([name])
  }

  for (const { point, what } of chosen(taking, splitting))
    it(`has each of its records once, ${what} (${point})`, async () => {
      await throughDeaths(point, 'in/rows/rows.csv', rowsText(ROWS))
      await verifyRows(rig, 'rows', ROWS)
    })

  for (const { point, what } of chosen(telling))
    it(`has told its end once, with the last counts, ${what} (${point})`, async () => {
      await throughDeaths(point, 'in/told/told.csv', rowsText(ROWS))
      const told = await until('its end is told', async () => {
        const seen = await rig.target('desk').seen()
        return seen.length > 0 && seen
      })
      await rig.settled()
      const [file] = (await fileReceipts(rig, 'told')).filter(({ records }) => records)
      expect(told.map(({ order }) => order)).to.deep.equal([file?.id])
      expect(await rig.target('desk').seen()).to.have.length(1)
      await verifyRows(rig, 'told', ROWS)
    })

  for (const { point, what } of chosen(taking, writing))
    it(`has written its copy once, ${what} (${point})`, async () => {
      const content = 'copied '.repeat(300_000)
      await throughDeaths(point, 'in/copies/scan.pdf', content)
      expect(listed(rig, 'archive')).to.deep.equal(['scan.pdf'])
      expect(text('archive/scan.pdf')).to.equal(content)
      expect(await fileReceipts(rig, 'copies')).to.have.length(1)
      expect((await rig.balance()).targets.find(({ target }) => target === 'archive')).to.include({ accepted: 1, queued: 0, dead: 0 })
    })

  for (const { point, what } of chosen(taking.filter(({ point }) => !point.startsWith('poll.claimed'))))
    it(`has written the copy of a file that stays where it is once, ${what} (${point})`, async () => {
      await start(point)
      drop(rig, 'in/kept/scan.pdf', 'kept')
      await rig.died()
      await dieAgain(rig, point, () => existsSync(join(rig.gateway.dir, 'archive/scan.pdf')))
      await until('it is written', () => existsSync(join(rig.gateway.dir, 'archive/scan.pdf')))
      await rig.settled()
      expect(listed(rig, 'in/kept')).to.deep.equal(['scan.pdf'])
      expect(await fileReceipts(rig, 'kept')).to.have.length(1)
      expect((await rig.balance()).targets.find(({ target }) => target === 'archive')).to.include({ accepted: 1, queued: 0, dead: 0 })
    })

  it('keeps the bad records of a file that is taken whole or not at all once, after they are kept (split.refused:kill)', async () => {
    await throughDeaths('split.refused:kill', 'in/strict/strict.csv', rowsText(ROWS))
    const bad = ROWS - goodRows(ROWS).length
    const dead = async () => {
      const { items } = (await rig.gateway.api('GET', '/api/dead?limit=500')) as { items: { messageId: string; target: string }[] }
      return { rejects: items.filter(({ target }) => target === '-'), files: items.filter(({ target }) => target === 'split:strict') }
    }
    const [file] = await until('the file is refused', async () => {
      const { files } = await dead()
      return files.length > 0 && files
    })
    expect((await dead()).rejects).to.have.length(bad)
    expect((await rig.gateway.run('dead', 'replay', file?.messageId ?? '')).code).to.be.oneOf([0, 1])
    await until('it is refused again', async () => (await dead()).files.length === 1 && (await dead()).rejects.length > 0)
    await rig.settled()
    expect((await dead()).rejects).to.have.length(bad)
    expect((await fileReceipts(rig, 'strict')).map(({ records }) => records)).to.deep.equal([
      { read: bad, accepted: 0, known: 0, rejected: bad, delivered: 0, failed: 0, filtered: 0, complete: true },
    ])
    expect(await rig.target('shelf').seen()).to.deep.equal([])
    await rig.balance()
  })

  it('sets a file aside whose records killed it three times, and takes them when it is replayed (row 18)', async () => {
    const point = 'split.accepting:kill'
    await start(point)
    drop(rig, 'in/rows/rows.csv', rowsText(ROWS))
    await rig.died()
    for (let starts = 0; starts < 5 && (await dieAt(rig, point)); starts++);
    await rig.again()
    const dead = async () =>
      (await rig.gateway.api('GET', '/api/dead')) as { items: { messageId: string; target: string; reason: string }[] }
    const [letter, ...others] = (await dead()).items
    expect(letter).to.include({ target: 'split:rows', reason: 'CRASHED' })
    expect(others).to.deep.equal([])
    expect((await rig.gateway.run('dead', 'replay', letter?.messageId ?? '')).code).to.equal(0)
    await until('its records are there', async () => (await fileReceipts(rig, 'rows'))[0]?.records?.complete === true)
    await rig.settled()
    await verifyRows(rig, 'rows', ROWS)
  })

  for (const { point, what } of chosen(batching))
    it(`has each member in one file, ${what} (${point})`, async () => {
      await throughDeaths(point, 'in/members/members.csv', rowsText(ROWS))
      const files = listed(rig, 'bank')
      expect(files.filter(name => name.startsWith('.'))).to.deep.equal([])
      const rows = files.flatMap(name => text(`bank/${name}`).trim().split('\n').slice(1))
      expect(rows.map(row => row.split(',')[0]).sort()).to.deep.equal([...goodRows(ROWS)].sort())
      const { targets } = await rig.balance()
      const [members, batches] = ['batch:members/bank', 'bank'].map(name => targets.find(({ target }) => target === name))
      expect(members).to.include({ accepted: goodRows(ROWS).length, queued: 0, dead: 0 })
      expect(batches).to.include({ accepted: files.length, queued: 0, dead: 0 })
    })
})

function chosen(...cases: readonly (readonly Case[])[]): readonly Case[] {
  return cases.flat().filter(({ short }) => longForms || short)
}
