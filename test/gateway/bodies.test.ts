import { mkdtempSync, readdirSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { createBodies } from '../../gateway/bodies.ts'
import type { GatewayError } from '../../gateway/errors.ts'

describe('body store', () => {
  const hello = '2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824'
  const files = (folder: string) => readdirSync(folder, { recursive: true }).filter(name => /[0-9a-f]{64}/.test(String(name)))
  const place = () => {
    const folder = mkdtempSync(join(tmpdir(), 'waybill-bodies-'))
    return { folder, bodies: createBodies(folder, { minFreeBytes: 0 }) }
  }
  async function* parts(...texts: string[]) {
    for (const text of texts) yield Buffer.from(text)
  }

  it('keeps equal bodies once, by their content', async () => {
    const { folder, bodies } = place()
    expect(await bodies.keep(parts('hel', 'lo'))).to.deep.equal({ sha256: hello, bytes: 5 })
    const path = join(folder, 'upload')
    writeFileSync(path, 'hello')
    expect(await bodies.adopt(path)).to.deep.equal({ sha256: hello, bytes: 5 })
    expect(files(folder)).to.have.length(1)
    expect(String(Buffer.from(await bodies.read({ sha256: hello, bytes: 5 }, 5)))).to.equal('hello')
  })

  it('reads from a byte on, and refuses what would fill the memory', async () => {
    const { bodies } = place()
    const body = await bodies.keep(parts('0123456789'))
    const read: Uint8Array[] = []
    for await (const part of bodies.open(body, 7)) read.push(part)
    expect(String(Buffer.concat(read))).to.equal('789')
    const refused = await bodies.read(body, 9).catch((error: GatewayError) => error.code)
    expect(refused).to.equal('TOO_LARGE')
  })

  it('leaves nothing of a body that broke off', async () => {
    const { folder, bodies } = place()
    async function* broken() {
      yield Buffer.from('some')
      throw new Error('cut')
    }
    const error = await bodies.keep(broken()).catch((one: Error) => one.message)
    expect(error).to.equal('cut')
    expect(readdirSync(join(folder, 'tmp'))).to.deep.equal([])
  })

  it('sweeps what is old and referred to by nothing', async () => {
    const { folder, bodies } = place()
    const kept = await bodies.keep(parts('kept'))
    const loose = await bodies.keep(parts('loose'))
    const young = await bodies.keep(parts('young'))
    for (const { sha256 } of [kept, loose]) utimesSync(join(folder, sha256.slice(0, 2), sha256), 1, 1)
    expect(await bodies.sweep(async hashes => hashes.filter(hash => hash === kept.sha256), Date.now())).to.equal(1)
    expect(
      files(folder)
        .map(name => String(name).slice(-64))
        .sort(),
    ).to.deep.equal([kept.sha256, young.sha256].sort())
    const gone = await bodies.read(loose, 100).catch((error: GatewayError) => error.code)
    expect(gone).to.equal('STORE_CORRUPT')
  })

  it('removes nothing that is brought again while it is swept', async () => {
    const { folder, bodies } = place()
    const path = join(folder, 'upload')
    writeFileSync(path, 'hello')
    for (let round = 0; round < 400; round++) {
      await bodies.adopt(path, hello)
      utimesSync(join(folder, '2c', hello), 1, 1)
      // so that the removal meets each step of the bringing
      const referenced = async () => {
        for (let turn = 0; turn < round % 10; turn++) await new Promise(resolve => setImmediate(resolve))
        return []
      }
      const [, body] = await Promise.all([bodies.sweep(referenced, Date.now()), bodies.adopt(path, hello)])
      expect(await bodies.read(body, 5)).to.have.length(5)
    }
  })

  it('takes nothing that would leave less room on its disk than it must', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'waybill-bodies-'))
    const bodies = createBodies(folder, { minFreeBytes: Number.MAX_SAFE_INTEGER })
    const refused = await bodies.keep(parts('much')).catch((error: GatewayError) => error)
    expect(refused).to.include({ code: 'OVERLOADED' })
    expect(readdirSync(join(folder, 'tmp'))).to.deep.equal([])
  })

  it('forgets what was half written when its process ended', () => {
    const { folder } = place()
    writeFileSync(join(folder, 'tmp', 'half'), 'some')
    createBodies(folder, { minFreeBytes: 0 })
    expect(readdirSync(join(folder, 'tmp'))).to.deep.equal([])
  })
})
