import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { main } from '../../cli/main.ts'
import { root } from '../support/root.ts'
import { recorder } from './terminal.ts'

const PROJECT = `waybill: 1
name: shop
listen: { http: 0.0.0.0:8080, sftp: 0.0.0.0:2222 }
systems: { shelf: { rest: http://127.0.0.1:1 } }
clients:
  acme:
    owner: acme-it@example.com
    key: sha256:${'ab'.repeat(32)}
    sftp: { password: 'scrypt:32768:8:1:${'s'.repeat(22)}:${'h'.repeat(43)}', allow: [upload], quota: { bytes: 2GB } }
    scopes: [orders]
  other: { key: 'sha256:${'cd'.repeat(32)}', scopes: [orders] }
routes:
  orders:
    description: Orders of all shops
    owner: order-desk@example.com
    from: [{ rest: POST /v1/orders, client: acme }, { rest: POST /v1/open }]
    to: shelf
  files:
    from:
      - sftp: { client: acme, folder: orders, commit: done-file }
        format: { csv: { columns: [sku, quantity], types: { quantity: number }, delimiter: ';' } }
      - { sftp: { client: acme, folder: returns }, format: ndjson, unpack: gzip }
    split: { each: record, rejects: all-or-nothing }
    to: shelf
  private: { from: { rest: POST /private }, to: shelf }
`

async function waybill(cwd: string, ...args: string[]) {
  const terminal = recorder(cwd)
  const code = await main(args, terminal)
  return { code, out: terminal.printed.join('\n'), err: terminal.noted.join('\n') }
}

describe('waybill partner', () => {
  const example = join(root, 'examples/erp-batch')
  let dir: string
  before(() => {
    dir = mkdtempSync(join(tmpdir(), 'waybill-partner-'))
    writeFileSync(join(dir, 'waybill.yaml'), PROJECT)
  })
  after(() => rmSync(dir, { recursive: true }))

  it('tells a client how to log in, where to upload, when a file is whole and what it looks like', async () => {
    const { code, out } = await waybill(root, 'partner', 'erp', example, '--host', 'sftp.example.com')
    expect(code).to.equal(0)
    const listed = execFileSync('ssh-keygen', ['-lf', join(example, 'keys/erp_test_key.pub')], { encoding: 'utf8' })
    const [, fingerprint = 'none'] = listed.split(' ')
    const parts = [
      ...['sftp -P 2222 erp@sftp.example.com', fingerprint, '2.0 GB of files, 1000 files', '### Upload into `orders/`'],
      ...['the rename hands it over', '| `amount` | 49 | 59 | number, the last 2 digits are behind the point', 'is the sum of `amount`'],
      ...['### Fetch from `results/`', '`receipts/NAME.receipt.json`', '- `orders/`: order-desk@example.com'],
    ]
    for (const part of parts) expect(out).to.contain(part)
  })

  it('names what the client may use, by files and by HTTP, and no other source', async () => {
    const { out } = await waybill(dir, 'partner', 'acme', '--dir', dir)
    const parts = [
      ...['an empty `monday.csv.done`', 'cells separated by `;`', '| `quantity` | number |', '`receipts/FOLDER/NAME.receipt.json`'],
      ...['| `POST /v1/orders` | Orders of all shops | needed |', '| `POST /v1/open` | Orders of all shops | may be left out |'],
      ...['where one record is bad, none is taken', '`X-Api-Key: KEY`', 'made at our first start'],
      ...['`monday.ndjson.gz.part`', 'Files are packed with gzip'],
    ]
    for (const part of parts) expect(out).to.contain(part)
    for (const part of ['/private', 'abab', 'hhhh', 'ssss', 'Fetch from']) expect(out).not.to.contain(part)
  })

  it('says nothing of SFTP to a client that has none', async () => {
    const { out } = await waybill(dir, 'partner', 'other', '--dir', dir)
    expect(out).to.contain('`POST /v1/open`').and.not.to.contain('SFTP')
    expect(out).not.to.contain('/v1/orders')
  })

  it('has the same for programs', async () => {
    const { out } = await waybill(dir, 'partner', 'acme', '--dir', dir, '--json')
    const sheet = JSON.parse(out)
    expect(sheet).to.include({ project: 'shop', client: 'acme', owner: 'acme-it@example.com' })
    expect(sheet.sftp).to.deep.include({ port: 2222, user: 'acme', password: true, allow: ['upload'] })
    expect(sheet.sftp.folders.map(({ folder, receipts }: { folder: string; receipts: string }) => [folder, receipts])).to.deep.equal([
      ['orders', '/orders'],
      ['returns', '/returns'],
    ])
  })

  it('knows the clients of the project', async () => {
    const { code, err } = await waybill(dir, 'partner', 'acmee', '--dir', dir)
    expect(code).to.equal(2)
    expect(err).to.contain('the project has no client "acmee"; did you mean "acme"?')
  })
})
