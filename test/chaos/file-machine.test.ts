import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { removeProjects } from '../support/gateway.ts'
import { openSsh } from '../support/sftp-clients.ts'
import { until } from '../support/until.ts'
import { startClock } from './clock.ts'
import { drop, fileReceipts, goodRows, listed, ROW, rowsText, verifyRows } from './file-rig.ts'
import { longForms } from './forms.ts'
import { type Rig, startRig } from './rig.ts'
import { type SftpRig, startSftpRig } from './sftp-rig.ts'
import { type SmallDisk, smallDisk } from './small-disk.ts'

// What the machine does while files come and go: faults.md, rows 19 (full disk) and 20 (clock).

const SYSTEMS = {
  'systems/bank.yaml': `file: { folder: bank, name: "'pay-' + meta.id + '.csv'", makeFolders: true }\nformat: csv\n`,
}

const ROUTES = `  rows:
    from: { file: { folder: in/rows, every: 100ms }, format: csv }
    split: { each: record }
    key: body.id
    transform: { map: row }
    to: shelf
    done: { to: desk, within: 1h }
  clocked:
    from: { file: { folder: in/clocked, cron: '* * * * * *' }, format: csv }
    split: { each: record }
    transform: { map: row }
    to: shelf
  members:
    from: { file: { folder: in/members, every: 100ms }, format: csv }
    split: { each: record }
    transform: { map: row }
    to: { system: bank, batch: { count: 1000, within: 3s, cron: '* * * * *' } }
`

const full = [
  { name: 'at its bound for free space', store: 'minFree: 4MB' },
  { name: 'to its last byte', store: 'minFree: 1B' },
].slice(longForms ? 0 : 1)

describe('a gateway whose disk is full', function () {
  this.timeout(90_000)
  let disk: SmallDisk | undefined
  let rig: Rig | undefined
  let sftp: SftpRig | undefined

  afterEach(async () => {
    await rig?.stop()
    await sftp?.stop()
    disk?.remove()
    rig = undefined
    sftp = undefined
    disk = undefined
  })
  after(removeProjects)

  for (const { name, store } of full) {
    it(`${name} leaves a file where it lies, and takes it when there is room (row 19)`, async function () {
      disk = smallDisk(this)
      rig = await startRig({
        ...{ targets: ['shelf', 'desk'], storePath: disk.store, store: `, bounds: { ${store} }` },
        ...{ more: `${ROUTES}${ROW}`, files: SYSTEMS },
      })
      const running = rig
      disk.fill()
      drop(rig, 'in/rows/rows.csv', rowsText(500))
      await until('it is refused with a reason', () => logged(running, 'file-refused'))
      expect(existsSync(join(rig.gateway.dir, 'in/rows/done'))).to.equal(false)
      expect((await fetch(`${rig.gateway.admin}/health/live`)).status).to.equal(200)
      disk.free()
      await until('it is taken', () => existsSync(join(running.gateway.dir, 'in/rows/done/rows.csv')), 60_000)
      await rig.settled()
      await verifyRows(rig, 'rows', 500)
    })

    it(`${name} keeps the members of a batch, and writes it when there is room (row 19)`, async function () {
      disk = smallDisk(this, 96) // the body store wants 64 MB beside its bound
      rig = await startRig({
        ...{ targets: ['shelf', 'desk'], storePath: disk.store, store: `, bounds: { ${store} }` },
        ...{ more: `${ROUTES}${ROW}`, files: SYSTEMS },
      })
      const running = rig
      drop(rig, 'in/members/members.csv', rowsText(500))
      await until('its members wait', async () => (await queued(running, 'batch:members/bank')) === goodRows(500).length)
      disk.fill()
      await until('the batch is not written', () => logged(running, 'batch-failed'), 15_000)
      disk.free()
      await until('the batch is written', async () => (await queued(running, 'batch:members/bank')) === 0, 60_000)
      await rig.settled()
      expect(written(rig).sort()).to.deep.equal([...goodRows(500)].sort())
      await rig.balance()
    })

    it(`${name} answers FAILURE to an upload, and takes it when there is room (row 19)`, async function () {
      const client = openSsh(this)
      disk = smallDisk(this)
      sftp = await startSftpRig({ storePath: disk.store, store: `, bounds: { ${store} }` })
      const steps = [['put', sftp.file('rows.csv', rowsText(500)), '/in/rows.csv']] as const
      disk.fill()
      const { code, output } = await client.run(sftp.place, steps)
      expect(code, output).to.equal(1)
      expect(output).to.match(/Failure|failed/i)
      expect(await fileReceipts(sftp.rig, 'uploads')).to.deep.equal([])
      disk.free()
      await sftp.send(client, steps)
      await sftp.rig.settled()
      await verifyRows(sftp.rig, 'uploads', 500)
      expect(await sftp.receipt('in/rows.csv')).to.include({ version: 1 })
    })
  }
})

