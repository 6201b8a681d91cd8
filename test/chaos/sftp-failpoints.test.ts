import { expect } from 'chai'
import { connectRaw } from '../adapters/sftp/raw-client.ts'
import { removeProjects } from '../support/gateway.ts'
import { openSsh, type SftpCaller, type SftpStep } from '../support/sftp-clients.ts'
import { countsOf, dieAgain, fileReceipts, goodRows, rowsText, verifyRows } from './file-rig.ts'
import { longForms } from './forms.ts'
import { type SftpRig, startSftpRig } from './sftp-rig.ts'

// faults.md, rows 1 to 8 and 22, for uploads by OpenSSH's sftp: the gateway dies, or the client goes away, at each step.

const ROWS = 700
const [CLOSE, WRITE] = [4, 6]

interface Case {
  readonly folder: 'in' | 'renamed'
  readonly point: string
  /** The short form runs it as well. */
  readonly short?: true
}

const cases: readonly Case[] = [
  { folder: 'in', point: 'accept.stored:kill' },
  { folder: 'in', point: 'accept.offered:kill' },
  { folder: 'in', point: 'sftp.accepted:kill', short: true },
  { folder: 'in', point: 'sftp.told:kill' },
  { folder: 'in', point: 'split.accepting:kill@2' },
  { folder: 'in', point: 'split.accepted:kill' },
  { folder: 'in', point: 'delivery.sent:kill@200' },
  { folder: 'renamed', point: 'sftp.renamed:kill', short: true },
  { folder: 'renamed', point: 'accept.stored:kill' },
  { folder: 'renamed', point: 'sftp.accepted:kill' },
  { folder: 'renamed', point: 'sftp.told:kill' },
]

