import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { main } from '../../cli/main.ts'
import { createShop, type Shop } from './shop.ts'
import { recorder } from './terminal.ts'

describe('the commands', () => {
  let shop: Shop

  beforeEach(() => {
    shop = createShop()
  })

  afterEach(() => shop.remove())

  const usage = [
    { name: 'an unknown command names the near one', args: ['statsu'], err: /unknown command 'statsu'\n\(Did you mean status\?\)/ },
    { name: 'an unknown option', args: ['status', '--jsn'], err: /unknown option '--jsn'/ },
    { name: 'a missing argument', args: ['pause'], err: /missing required argument 'target'/ },
    { name: 'an argument too many', args: ['status', '.', 'x'], err: /too many arguments/ },
    { name: 'a folder without a project', args: ['status', 'nowhere'], err: /no waybill\.yaml in .*nowhere; name the project's folder/ },
    ...['check', 'run', 'test', 'try', 'doctor'].map(command => ({
      name: `a folder without a project: ${command}`,
      args: [command, 'nowhere'],
      err: /no waybill\.yaml in .*nowhere; name the project's folder/,
    })),
    { name: 'a limit that is none', args: ['undelivered', '--limit', 'all'], err: /--limit is "all"; allowed: 1 to 100000/ },
    { name: 'a moment that is none', args: ['dead', 'list', '--after', 'soon'], err: /--after is "soon"; write a moment/ },
    {
      name: 'an unknown mapping',
      args: ['dead', 'replay', '--all', '--mapping', 'new'],
      err: /--mapping is "new"; allowed: stored, current/,
    },
  ]
  for (const { name, args, err } of usage) {
    it(`end with 2: ${name}`, async () => {
      const result = await shop.waybill(...args)
      expect(result.code).to.equal(2)
      expect(result.err).to.match(err)
    })
  }

  const away = ['status', 'balance', 'undelivered', 'dead list', 'dead replay --all', 'pause warehouse', 'resume warehouse', 'explain m1']
  for (const words of away) {
    it(`end with 3: ${words} where neither gateway nor store is there`, async () => {
      const { code, err } = await shop.waybill(...words.split(' '))
      expect(code).to.equal(3)
      expect(err).to.match(/^waybill: no gateway of shop answers at /)
    })
  }

  it('take the folder behind the arguments or as --dir', async () => {
    await shop.open()
    for (const args of [
      ['pause', 'warehouse', shop.dir],
      ['resume', 'warehouse', '--dir', shop.dir],
    ]) {
      expect((await shop.waybill(...args)).code).to.equal(0)
    }
  })

  it('pause and resume a target; an unknown one ends with 1 and names those that are', async () => {
    await shop.open()
    expect((await shop.waybill('pause', 'warehouse')).out).to.match(/^warehouse is paused; what comes for it is accepted and waits/)
    expect((await shop.waybill('status')).out).to.match(/^warehouse +paused/m)
    const { code, err } = await shop.waybill('pause', 'wharehouse')
    expect([code, err]).to.deep.equal([1, 'waybill: no target "wharehouse" (known: accounting.invoice, warehouse)'])
  })

  it('status tells how it fares', async () => {
    await shop.open()
    const { code, out } = await shop.waybill('status')
    expect(code).to.equal(0)
    expect(out)
      .to.match(/^web-orders runs since \d/)
      .and.match(/^ok {3}queue: connected$/m)
  })

  it('do not send the token to what is not their gateway', async () => {
    await shop.open()
    const { takeAddress, leaveAddress } = await import('../../gateway/admin/token.ts')
    const { createServer } = await import('node:http')
    const seen: unknown[] = []
    const stranger = createServer((request, response) => {
      seen.push(request.headers.authorization)
      response.writeHead(404).end()
    })
    await new Promise<void>(resolve => stranger.listen(0, '127.0.0.1', resolve))
    const address = stranger.address()
    leaveAddress(join(shop.dir, 'kept'), `http://127.0.0.1:${address && typeof address === 'object' ? address.port : 0}`)
    const { code, err } = await shop.waybill('status')
    takeAddress(join(shop.dir, 'kept'))
    stranger.close()
    expect([code, seen]).to.deep.equal([3, [undefined]])
    expect(err).to.match(/is not this project's gateway \(status 404\)/)
  })

  it('init writes a project that has no faults, and overwrites nothing', async () => {
    expect((await shop.waybill('init', 'My New Shop')).code).to.equal(0)
    expect(existsSync(join(shop.dir, 'My New Shop', 'samples', 'order.json'))).to.equal(true)
    expect(await shop.waybill('check', 'My New Shop')).to.deep.include({
      code: 0,
      out: 'No faults: my-new-shop has 1 route, 1 system, 0 mappings, 2 tests.',
    })
    const again = await shop.waybill('init', 'My New Shop')
    expect(again.code).to.equal(2)
    expect(again.err).to.match(/nothing was written/)
  })

  it('doctor has a line for each thing, and a mend for what is not well', async () => {
    await shop.waybill('init', 'well')
    const { out } = await shop.waybill('doctor', 'well', '--json')
    const { findings } = JSON.parse(out) as { findings: { what: string; ok: boolean; mend?: string }[] }
    const whats = ['node', 'config', 'store folder', 'disk', 'owner', 'addresses', 'queue', 'sftp', 'clock', 'open files']
    expect(findings.map(({ what }) => what)).to.deep.equal(whats)
    for (const { ok, mend } of findings) expect(ok).to.equal(mend === undefined)
  })

  it('init names a folder that is not below this one by its whole path', async () => {
    const out = join(shop.dir, 'beside')
    expect(await waybillIn(join(shop.dir, 'here'), 'init', '../beside')).to.include(`  waybill check ${out}`)
  })

  it('have help that shows no empty default', async () => {
    expect((await shop.waybill('try', '--help')).out)
      .to.match(/may be given again/)
      .and.not.match(/default: \[\]/)
  })

  describe("with a target on the gateway's own broker, and the embedded queue", () => {
    async function broker(standIn: boolean): Promise<void> {
      await shop.waybill('init', 'queued')
      const file = join(shop.dir, 'queued', 'waybill.yaml')
      const text = readFileSync(file, 'utf8').replace(/rest: \{ url: .*\}/, 'amqp: orders.out')
      writeFileSync(file, standIn ? text : text.replace(/^ {4}standIn:.*\n.*\n/m, ''))
    }
    async function configFinding(): Promise<{ ok: boolean; seen: string }> {
      const { out } = await shop.waybill('doctor', 'queued', '--json')
      return (JSON.parse(out) as { findings: { what: string; ok: boolean; seen: string }[] }).findings.find(
        ({ what }) => what === 'config',
      ) as { ok: boolean; seen: string }
    }

    it('check tells it, and with --stand-ins it does not', async () => {
      await broker(true)
      expect((await shop.waybill('check', 'queued')).out).to.match(/with the embedded queue there is none/)
      expect((await shop.waybill('check', 'queued', '--stand-ins')).out).to.match(/^No faults/)
    })

    it('doctor says how it runs', async () => {
      await broker(true)
      expect(await configFinding()).to.include({
        ok: true,
        seen: 'queued has no faults with waybill run --stand-ins; without them it needs its broker',
      })
    })

    it('doctor says that its gateway runs', async () => {
      const file = join(shop.dir, 'waybill.yaml')
      const routes = 'routes: { orders: { from: { rest: POST /orders }, to: out } }'
      writeFileSync(file, `${readFileSync(file, 'utf8')}systems: { out: { amqp: orders.out } }\n${routes}\n`)
      expect((await shop.waybill('doctor', '--json')).out).to.match(/the first at waybill\.yaml:5/)
      await shop.open()
      expect((await shop.waybill('doctor', '--json')).out).to.match(/no faults with stand-ins for its broker, and its gateway runs/)
    })

    it('doctor finds it ill where nothing plays it', async () => {
      await broker(false)
      expect(await configFinding()).to.include({ ok: false })
    })
  })

  it('have help, a version and nothing to hide', async () => {
    expect(await shop.waybill('--help')).to.have.property('code', 0)
    expect((await shop.waybill('--version')).out).to.match(/^\d+\.\d+\.\d+$/)
  })
})

async function waybillIn(cwd: string, ...args: string[]): Promise<string> {
  const terminal = recorder(cwd)
  expect(await main(args, terminal)).to.equal(0)
  return terminal.printed.join('\n')
}
