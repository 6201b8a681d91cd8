import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { type AddressInfo, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect } from 'chai'
import { main } from '../../cli/main.ts'
import { freePort } from '../support/port.ts'
import { until } from '../support/until.ts'
import { recorder } from './terminal.ts'

const program = fileURLToPath(new URL('../../cli/waybill.js', import.meta.url))

describe('waybill run', () => {
  const dir = mkdtempSync(join(tmpdir(), 'waybill-run-'))
  const running: ChildProcess[] = []
  let http = ''

  before(async () => {
    expect(await main(['init', '.'], recorder(dir))).to.equal(0)
    const [port, adminPort] = [await freePort(), await freePort()]
    http = `http://127.0.0.1:${port}`
    const file = join(dir, 'waybill.yaml')
    writeFileSync(
      file,
      readFileSync(file, 'utf8').replaceAll('127.0.0.1:8080', `127.0.0.1:${port}`).replace('127.0.0.1:8081', `127.0.0.1:${adminPort}`),
    )
  })

  after(() => {
    for (const child of running) child.kill('SIGKILL')
    rmSync(dir, { recursive: true })
  })

  function waybill(...args: string[]) {
    const child = spawn(process.execPath, [program, ...args], { cwd: dir, stdio: ['ignore', 'pipe', 'pipe'] })
    running.push(child)
    const [out, err]: [string[], string[]] = [[], []]
    child.stdout.setEncoding('utf8').on('data', text => out.push(text))
    child.stderr.setEncoding('utf8').on('data', text => err.push(text))
    const code = new Promise<number | null>(resolve => child.on('close', resolve))
    return { child, code, out: () => out.join(''), err: () => err.join('') }
  }

  it('runs what init wrote, tells a message its story, and stops on SIGTERM with 0', async () => {
    const gateway = waybill('run', '--stand-ins')
    await until('the gateway is ready', () => gateway.out().includes('Ctrl-C stops it.'))
    expect(gateway.out())
      .to.include(`messages come in at ${http}`)
      .and.match(/^ {2}orders +rest POST \/orders +warehouse$/m)

    const body = readFileSync(join(dir, 'samples', 'order.json'))
    const answer = await fetch(`${http}/orders`, { method: 'POST', headers: { 'content-type': 'application/json' }, body })
    expect(answer.status).to.equal(202)
    const { id } = (await answer.json()) as { id: string }
    const story = await until('delivered', async () => {
      const terminal = recorder(dir)
      await main(['explain', id], terminal)
      const text = terminal.printed.join('\n')
      return text.includes('delivered at attempt 2') && text
    })
    expect(story).to.match(/warehouse attempt 1 failed: TARGET_UNAVAILABLE .*503/)

    const second = waybill('run', '--stand-ins')
    expect(await second.code).to.equal(3)
    expect(second.err()).to.match(/STORE_OWNED: .*data is in use by process \d+/)

    gateway.child.kill('SIGTERM')
    expect(await gateway.code).to.equal(0)
    expect(existsSync(join(dir, 'data', 'admin-address'))).to.equal(false)
    expect(await main(['balance'], recorder(dir))).to.equal(0)
  })

  it('runs with what nothing uses, and warns of it; only check ends with 1', async () => {
    const file = join(dir, 'waybill.yaml')
    const good = readFileSync(file, 'utf8')
    writeFileSync(file, `${good.replace(/^systems:$/m, "systems:\n  idle: { rest: 'http://127.0.0.1:9' }")}`)
    const gateway = waybill('run', '--stand-ins')
    await until('the gateway is ready', () => gateway.out().includes('Ctrl-C stops it.'))
    expect(gateway.err()).to.match(/^warning: waybill\.yaml:\d+:3 no route reaches system "idle"; use it, or remove it$/m)
    gateway.child.kill('SIGTERM')
    expect(await gateway.code).to.equal(0)
    expect(await main(['check'], recorder(dir))).to.equal(1)
    writeFileSync(file, good)
  })

  const addresses = [
    { option: 'listen.http', line: /^ {2}http: \S+/m },
    { option: 'listen.admin', line: /^ {2}admin: \S+/m },
  ]
  for (const { option, line } of addresses)
    it(`ends with 3 where another process listens at ${option}`, async () => {
      const file = join(dir, 'waybill.yaml')
      const good = readFileSync(file, 'utf8')
      const other = createServer()
      await once(other.listen(0, '127.0.0.1'), 'listening')
      const taken = `127.0.0.1:${(other.address() as AddressInfo).port}`
      writeFileSync(
        file,
        good.replace(line, found => found.replace(/\S+$/, taken)),
      )
      const { code, err } = waybill('run', '--stand-ins')
      expect(await code).to.equal(3)
      expect(err()).to.include(`${option} is ${taken}: another process listens there; stop it, or name another address`)
      other.close()
      writeFileSync(file, good)
    })

  const folders = [
    { name: '/proc/nope', why: /ENOENT/ },
    { name: 'waybill.yaml/data', why: /ENOTDIR|EEXIST/ },
    { name: '/proc', why: /unable to open database file/ },
  ]
  for (const { name, why } of folders)
    it(`ends with 3 at once where the store's folder cannot be made or written: ${name}`, async () => {
      const file = join(dir, 'waybill.yaml')
      const good = readFileSync(file, 'utf8')
      writeFileSync(file, `${good.replace(/^store:.*$/m, '')}\nstore: { path: ${name} }\n`)
      const { code, err } = waybill('run', '--stand-ins')
      expect(await code).to.equal(3)
      expect(err())
        .to.match(/STORE_UNAVAILABLE: the store's folder \S+ cannot be (made|written): /)
        .and.match(why)
        .and.include('name one in store.path that this user can make and write')
      writeFileSync(file, good)
    })

  it('tells every fault and ends with 1 where the project has some', async () => {
    const bad = recorder(dir)
    const file = join(dir, 'waybill.yaml')
    const good = readFileSync(file, 'utf8')
    writeFileSync(file, good.replace('to: warehouse', 'to: wharehouse').replace('body.total > 0', 'body.total >'))
    const code = await main(['run', '--stand-ins'], bad)
    writeFileSync(file, good)
    expect(code).to.equal(1)
    expect(bad.printed.join('\n')).to.match(/unknown target "wharehouse"; did you mean "warehouse"\?/)
  })
})