describe('an upload to a gateway that is killed', function () {
  this.timeout(90_000)
  let client: SftpCaller
  let sftp: SftpRig

  before(function () {
    client = openSsh(this)
  })
  afterEach(() => sftp?.stop())
  after(removeProjects)

  const routeOf = (folder: string) => (folder === 'in' ? 'uploads' : 'renamed')

  /** One message, each of its rows once, and its sender told so. */
  async function verify(folder: string, name: string): Promise<void> {
    await sftp.rig.settled()
    await verifyRows(sftp.rig, routeOf(folder), ROWS)
    const receipt = await sftp.receipt(`${folder}/${name}`)
    expect(receipt).to.deep.include({ version: 1, records: countsOf(ROWS), rejects: `/rejects/${folder}/${name}` })
    expect(sftp.read(`rejects/${folder}/${name}`).match(/^# line/gm)).to.have.length(ROWS / 100)
    expect(sftp.there(folder)).to.deep.equal([])
  }

  for (const { folder, point } of cases.filter(({ short }) => longForms || short))
    it(`is one file, whose rows go once, in ${folder}/ (${point})`, async () => {
      sftp = await startSftpRig({ environment: { WAYBILL_FAILPOINT: point } })
      const local = sftp.file('rows.csv', rowsText(ROWS))
      const steps: readonly SftpStep[] =
        folder === 'in'
          ? [['put', local, '/in/rows.csv']]
          : [
              ['put', local, '/renamed/rows.csv.tmp'],
              ['rename', '/renamed/rows.csv.tmp', '/renamed/rows.csv'],
            ]
      const sending = sftp.send(client, steps)
      await sftp.rig.died()
      let sent = false
      void sending.then(() => {
        sent = true
      })
      await dieAgain(sftp.rig, point, () => sent)
      await sending
      await verify(folder, 'rows.csv')
    })

  for (const point of longForms ? ['accept.storing:kill', 'sftp.accepted:kill', 'sftp.told:kill'] : ['sftp.accepted:kill'])
    it(`has its receipt also where its sender never comes again (${point})`, async () => {
      sftp = await startSftpRig({ environment: { WAYBILL_FAILPOINT: point } })
      const { code } = await client.run(sftp.place, [['put', sftp.file('rows.csv', rowsText(ROWS)), '/in/rows.csv']])
      expect(code).to.not.equal(0)
      await sftp.rig.died()
      await sftp.rig.again()
      await verify('in', 'rows.csv')
    })

  for (const share of longForms ? [0, 0.5, 0.99, 1] : [0.5])
    for (const who of ['the client', 'the gateway', 'a gateway that is stopped'])
      it(`is not routed where ${who} goes after ${share * 100} % of it, before CLOSE, and is when it is resumed (row 22)`, async () => {
        sftp = await startSftpRig()
        const content = rowsText(ROWS)
        const raw = await connectRaw(sftp.place)
        const handle = await raw.create('/in/rows.csv')
        const part = content.slice(0, Math.floor(content.length * share))
        if (part !== '') await raw.ask(WRITE, handle, 0n, part)
        if (who === 'the client') raw.cut()
        else expect(await sftp.rig.gateway.end(who === 'the gateway' ? 'SIGKILL' : 'SIGTERM')).to.be.oneOf(['SIGKILL', 0])
        await raw.gone
        if (who !== 'the client') await sftp.rig.again()
        expect(await fileReceipts(sftp.rig, 'uploads')).to.deep.equal([])
        expect(sftp.there('receipts/in')).to.deep.equal([])
        expect(sftp.read('in/rows.csv')).to.equal(part)
        const kind = share > 0 && share < 1 ? 'resume' : 'put'
        await sftp.send(client, [[kind, sftp.file('rows.csv', content), '/in/rows.csv']])
        await verify('in', 'rows.csv')
      })

  it('that would overwrite a file takes nothing from the one before, and is a version of its own once it is whole', async () => {
    sftp = await startSftpRig()
    const before = sftp.file('before.csv', rowsText(ROWS))
    await sftp.send(client, [['put', before, '/in/rows.csv']])
    const raw = await connectRaw(sftp.place)
    const handle = await raw.create('/in/rows.csv')
    const content = rowsText(ROWS, 'S')
    await raw.ask(WRITE, handle, 0n, content.slice(0, content.length / 2))
    await sftp.rig.gateway.end('SIGKILL')
    await sftp.rig.again()
    await verifyLeft()
    await sftp.send(client, [['put', sftp.file('after.csv', content), '/in/rows.csv']])
    await sftp.rig.settled()
    expect(await sftp.receipt('in/rows.csv')).to.deep.include({ version: 2, records: countsOf(ROWS) })
    expect((await sftp.rig.target('shelf').seen()).map(({ order }) => order).sort()).to.deep.equal(
      [...goodRows(ROWS), ...goodRows(ROWS, 'S')].sort(),
    )
    await sftp.rig.balance()
  })

  async function verifyLeft(): Promise<void> {
    await sftp.rig.settled()
    await verifyRows(sftp.rig, 'uploads', ROWS)
  }

  it('and another that get one name at once are each routed once, where their senders were told so', async () => {
    sftp = await startSftpRig()
    const rounds = longForms ? 10 : 3
    const told: string[] = []
    for (let round = 0; round < rounds; round++) {
      const race = async (own: string) => {
        const steps: readonly SftpStep[] = [
          ['put', sftp.file(`${own}.csv`, rowsText(5, `${own}${round}`)), `/renamed/${own}.tmp`],
          ['rename', `/renamed/${own}.tmp`, '/renamed/final.csv'],
        ]
        const { code } = await client.run(sftp.place, steps)
        if (code === 0) told.push(`${own}${round}`)
      }
      await Promise.all(['A', 'B', 'C'].map(race))
    }
    await sftp.rig.settled()
    expect(told).to.have.length(rounds * 3)
    const seen = (await sftp.rig.target('shelf').seen()).map(({ order }) => order)
    expect(seen.sort()).to.deep.equal(told.flatMap(prefix => goodRows(5, prefix)).sort())
    expect(await sftp.receipt('renamed/final.csv')).to.include({ version: rounds * 3 })
    await sftp.rig.balance()
  })

  it('is answered OK to CLOSE only when it is durable, and a kill right behind the answer loses nothing', async () => {
    sftp = await startSftpRig()
    for (let round = 0; round < (longForms ? 10 : 2); round++) {
      const raw = await connectRaw(sftp.place)
      const handle = await raw.create(`/in/round-${round}.csv`)
      await raw.ask(WRITE, handle, 0n, rowsText(5, `K${round}`))
      expect(await raw.ask(CLOSE, handle)).to.include({ code: 0 })
      await sftp.rig.gateway.end('SIGKILL')
      await sftp.rig.again()
    }
    await sftp.rig.settled()
    expect(await fileReceipts(sftp.rig, 'uploads')).to.have.length(longForms ? 10 : 2)
    await sftp.rig.balance()
  })
})
