import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect } from 'chai'
import { blocksOf } from '../../cli/dev/docs-blocks.ts'
import { freePort } from '../support/port.ts'
import { root } from '../support/root.ts'
import { until } from '../support/until.ts'

const run = promisify(execFile)
const program = fileURLToPath(new URL('../../cli/waybill.js', import.meta.url))
const EXAMPLE = 'examples/order-fulfilment'

/** The README's commands, with free ports and a copy of the example, say what stands there but for ids and times. */
describe('what the README shows', () => {
  const dir = mkdtempSync(join(tmpdir(), 'waybill-readme-'))
  const blocks = blocksOf('README.md', readFileSync(join(root, 'README.md'), 'utf8'))
  const shown = (part: string) => blocks.find(({ text }) => text.includes(part))?.text ?? ''
  let gateway: ChildProcess
  let http = ''
  let id = ''

  before(async () => {
    cpSync(join(root, EXAMPLE), dir, { recursive: true, filter: path => !path.endsWith('/data') })
    const file = join(dir, 'waybill.yaml')
    http = `127.0.0.1:${await freePort()}`
    const text = readFileSync(file, 'utf8').replace('127.0.0.1:8080', http)
    writeFileSync(file, text.replace('127.0.0.1:8081', `127.0.0.1:${await freePort()}`))
    gateway = spawn(process.execPath, [program, 'run', dir, '--stand-ins'], { stdio: ['ignore', 'pipe', 'ignore'] })
    const said: string[] = []
    gateway.stdout?.setEncoding('utf8').on('data', text => said.push(text))
    await until('the gateway is ready', () => said.join('').includes('Ctrl-C stops it.'))
  })

  after(async () => {
    const ended = new Promise(resolve => gateway.once('exit', resolve))
    gateway.kill('SIGTERM')
    await ended
    rmSync(dir, { recursive: true })
  })

  async function shell(command: string): Promise<string> {
    const line = command.replaceAll('127.0.0.1:8080', http).replaceAll('npx waybill', `'${process.execPath}' '${program}'`)
    return (await run('bash', ['-c', line.replace(new RegExp(`${EXAMPLE}(?!/)`), dir)], { cwd: root })).stdout
  }

  it('posts an order with curl, and gets 202 with a receipt', async () => {
    const answer = await shell(shown('curl -i'))
    id = /[0-9a-f-]{36}/.exec(answer)?.[0] ?? ''
    const wanted = lines(shown('HTTP/1.1 202'))
    expect(lines(answer)).to.include.members(wanted)
  })

  it('has a receipt that tells seconds later of the warehouse, which failed twice', async () => {
    const receipt = await until('delivered', async () => {
      const text = await shell(`curl -s http://127.0.0.1:8080/receipts/${id}`)
      return text.includes('"attempts":3') && text.includes('"state":"delivered","receivedAt"') && text
    })
    expect(JSON.parse(unnamed(receipt))).to.deep.equal(JSON.parse(unnamed(shown('"receivedAt"'))))
  })

  it('explains the message and proves the ledger', async () => {
    const [explain = '', balance = ''] = shown('npx waybill explain').trim().split('\n')
    const story = await shell(explain.replace(/[0-9a-f-]{36}/, id))
    expect(lines(story).sort()).to.deep.equal(lines(shown('entries planned')).sort())
    expect(await shell(balance)).to.equal(shown('It balances'))
  })
})

function lines(text: string): string[] {
  return unnamed(text).trim().split(/\r?\n/)
}

/** Without ids and times, which differ each time. */
function unnamed(text: string): string {
  return text.replaceAll(/[0-9a-f]{8}-[0-9a-f-]{27}/g, 'ID').replaceAll(/\d{4}-\d\d-\d\d[T ][\d:.]+Z?|(?<=next try in )[\d.]+ m?s/g, 'TIME')
}
