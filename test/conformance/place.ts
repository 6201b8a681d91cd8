import { randomBytes } from 'node:crypto'
import { expect } from 'chai'
import type { Place } from '../../adapters/files/place.ts'
import { GatewayError } from '../../gateway/errors.ts'
import { rejection } from '../support/rejection.ts'

/** A place in a folder that is empty, and one that is not there. */
export interface OpenedPlace {
  readonly place: Place
  /** The same, as another program sees it. */
  readonly other: Place
  /** The same kind, whose server or folder cannot be used. */
  readonly gone: () => Promise<Place>
  close(): Promise<void>
}

/** What every Place promises. */
export function placeConformance(name: string, open: () => Promise<OpenedPlace>): void {
  describe(`${name} keeps a place's promises`, () => {
    let opened: OpenedPlace
    let place: Place
    beforeEach(async () => {
      opened = await open()
      place = opened.place
    })
    afterEach(() => opened.close())

    const put = (path: string, text: string | Uint8Array) => place.write(path, one(Buffer.from(text)))
    const get = async (path: string, from = 0) => (await bytesOf(place.read(path, from))).toString()
    const paths = async (folder: string, recursive: boolean) => (await place.list(folder, recursive)).map(({ path }) => path).sort()

    it('lists plain files with their sizes and times, those of folders below only where asked', async () => {
      await place.makeFolder('in/deep/er')
      await put('in/a.csv', 'abc')
      await put('in/deep/er/b.csv', '')
      expect(await paths('in', false)).to.deep.equal(['in/a.csv'])
      expect(await paths('in', true)).to.deep.equal(['in/a.csv', 'in/deep/er/b.csv'])
      expect(await paths('', true)).to.deep.equal(['in/a.csv', 'in/deep/er/b.csv'])
      const [file] = await place.list('in', false)
      expect(file?.bytes).to.equal(3)
      expect(file?.modifiedAt).to.be.within(Date.now() - 60_000, Date.now() + 2_000)
    })

    it('knows a folder that is not there as empty, and a file that is not there as nothing', async () => {
      expect(await place.list('nowhere', true)).to.deep.equal([])
      expect(await place.stat('nowhere/x')).to.equal(undefined)
      await place.makeFolder('folder')
      expect(await place.stat('folder')).to.equal(undefined)
    })

    it('reads what was written, whole and from any byte on', async () => {
      const bytes = randomBytes(1_000_003)
      await place.write('large', parts(bytes, 77_777))
      expect((await place.stat('large'))?.bytes).to.equal(bytes.length)
      expect((await bytesOf(place.read('large', 0))).equals(bytes)).to.equal(true)
      for (const from of [1, 32_768, 999_999, bytes.length, bytes.length + 5])
        expect((await bytesOf(place.read('large', from))).equals(bytes.subarray(from)), `from ${from}`).to.equal(true)
    })

    it('can be left in the middle of a file', async () => {
      await place.write('large', parts(randomBytes(500_000), 50_000))
      for await (const part of place.read('large', 0)) {
        expect(part.length).to.be.above(0)
        break
      }
      expect((await place.stat('large'))?.bytes).to.equal(500_000)
    })

    it('replaces a file by a shorter one', async () => {
      await put('x', 'a long text')
      await put('x', 'short')
      expect(await get('x')).to.equal('short')
    })

    it('passes on what the bytes of a file that is written end with', async () => {
      const error = await place.write('broken', breaking()).catch((caught: unknown) => caught)
      expect(String(error)).to.match(/the source broke/)
      await put('x', 'fine')
      expect(await get('x')).to.equal('fine')
    })

    it('renames, over another file only where that is asked for', async () => {
      await put('a', 'A')
      await put('b', 'B')
      expect(await rejection(place.rename('a', 'b', false))).to.include({ permanent: true })
      expect([await get('a'), await get('b')]).to.deep.equal(['A', 'B'])
      await place.rename('a', 'b', true)
      expect(await get('b')).to.equal('A')
      await place.rename('b', 'c', false)
      expect(await paths('', true)).to.deep.equal(['c'])
    })

    it('gives a file to one of two that rename it at once, and leaves nothing to the other', async () => {
      for (let round = 0; round < 20; round++) {
        await put('prize', 'P')
        const ends = await Promise.allSettled([place.rename('prize', 'mine', true), opened.other.rename('prize', 'yours', true)])
        expect(ends.filter(({ status }) => status === 'fulfilled')).to.have.length(1)
        const [left = ''] = await paths('', false)
        expect(await paths('', false)).to.deep.equal([left])
        await place.remove(left)
      }
    })

    it('lets one of two make a name, and loses neither file', async () => {
      for (let round = 0; round < 20; round++) {
        await Promise.all([put('a', 'A'), put('b', 'B')])
        const ends = await Promise.allSettled([place.rename('a', 'name', false), opened.other.rename('b', 'name', false)])
        expect(ends.filter(({ status }) => status === 'fulfilled')).to.have.length(1)
        const left = await paths('', false)
        expect([...(await Promise.all(left.map(path => get(path))))].sort()).to.deep.equal(['A', 'B'])
        for (const path of left) await place.remove(path)
      }
    })

    it('removes, and has removed what is not there', async () => {
      await put('x', '1')
      await place.remove('x')
      await place.remove('x')
      expect(await place.stat('x')).to.equal(undefined)
    })

    it('makes folders with those above, also at once and again', async () => {
      await Promise.all([place.makeFolder('a/b/c'), place.makeFolder('a/b/d'), place.makeFolder('a/b/c')])
      await place.makeFolder('a/b/c')
      await put('a/b/c/x', '1')
      await put('a/b/d/y', '2')
      expect(await paths('a', true)).to.deep.equal(['a/b/c/x', 'a/b/d/y'])
    })

    it('refuses to read, write or rename where nothing is', async () => {
      expect(await rejection(bytesOf(place.read('nothing', 0)))).to.include({ code: 'TARGET_REFUSED' })
      expect(await rejection(put('no/folder/x', '1'))).to.include({ code: 'TARGET_REFUSED' })
      expect(await rejection(place.rename('nothing', 'else', false))).to.include({ code: 'TARGET_REFUSED' })
    })

    it('bears names that shells do not', async () => {
      for (const path of ["it's", 'a b', 'ünï✓', '*.csv', '-rf', 'x;y', '#1']) {
        await put(path, path)
        expect(await get(path)).to.equal(path)
        expect(await paths('', false)).to.deep.equal([path])
        await place.remove(path)
      }
    })

    it('says so where it cannot be used', async () => {
      const gone = await opened.gone()
      expect(await rejection(gone.write('x', one(Buffer.from('1'))))).to.be.instanceOf(GatewayError)
    })
  })
}

async function bytesOf(bytes: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const all: Uint8Array[] = []
  for await (const part of bytes) all.push(part)
  return Buffer.concat(all)
}

async function* one(body: Uint8Array): AsyncGenerator<Uint8Array> {
  yield body
}

async function* parts(body: Uint8Array, bytes: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < body.length; at += bytes) yield body.subarray(at, at + bytes)
}

async function* breaking(): AsyncGenerator<Uint8Array> {
  yield Buffer.from('half')
  throw new Error('the source broke')
}
