import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { localPlace } from '../../../adapters/files/local-place.ts'
import type { Place } from '../../../adapters/files/place.ts'
import { sendOptions } from '../../../adapters/files/send-options.ts'
import { createFileSender } from '../../../adapters/files/sender.ts'
import { GatewayError } from '../../../gateway/errors.ts'
import { resolveOptions } from '../../../gateway/options.ts'
import { unpack } from '../../../transformers/unpack/unpack.ts'
import { noBodies } from '../../support/bodies.ts'
import { deliveryOf } from '../../support/delivery.ts'

describe('a sender of files', () => {
  let dir: string
  const { signal } = new AbortController()
  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'waybill-sender-'))
  })
  afterEach(() => rmSync(dir, { recursive: true, force: true }))

  const there = (folder = '') => readdirSync(join(dir, folder)).sort()
  const text = (path: string) => readFileSync(join(dir, path), 'utf8')

  function senderOf(given: Readonly<Record<string, unknown>> = {}, change: (place: Place) => Place = place => place) {
    const options = resolveOptions({ type: 'object', properties: sendOptions }, { folder: 'x', ...given })
    const openPlace = async () => change(localPlace(dir))
    return createFileSender({ name: 'bank', options: { ...options, folder: '' }, openPlace, bodies: noBodies, close: async () => {} })
  }

  async function send(name: string, body: string, sender = senderOf()): Promise<GatewayError | undefined> {
    try {
      await sender.send(deliveryOf({ body: Buffer.from(body), params: { name } }), signal)
      return undefined
    } catch (error) {
      if (error instanceof GatewayError) return error
      throw error
    }
  }

  it('writes a file under another name, then gives it its own', async () => {
    const steps: string[] = []
    const sender = senderOf({}, place => ({
      ...place,
      async rename(...args) {
        steps.push(...there())
        await place.rename(...args)
      },
    }))
    expect(await send('a.csv', 'A', sender)).to.equal(undefined)
    expect(steps).to.deep.equal(['.a.csv.part'])
    expect([there(), text('a.csv')]).to.deep.equal([['a.csv'], 'A'])
  })

  it('has sent what is there with the same content, and leaves no half of it', async () => {
    writeFileSync(join(dir, 'a.csv'), 'A')
    writeFileSync(join(dir, '.a.csv.part'), 'A')
    expect(await send('a.csv', 'A', senderOf({ exists: 'number' }))).to.equal(undefined)
    expect(there()).to.deep.equal(['a.csv'])
  })

  it('does with a file of another content what `exists` says', async () => {
    for (const exists of ['fail', 'number', 'number', 'replace']) {
      if (exists === 'fail') writeFileSync(join(dir, 'a.csv'), 'old')
      const error = await send('a.csv', `new by ${exists}${there().length}`, senderOf({ exists }))
      expect(error?.code).to.equal(exists === 'fail' ? 'TARGET_REFUSED' : undefined)
      if (exists === 'fail') expect(text('a.csv')).to.equal('old')
    }
    expect(there()).to.deep.equal(['a-2.csv', 'a-3.csv', 'a.csv'])
    expect(['a-2.csv', 'a-3.csv', 'a.csv'].map(text)).to.deep.equal(['new by number1', 'new by number2', 'new by replace3'])
  })

  it('packs a file, the same each time, so that one that was sent is known', async () => {
    for (const pack of ['gzip', 'zip'] as const) {
      const name = pack === 'gzip' ? 'a.csv.gz' : 'a.csv.zip'
      expect(await send(name, 'A,1', senderOf({ pack, verify: 'hash' }))).to.equal(undefined)
      expect(await send(name, 'A,1', senderOf({ pack }))).to.equal(undefined)
      expect(await send(name, 'A,2', senderOf({ pack }))).to.include({ code: 'TARGET_REFUSED' })
      const entries: string[] = []
      for await (const { name: inner, bytes } of unpack(pack, { path: join(dir, name), bytes: statSync(join(dir, name)).size })) {
        for await (const part of bytes) entries.push(`${inner} ${Buffer.from(part)}`)
      }
      expect(entries).to.deep.equal([pack === 'gzip' ? ' A,1' : 'a.csv A,1'])
    }
    await senderOf({ pack: 'gzip' }).send(deliveryOf({ body: Buffer.from('x'), contentType: 'text/csv' }), signal)
    expect(there().some(one => one.endsWith('.csv.gz') && one !== 'a.csv.gz')).to.equal(true)
  })

  it('looks again where a file of its name comes while it writes', async () => {
    const sender = senderOf({ exists: 'number' }, place => ({
      ...place,
      async write(path, bytes) {
        await place.write(path, bytes)
        if (!existsSync(join(dir, 'a'))) writeFileSync(join(dir, 'a'), 'of another')
      },
    }))
    expect(await send('a', 'A', sender)).to.include({ permanent: false })
    expect(await send('a', 'A', sender)).to.equal(undefined)
    expect([text('a'), text('a-2')]).to.deep.equal(['of another', 'A'])
  })

  it('gives no name to a file that does not read back as it was written', async () => {
    for (const verify of ['size', 'hash']) {
      const sender = senderOf({ verify }, place => ({ ...place, write: path => place.write(path, torn(verify === 'size' ? 'A' : 'AC')) }))
      expect(await send('a.csv', 'AB', sender)).to.include({ permanent: false })
      expect(there()).to.deep.equal(['.a.csv.part'])
    }
  })

  it('makes folders only where told, and a done-file once the file has its name', async () => {
    expect(await send('north/a.csv', 'A')).to.include({ code: 'TARGET_REFUSED' })
    expect(await send('north/a.csv', 'A', senderOf({ makeFolders: true, doneFile: true }))).to.equal(undefined)
    expect(there('north')).to.deep.equal(['a.csv', 'a.csv.done'])
    expect(text('north/a.csv.done')).to.equal('')
  })

  it('writes files of one name one after another', async () => {
    const sender = senderOf({ exists: 'number' })
    const errors = await Promise.all(['A', 'B', 'C', 'D', 'A'].map(body => send('x', body, sender)))
    expect(errors.filter(error => error)).to.deep.equal([])
    expect(there().map(text).sort()).to.deep.equal(['A', 'B', 'C', 'D'])
  })
})

async function* torn(body: string): AsyncGenerator<Uint8Array> {
  yield Buffer.from(body)
}
