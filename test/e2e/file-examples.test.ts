import { execFileSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { blocksOf } from '../../cli/dev/docs-blocks.ts'
import { removeProjects, startProject, type TestGateway } from '../support/gateway.ts'
import { freePort } from '../support/port.ts'
import { root } from '../support/root.ts'
import { openSsh } from '../support/sftp-clients.ts'
import { until } from '../support/until.ts'

/** The files of an example, by their paths, but for what it made when it ran. */
function filesOf(folder: string, below = ''): Readonly<Record<string, Buffer>> {
  const names = readdirSync(join(folder, below)).filter(name => below !== '' || name !== 'data')
  return Object.assign(
    {},
    ...names.map(name => {
      const path = join(below, name)
      return statSync(join(folder, path)).isDirectory() ? filesOf(folder, path) : { [path]: readFileSync(join(folder, path)) }
    }),
  )
}

/** Its routes look ten times as often, so that no test waits for them. */
function hurried(files: Readonly<Record<string, Buffer>>): Readonly<Record<string, string | Buffer>> {
  const quick = ([path, text]: [string, Buffer]) => [
    path,
    path.startsWith('routes/') ? String(text).replace('every: 1s', 'every: 100ms') : text,
  ]
  return Object.fromEntries(Object.entries(files).map(quick))
}

/** An example that runs in a folder of its own, and its README's blocks and commands. */
async function runExample(name: string, port: number) {
  const example = `examples/${name}`
  const files = filesOf(join(root, example))
  const waybill = String(files['waybill.yaml'])
    .replace(/:80\d\d$/gm, ':0')
    .replace(':2222', `:${port}`)
  const gateway = await startProject({ files: { ...hurried(files), 'waybill.yaml': waybill }, args: ['--stand-ins'] })
  const blocks = blocksOf('README.md', String(files['README.md']))
  return {
    gateway,
    block: (part: string) => blocks.find(({ text }) => text.includes(part))?.text ?? `no block with ${part}`,
    shell(block: string) {
      const text = block.replaceAll(example, gateway.dir).replaceAll('-P 2222', `-P ${port}`)
      return execFileSync('bash', ['-euc', text], { cwd: root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] })
    },
    read: (...path: string[]) => readFileSync(join(gateway.dir, ...path), 'utf8'),
    has: (...path: string[]) => existsSync(join(gateway.dir, ...path)),
  }
}

type Example = Awaited<ReturnType<typeof runExample>>

const unpadded = (text: string) => text.replaceAll(/ +$/gm, '')

async function balanceOf(gateway: TestGateway): Promise<string> {
  const { code, stdout } = await gateway.run('balance')
  expect(code).to.equal(0)
  return stdout
}

describe('examples/erp-batch with OpenSSH', function () {
  this.timeout(60_000)
  let example: Example

  before(async function () {
    openSsh(this)
    example = await runExample('erp-batch', await freePort())
  })
  after(async () => {
    await example?.gateway.end()
    removeProjects()
  })

  const results = ['data', 'sftp', 'erp', 'results'] as const

  it("takes the sample by the README's command, and tells the ERP in its own folder", async () => {
    const { shell, block, read, has } = example
    const upload = block('sftp -b')
    // What is uploaded is named from the repository's folder.
    shell(upload)
    await until('the result is back', () => has(...results, 'ORDERS-20261127.result.txt'))
    expect(read(...results, 'ORDERS-20261127.result.txt')).to.equal(read('samples/ORDERS-20261127.result.txt'))
    expect(unpadded(read(...results, 'ORDERS-20261127.result.txt'))).to.equal(block('00ORDERS-20261127.txt'))
    expect(unpadded(read('data/sftp/erp/rejects/ORDERS-20261127.txt'))).to.equal(block('# line 5'))
    const receipt = await until('the receipt is final', () => {
      const found = JSON.parse(read('data/sftp/erp/receipts/ORDERS-20261127.txt.receipt.json'))
      return found.state === 'failed' && found
    })
    expect(receipt.records).to.deep.equal(JSON.parse(block('"rejected": 3')))
  })

  it('has every order in its ledger, and none again for a file that comes twice', async () => {
    const { gateway, block, shell } = example
    expect(await balanceOf(gateway)).to.contain(block('split:orders'))
    shell(block('sftp -b'))
    expect(await balanceOf(gateway)).to.contain(block('split:orders'))
  })

  it('tells of a trailer that does not match', async () => {
    const { shell, block, read, has } = example
    const other = block('sftp -b').replace(/-b \S+/, '-b -')
    const put = 'put examples/erp-batch/samples/ORDERS-cut.txt orders/cut.tmp\\nrename orders/cut.tmp orders/ORDERS-cut.txt\\n'
    shell(other.replace('sftp', `printf '${put}' | sftp`))
    await until('the result is back', () => has(...results, 'ORDERS-cut.result.txt'))
    expect(read(...results, 'ORDERS-cut.result.txt')).to.contain('SCHEMA_INVALID: line 10: the trailer says orders')
    await balanceOf(example.gateway)
  })
})

describe('examples/nightly-export', function () {
  this.timeout(30_000)
  let example: Example

  before(async () => {
    example = await runExample('nightly-export', 0)
  })
  after(async () => {
    await example?.gateway.end()
    removeProjects()
  })

  it('sends the customers of a file masked and in one, without waiting for the night', async () => {
    const { gateway, shell, block, read, has } = example
    shell(block('samples/customers.csv').split('\n')[0] ?? '')
    const sent = () => (has('data/sent') ? readdirSync(join(gateway.dir, 'data/sent')).filter(one => !one.startsWith('.')) : [])
    const name = await until('the file is sent', () => sent()[0])
    expect(name).to.match(/^customers-20\d{6}\.csv$/)
    expect(read('data/sent', name)).to.equal(read('samples/customers.masked.csv'))
    expect(read('data/sent', name).replaceAll('\r', '')).to.equal(block('C1001'))
    await until('all has ended', async () => (await gateway.run('undelivered')).stdout.includes('Nothing is undelivered'))
    expect(await balanceOf(gateway)).to.contain(block('batch:customers/partner'))
  })
})