describe('a gateway whose clock is set', function () {
  this.timeout(90_000)
  let rig: Rig | undefined
  let folder = ''
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'waybill-clock-'))
  })
  afterEach(() => rig?.stop())
  after(() => {
    rmSync(folder, { recursive: true })
    removeProjects()
  })

  it('back an hour, on a day and back again takes each file once, tells its end once, and has each member in one file (row 20)', async function () {
    const { environment, set } = startClock(this, folder)
    rig = await startRig({ targets: ['shelf', 'desk'], more: `${ROUTES}${ROW}`, files: SYSTEMS, environment })
    const running = rig
    const moved = (path: string) => existsSync(join(running.gateway.dir, path))
    const steps = ['-3600', '+86400', '-3600', '+0', '+90000']
    for (const [index, offset] of steps.entries()) {
      for (const route of ['rows', 'clocked', 'members']) drop(rig, `in/${route}/${index}.csv`, rowsText(50, `${route}${index}`))
      set(offset)
      await until('a file is taken, whatever the clock says', () => moved(`in/rows/done/${index}.csv`), 15_000)
    }
    await until('those of the schedule as well', () => steps.every((_, index) => moved(`in/clocked/done/${index}.csv`)), 60_000)
    await until('the batches are written', async () => (await queued(running, 'batch:members/bank')) === 0, 30_000)
    await rig.settled()
    const named = (route: string) => steps.flatMap((_, index) => goodRows(50, `${route}${index}`)).sort()
    const seen = (await rig.target('shelf').seen()).map(({ order }) => order)
    expect(seen.sort()).to.deep.equal([...named('rows'), ...named('clocked')].sort())
    expect(written(rig).sort()).to.deep.equal(named('members'))
    const told = async () => (await running.target('desk').seen()).map(({ order }) => order)
    await until('the end of each file is told', async () => (await told()).length >= steps.length)
    await rig.settled()
    expect((await told()).sort()).to.deep.equal(
      (await fileReceipts(rig, 'rows'))
        .filter(one => one.records)
        .map(({ id }) => id)
        .sort(),
    )
    await rig.balance()
  })
})

/** That something was refused for want of room. */
function logged({ gateway }: Rig, event: string): boolean {
  const lines = gateway
    .log()
    .split('\n')
    .filter(line => line.includes(`"${event}"`))
  return lines.some(line => /OVERLOADED|STORE_UNAVAILABLE/.test(line))
}

async function queued(rig: Rig, target: string): Promise<number | undefined> {
  const { targets } = (await rig.gateway.api('GET', '/api/balance')) as { targets: readonly { target: string; queued: number }[] }
  return targets.find(one => one.target === target)?.queued
}

/** The names of the rows in all files of the bank. */
function written(rig: Rig): string[] {
  const texts = listed(rig, 'bank').map(name => readFileSync(join(rig.gateway.dir, 'bank', name), 'utf8'))
  return texts.flatMap(text => text.trim().split('\n').slice(1)).map(row => row.split(',')[0] ?? '')
}
