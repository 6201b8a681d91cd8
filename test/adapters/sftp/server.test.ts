import { createHash, randomBytes } from 'node:crypto'
import { existsSync, linkSync, mkdirSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { removeProjects } from '../../support/gateway.ts'
import { openSsh } from '../../support/sftp-clients.ts'
import { until } from '../../support/until.ts'
import { type SftpGateway, startSftp } from './gateway.ts'
import { connectRaw, type RawClient } from './raw-client.ts'

const [CLOSE, READ, WRITE, LSTAT, SETSTAT, OPENDIR, READDIR, REMOVE, MKDIR, RMDIR, REALPATH, STAT, RENAME, SYMLINK, EXTENDED] = [
  4, 5, 6, 7, 9, 11, 12, 13, 14, 15, 16, 17, 18, 20, 200,
]
const [OK, MISSING, DENIED, FAILURE, UNSUPPORTED] = [0, 2, 3, 4, 8]

const ROWS = `
  rows:
    from: { sftp: { client: acme, folder: rows }, format: csv }
    split: { each: record }
    transform: { map: line }
    to: { system: warehouse }
  whole:
    from: { sftp: { client: acme, folder: whole } }
    to: { system: warehouse }
mappings:
  line: { rules: { sku: body.sku, quantity: { value: int(body.quantity), whenMissing: reject } } }
`

describe('the SFTP server', () => {
  let sftp: SftpGateway
  let client: RawClient
  before(async () => {
    sftp = await startSftp({ more: ROWS })
    client = await connectRaw(sftp.place)
  })
  after(async () => {
    client.cut()
    await sftp.stop()
    removeProjects()
  })

  async function upload(path: string, content: string, by = client) {
    const handle = await by.create(path)
    await by.ask(WRITE, handle, 0n, content)
    return by.ask(CLOSE, handle)
  }

  it('makes its host keys at first start, for nobody else to read, and logs their fingerprints', () => {
    for (const kind of ['ed25519', 'rsa']) {
      const { mode } = statSync(join(sftp.gateway.dir, `data/sftp-host-${kind}`))
      expect(mode & 0o777).to.equal(0o600)
    }
    expect(sftp.gateway.log())
      .to.match(/sftp-host-key.*/)
      .and.match(/"fingerprint":"SHA256:[A-Za-z0-9+/]{43}"/)
  })

  it('keeps every path within the folder of the client', async () => {
    writeFileSync(join(sftp.gateway.dir, 'data/secret'), 'x')
    for (const path of ['../../../../etc/passwd', '/../secret', '/orders/../../../secret', '/etc/passwd', 'orders/../../secret']) {
      expect(await client.ask(STAT, path), path).to.include({ code: MISSING })
      expect(await client.ask(3, path, 1, 0), path).to.include({ code: MISSING })
    }
    const { body } = await client.ask(REALPATH, '../../..')
    expect(body.toString('utf8', 8, 8 + body.readUInt32BE(4))).to.equal('/')
  })

  it('takes no name with NUL, a line break, bytes that are no UTF-8, or of too many of them', async () => {
    const names = ['a\0b', 'a\nb', Buffer.from([0x61, 0xff]), 'x'.repeat(5_000), 'x'.repeat(256), 'x'.repeat(241)]
    for (const name of names) {
      const path = Buffer.concat([Buffer.from('/orders/'), Buffer.from(name)])
      expect(await client.ask(3, path, 2 | 8 | 16, 0)).to.include({ code: DENIED })
    }
    expect(readdirSync(sftp.there('orders'))).to.deep.equal([])
  })

  it('follows no symbolic link and makes none', async () => {
    symlinkSync('/etc', sftp.there('orders/link'))
    symlinkSync('/etc/passwd', sftp.there('orders/file'))
    expect(await client.ask(STAT, '/orders/link')).to.include({ code: MISSING })
    expect(await client.ask(STAT, '/orders/link/passwd')).to.include({ code: MISSING })
    expect(await client.ask(3, '/orders/file', 1, 0)).to.include({ code: MISSING })
    expect(await client.ask(3, '/orders/file', 2 | 8, 0)).to.include({ code: DENIED })
    expect(await client.ask(SYMLINK, '/orders/new', '/etc/passwd')).to.include({ code: UNSUPPORTED })
    expect(await client.ask(EXTENDED, 'hardlink@openssh.com', '/orders/file', '/orders/new')).to.include({ code: UNSUPPORTED })
  })

  it('takes files only into the folders of sources', async () => {
    for (const path of ['/loose.txt', '/receipts/x.txt', '/rejects/x.txt', '/orders']) {
      const { code, text } = await client.ask(3, path, 2 | 8 | 16, 0)
      expect({ code, text }, path).to.include({ code: DENIED })
    }
    expect(await client.ask(MKDIR, '/other', 0)).to.include({ code: DENIED })
    expect(await client.ask(RMDIR, '/orders')).to.include({ code: DENIED })
    expect(await client.ask(RENAME, '/orders', '/renamed/x')).to.include({ code: DENIED })
  })

  it('ends a connection whose packets make no sense, and goes on with others', async () => {
    const other = await connectRaw(sftp.place)
    // A WRITE that is shorter than its fields is refused; a packet of 4 GB ends the session.
    expect(await other.ask(WRITE, 1)).to.include({ code: FAILURE })
    expect(await other.ask(READ, Buffer.from('nosuch'), 0n, 10)).to.include({ code: FAILURE })
    expect(await other.ask(99, 'x')).to.include({ type: 101 })
    other.cut()
    expect(await client.ask(STAT, '/orders')).to.include({ type: 105 })
  })

  it('shows an accepted file for a while, and takes another upload of its name as a new version', async () => {
    expect(await upload('/orders/seen.txt', 'one')).to.include({ code: OK })
    expect(existsSync(sftp.there('orders/seen.txt'))).to.equal(false)
    expect((await client.ask(LSTAT, '/orders/seen.txt')).body.readUInt32BE(8)).to.equal(3)
    expect(await client.ask(SETSTAT, '/orders/seen.txt', 8, 1_000, 1_000)).to.include({ code: OK })
    expect(await client.ask(3, '/orders/seen.txt', 2 | 8, 0)).to.include({ code: FAILURE })
    expect(await client.ask(RENAME, '/orders/seen.txt', '/orders/other.txt')).to.include({ code: FAILURE })
    expect(await upload('/orders/seen.txt', 'two')).to.include({ code: OK })
    expect(await sftp.receipt('orders/seen.txt')).to.include({ version: 2 })
  })

  it('never commits by CLOSE a name that says that it is a part, but by its rename', async () => {
    expect(await upload('/orders/big.csv.filepart', 'a')).to.include({ code: OK })
    expect(sftp.hasReceipt('orders/big.csv.filepart')).to.equal(false)
    expect(await client.ask(RENAME, '/orders/big.csv.filepart', '/orders/big.csv')).to.include({ code: OK })
    expect(sftp.hasReceipt('orders/big.csv')).to.equal(true)
  })

  it('reads a file anew whose done-file comes after another was renamed over it', async () => {
    await upload('/done/month.csv', 'aaaaaaaaaa')
    await upload('/done/other.csv', 'bbbbbbbbbb')
    await sftp.gateway.end()
    await sftp.again()
    client = await connectRaw(sftp.place)
    await upload('/done/month.csv', 'cccccccccc')
    expect(await client.ask(EXTENDED, 'posix-rename@openssh.com', '/done/other.csv', '/done/month.csv')).to.include({ code: OK })
    expect(await upload('/done/month.csv.done', '')).to.include({ code: OK })
    const sha256 = createHash('sha256').update('bbbbbbbbbb').digest('hex')
    expect(await sftp.receipt('done/month.csv')).to.include({ sha256 })
  })

  it('does not take by a done-file what is still being uploaded', async () => {
    const open = await client.create('/done/growing.csv')
    await client.ask(WRITE, open, 0n, 'half')
    expect((await upload('/done/growing.csv.done', '')).text).to.contain('still being uploaded')
    await client.ask(CLOSE, open)
    expect(await upload('/done/growing.csv.done', '')).to.include({ code: OK })
  })

  it('sends a file as fast as it is read', async function () {
    const content = randomBytes(6_000_000)
    writeFileSync(sftp.there('large.bin'), content)
    const copy = sftp.file('copy.bin', '')
    const { code, output } = await openSsh(this).run(sftp.place, [['get', '/large.bin', copy]])
    expect(code, output).to.equal(0)
    expect(readFileSync(copy).equals(content)).to.equal(true)
  })

  it('renames over a file only where that is asked for', async () => {
    await upload('/renamed/a.part', 'a')
    await upload('/renamed/b.part', 'b')
    expect(await client.ask(RENAME, '/renamed/a.part', '/renamed/b.part')).to.include({ code: FAILURE })
    expect(await client.ask(EXTENDED, 'posix-rename@openssh.com', '/renamed/a.part', '/renamed/b.part')).to.include({ code: OK })
    expect(readFileSync(sftp.there('renamed/b.part'), 'utf8')).to.equal('a')
    expect(await client.ask(REMOVE, '/renamed/b.part')).to.include({ code: OK })
  })

  it('gives up an upload when another of the same name begins; neither gets into the other', async () => {
    const other = await connectRaw(sftp.place)
    const first = await client.create('/orders/both.txt')
    await client.ask(WRITE, first, 0n, 'first first')
    expect(await upload('/orders/both.txt', 'second', other)).to.include({ code: OK })
    expect(await client.ask(WRITE, first, 11n, 'more')).to.include({ code: DENIED })
    expect(await client.ask(CLOSE, first)).to.include({ code: DENIED })
    const { id } = await sftp.receipt('orders/both.txt', ({ state }) => state === 'delivered')
    const received = (await sftp.target.received()).filter(({ headers }) => headers['waybill-message-id'] === id)
    expect(received.map(({ body }) => body)).to.deep.equal(['second'])
    other.cut()
  })

  it('puts pieces in their places, in whatever order they come', async () => {
    const handle = await client.create('/orders/pieces.txt')
    await Promise.all([client.ask(WRITE, handle, 6n, 'three'), client.ask(WRITE, handle, 0n, 'one'), client.ask(WRITE, handle, 3n, 'two')])
    expect(await client.ask(CLOSE, handle)).to.include({ code: OK })
    const { id, sha256 } = await sftp.receipt('orders/pieces.txt', ({ state }) => state === 'delivered')
    expect(sha256).to.equal(createHash('sha256').update('onetwothree').digest('hex'))
    const sent = (await sftp.target.received()).find(({ headers }) => headers['waybill-message-id'] === id)
    expect(sent?.body).to.equal('onetwothree')
  })

  it('knows the hash of a large file when it is closed, and keeps that very file', async () => {
    const content = randomBytes(3_000_000)
    const handle = await client.create('/orders/large.bin')
    for (let at = 0; at < content.length; at += 200_000) await client.ask(WRITE, handle, BigInt(at), content.subarray(at, at + 200_000))
    expect(await client.ask(CLOSE, handle)).to.include({ code: OK })
    const sha256 = createHash('sha256').update(content).digest('hex')
    expect(await sftp.receipt('orders/large.bin')).to.include({ sha256 })
    expect(readFileSync(join(sftp.gateway.dir, 'data/bodies', sha256.slice(0, 2), sha256)).equals(content)).to.equal(true)
  })

  it('tells of the records of a file: their counts in the receipt, the bad ones as they came in rejects', async () => {
    expect(await upload('/rows/monday.csv', 'sku,quantity\nA-1,2\nB-2,two\nC-3,4\n')).to.include({ code: OK })
    const receipt = await sftp.receipt('rows/monday.csv', ({ records, rejects }) => records?.delivered === 2 && rejects !== undefined)
    expect(receipt.records).to.include({ read: 3, accepted: 2, rejected: 1, complete: true })
    expect(receipt.rejects).to.equal('/rejects/rows/monday.csv')
    expect(readFileSync(sftp.there('rejects/rows/monday.csv'), 'utf8')).to.match(/^# line 3, record 2: MAPPING_FAILED: .*\nB-2,two\n$/)
  })

  it('refuses a file that can never be accepted, tells why, and puts it among the rejects', async () => {
    const { code, text } = await upload('/whole/bad.json', '{"half": ')
    expect(code).to.equal(FAILURE)
    expect(text).to.contain('expected a value')
    expect(await sftp.receipt('whole/bad.json')).to.include({ state: 'rejected', rejects: '/rejects/whole/bad.json' })
    expect(readFileSync(sftp.there('rejects/whole/bad.json'), 'utf8')).to.equal('{"half": ')
    expect(existsSync(sftp.there('whole/bad.json'))).to.equal(false)
  })

  it('lists 100,000 names some at a time', async () => {
    const folder = sftp.there('renamed/many')
    mkdirSync(folder)
    for (const one of ['a.part', 'b.part', 'c.part', 'd.part']) {
      writeFileSync(join(folder, one), '')
      // Links are made ten times as fast as files.
      for (let index = 1; index < 25_000; index++) linkSync(join(folder, one), join(folder, `${index}-${one}`))
    }
    const { body } = await client.ask(OPENDIR, '/renamed/many')
    let count = 0
    for (;;) {
      const { type, body: names } = await client.ask(READDIR, body.subarray(4, 8))
      if (type !== 104) break
      count += names.readUInt32BE(0)
    }
    expect(count).to.equal(100_000)
  })

  it('routes no upload that nobody closed when it was killed', async () => {
    const open = await client.create('/orders/open.txt')
    await client.ask(WRITE, open, 0n, 'half')
    await sftp.gateway.end('SIGKILL')
    await sftp.again()
    expect(sftp.hasReceipt('orders/open.txt')).to.equal(false)
    expect(readFileSync(sftp.there('orders/open.txt'), 'utf8')).to.equal('half')
  })

  for (const [folder, point] of [
    ['renamed', 'sftp.renamed'],
    ['renamed', 'sftp.accepted'],
    ['orders', 'sftp.accepted'],
    ['orders', 'sftp.told'],
    ['done', 'sftp.accepted'],
  ]) {
    it(`makes one message of a file of ${folder}/ when it is killed at ${point}`, async () => {
      const file = `${folder}/${point}.txt`
      await sftp.gateway.end()
      await sftp.again({ WAYBILL_FAILPOINT: `${point}:kill` })
      client = await connectRaw(sftp.place)
      const commit = async () => {
        if (folder === 'orders') return upload(`/${file}`, file)
        await upload(folder === 'done' ? `/${file}` : `/${file}.part`, file)
        return folder === 'done' ? upload(`/${file}.done`, '') : client.ask(RENAME, `/${file}.part`, `/${file}`)
      }
      await Promise.all([commit().catch(() => {}), client.gone])
      await sftp.gateway.end('SIGKILL')
      await sftp.again()
      client = await connectRaw(sftp.place)
      // Who saw no answer to CLOSE uploads again; what was renamed or has its done-file needs nobody.
      if (folder === 'orders') await commit()
      await sftp.receipt(file, ({ state, version }) => state === 'delivered' && version === 1)
      // A kill after the target's yes sends it again, by the same id.
      const sent = (await sftp.target.received()).filter(({ body }) => body === file)
      expect(new Set(sent.map(({ headers }) => headers['waybill-message-id'])).size).to.equal(1)
      expect(existsSync(sftp.there(file))).to.equal(false)
      expect(existsSync(sftp.there(`${file}.done`))).to.equal(false)
    })
  }

  it('goes on with open receipts after a restart', async () => {
    client = await connectRaw(sftp.place)
    await sftp.target.program({ status: 503 })
    await upload('/orders/slow.txt', 'slow')
    expect(await sftp.receipt('orders/slow.txt')).to.include({ state: 'accepted' })
    await sftp.gateway.end('SIGKILL')
    await sftp.target.program({ status: 200 })
    await sftp.again()
    await sftp.receipt('orders/slow.txt', ({ state }) => state === 'delivered')
    await until('nothing is followed any more', () => readdirSync(join(sftp.gateway.dir, 'data/sftp-open')).length === 0)
  })
})
