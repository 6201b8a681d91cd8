import { spawnSync } from 'node:child_process'
import { mkdtempSync, writeFileSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { accept, bytes, change, plan } from '../../conformance/store-support.ts'
import { until } from '../../support/until.ts'
import { createPlace, startWriter, writerFile } from './place.ts'

describe('SQLite on a disk that fails', () => {
  let folder: string
  let mounted = false
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'waybill-store-'))
  })
  afterEach(async () => {
    if (mounted) spawnSync('umount', [folder])
    mounted = false
    await rm(folder, { recursive: true, force: true })
  })

  it('refuses what does not fit on a full disk, goes on, and takes messages when there is room', async function () {
    const { status, stderr, error } = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=4m', 'waybill-test', folder])
    if (status !== 0) return skip(this, `a small file system cannot be mounted here: ${error?.message ?? String(stderr).trim()}`)
    mounted = true
    const store = await createPlace(folder).open()
    const [small] = await accept(store, plan())
    const refused = await store.accept([plan({ body: new Uint8Array(8_000_000) })], 'store').catch((error: unknown) => error)
    expect(refused).to.include({ code: 'STORE_UNAVAILABLE' })
    expect(String(refused)).to.match(/full/)
    expect(store.fill().ok).to.equal(true)
    expect(store.fill().detail).to.match(/full/)
    expect(await accept(store, plan())).to.have.length(1)
    if (small) await store.settle([change(small)])
    expect(store.fill()).to.include({ ok: true, detail: 'well', queued: 1 })
    expect(await store.balance()).to.deep.include({ balanced: true, messages: 2 })
    await store.close()
  })

  it('trusts nothing after a sync that failed: all is refused from then on, and what was told is kept', async function () {
    const inject = ['-f', '-qq', '-o', '/dev/null', '-e', 'trace=fsync,fdatasync', '-e', 'inject=fsync,fdatasync:error=EIO:when=40+']
    if (spawnSync('strace', ['-qq', '-o', '/dev/null', 'true']).status !== 0)
      return skip(this, 'strace, which fails the sync, does not run here')
    const writer = startWriter(['strace', ...inject, process.execPath, writerFile, folder])
    try {
      await until('the writer tells what went wrong', () => writer.ids.find(line => line.startsWith('ok=')), 20_000)
    } finally {
      writer.kill()
      await writer.ended
    }
    expect(writer.ids.filter(line => line.startsWith('ok='))).to.deep.equal(['ok=false again=STORE_UNAVAILABLE'])
    expect(writer.ids.find(line => line.startsWith('error='))).to.match(
      /^error=STORE_UNAVAILABLE: .*disk I\/O error \(SQLITE_IOERR_FSYNC\)/,
    )
    const told = writer.ids.filter(line => !line.includes('='))
    const store = await createPlace(folder).open()
    const receipts = await Promise.all(told.map(id => store.receipt(id)))
    expect(receipts.filter(receipt => receipt === undefined)).to.deep.equal([])
    await store.close()
  })

  it('says that the file is no database, and changes nothing in it', async () => {
    writeFileSync(join(folder, 'store.db'), bytes('this is a text, not a database. '.repeat(99)))
    const refused = await createPlace(folder)
      .open()
      .catch((error: unknown) => error)
    expect(refused).to.include({ code: 'STORE_CORRUPT' })
  })
})

function skip(context: Mocha.Context, reason: string): never {
  console.log(`      skipped: ${reason}`)
  return context.skip()
}
