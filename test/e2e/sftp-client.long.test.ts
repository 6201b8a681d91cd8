import { mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { removeProjects, startProject, type TestGateway } from '../support/gateway.ts'
import { sftpSystem } from '../support/sftp-project.ts'
import { type Sshd, startSshd } from '../support/sshd.ts'
import { startTarget, type Target } from '../support/target.ts'
import { runTwoPollers } from '../support/two-pollers.ts'
import { until } from '../support/until.ts'
import { balanced, order, receiptOf, targetWhen } from './sender.ts'

describe('files on an SFTP server of others', function () {
  this.timeout(60_000)
  let sshd: Sshd
  let shelf: Target
  let folder: string
  let gateway: TestGateway
  before(async function () {
    sshd = await startSshd(this)
    shelf = await startTarget()
  })
  after(async () => {
    await gateway?.end('SIGKILL')
    await shelf?.stop()
    await sshd?.stop()
    removeProjects()
  })

  /** A gateway with a folder of its own on the server. */
  async function start(environment: Readonly<Record<string, string>> = {}, server = sshd): Promise<void> {
    await gateway?.end()
    folder = mkdtempSync(join(sshd.folder, 'e2e-'))
    mkdirSync(join(folder, 'in'))
    mkdirSync(join(folder, 'out'))
    const options = `folder: '${join(folder, 'out')}', name: "body.id + '.json'", makeFolders: true, verify: hash, doneFile: true`
    const yaml = `waybill: 1
name: sftp
systems:
  bank: ${sftpSystem(server, options)}
  shelf: { rest: '${shelf.url}' }
routes:
  in:
    from: { sftp: { system: bank, folder: '${join(folder, 'in')}', every: 100ms }, format: bytes }
    to: { system: shelf, retry: { delays: [200ms] } }
  out:
    from: { rest: POST /orders }
    to: { system: bank, retry: { delays: [200ms] } }
`
    await shelf.program({})
    gateway = await startProject({ files: { 'waybill.yaml': yaml, key: sshd.key }, environment })
  }

  const there = (path: string) => readdirSync(join(folder, path)).sort()
  const moved = (name: string) => until(`${name} is moved`, () => there('in').includes('done') && there('in/done').includes(name), 20_000)
  const died = () => until('it died', () => gateway.process.signalCode !== null)
  const told = (event: string, text = '') =>
    until(`${event} is told`, () =>
      gateway
        .log()
        .split('\n')
        .some(line => line.includes(event) && line.includes(text)),
    )
  function drop(name: string, content: string | Uint8Array): void {
    writeFileSync(join(folder, 'x.tmp'), content)
    renameSync(join(folder, 'x.tmp'), join(folder, 'in', name))
  }

  it('are taken once each and moved, and gone on with where the server went in the middle of one', async () => {
    await start()
    drop('a', 'A')
    await moved('a')
    const large = Buffer.alloc(60_000_000, 'waybill ')
    drop('large', large)
    await until('some of it is here', () => readdirSync(join(gateway.dir, 'data/incoming')).length > 0)
    await sshd.kill()
    await told('poll-failed')
    await sshd.start()
    await moved('large')
    await until('both came', async () => (await shelf.received()).length === 2)
    expect((await shelf.received()).map(({ body }) => body.length)).to.have.members([1, large.length])
    await balanced(gateway)
  })

  it('are written, checked and renamed, with folders and done-files, and never over those of others', async () => {
    await targetWhen(gateway, await order(gateway, { id: 'north/SO-1' }), 'delivered')
    expect(there('out/north')).to.deep.equal(['SO-1.json', 'SO-1.json.done'])
    expect(readFileSync(join(folder, 'out/north/SO-1.json'), 'utf8')).to.equal('{"id":"north/SO-1"}')
    writeFileSync(join(folder, 'out/x.json'), 'of others')
    const dead = await targetWhen(gateway, await order(gateway, { id: 'x' }), 'dead')
    expect(dead.lastError).to.match(/has x.json already, with another content/)
    expect(readFileSync(join(folder, 'out/x.json'), 'utf8')).to.equal('of others')
    await balanced(gateway)
  })

  it('are taken once where the gateway dies after the claim, and after it has accepted', async () => {
    await start({ WAYBILL_FAILPOINT: 'poll.claimed:kill' })
    drop('a', 'A')
    await died()
    gateway = await gateway.again({ WAYBILL_FAILPOINT: 'poll.accepted:kill' })
    await died()
    gateway = await gateway.again()
    await moved('a')
    await until('it came', async () => (await shelf.received()).length > 0)
    const { items } = (await gateway.api('GET', '/api/messages?route=in')) as { items: unknown[] }
    expect(items).to.have.length(1)
    await balanced(gateway)
  })

  it('are one where the gateway dies between write and name, and between name and record', async () => {
    await start({ WAYBILL_FAILPOINT: 'file.written:kill' })
    await Promise.all([order(gateway, { id: 'a' }).catch(() => {}), died()])
    gateway = await gateway.again({ WAYBILL_FAILPOINT: 'file.renamed:kill' })
    await died()
    gateway = await gateway.again()
    await until('all is delivered', async () => ((await gateway.api('GET', '/api/undelivered')) as { items: [] }).items.length === 0)
    expect(there('out')).to.deep.equal(['a.json', 'a.json.done'])
    await balanced(gateway)
  })

  it('wait, loudly, while the server has another key than the pinned one', async () => {
    const [ed25519, rsa] = sshd.fingerprints
    await start({}, { ...sshd, fingerprints: [`SHA256:${'A'.repeat(43)}`, rsa] })
    const id = await order(gateway, { id: 'y' })
    const target = await until('it was refused', async () => {
      const [one] = (await receiptOf(gateway, id)).targets
      return (one?.attempts ?? 0) > 0 && one
    })
    expect(target.lastError)
      .to.match(/WRONG HOST KEY/)
      .and.include(ed25519)
    expect(target.state).not.to.equal('dead')
    await told('poll-failed', 'WRONG HOST KEY')
    expect(there('out')).to.deep.equal([])
  })

  it('are not looked for with stand-ins, where one plays the server', async () => {
    await gateway?.end()
    const yaml = `waybill: 1
name: played
systems:
  played: { sftp: { host: nowhere.invalid, user: u }, standIn: [{ answer: {} }] }
  real: { sftp: { host: nowhere.invalid, user: u } }
  shelf: { rest: '${shelf.url}' }
routes:
  one: { from: { sftp: { system: played, folder: in, every: 50ms }, format: bytes }, to: shelf }
  two: { from: { sftp: { system: real, folder: in, every: 50ms }, format: bytes }, to: shelf }
`
    gateway = await startProject({ files: { 'waybill.yaml': yaml }, args: ['--stand-ins'] })
    await told('"failures":3', 'sftp real:in')
    expect(gateway.log()).not.to.match(/sftp played:in/)
  })

  it('go through two gateways once each, while one of them is killed', async () => {
    await gateway?.end()
    const { ids, left, done, taken, balanced: exact } = await runTwoPollers(sshd, 60)
    expect([ids.size, left, done, exact]).to.deep.equal([60, [], 60, true])
    expect([...ids].filter(([, of]) => of.size > 1)).to.deep.equal([])
    expect(taken[0] + taken[1]).to.equal(60)
  })
})
