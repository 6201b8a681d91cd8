import { execFileSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { createReadStream, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { expect } from 'chai'
import { pack as createTar } from 'tar-stream'
import { GatewayError } from '../../../gateway/errors.ts'
import { unpackLimits } from '../../../transformers/unpack/limits.ts'
import { pack } from '../../../transformers/unpack/pack.ts'
import type { PackedFile, PackKind } from '../../../transformers/unpack/packed.ts'
import { unpack } from '../../../transformers/unpack/unpack.ts'
import { until } from '../../support/until.ts'
import { createRandom } from '../records/pieces.ts'
import { all, gathered, kinds, packing, stream } from './files.ts'

const dir = mkdtempSync(join(tmpdir(), 'waybill-unpack-'))
after(() => rmSync(dir, { recursive: true }))

function onDisk(bytes: Uint8Array): PackedFile {
  const path = join(dir, 'packed')
  writeFileSync(path, bytes)
  return { path, bytes: bytes.length }
}

async function packed(kind: PackKind, files: Readonly<Record<string, Uint8Array | string>>): Promise<Buffer> {
  return gathered(
    pack(
      kind,
      Object.entries(files).map(([name, content]) => packing(name, content)),
    ),
  )
}

async function tarOf(header: Parameters<ReturnType<typeof createTar>['entry']>[0]): Promise<Buffer> {
  const tar = createTar()
  tar.entry(header, header.type === undefined || header.type === 'file' ? 'content' : '')
  tar.finalize()
  const pieces: Uint8Array[] = []
  for await (const piece of tar) if (piece instanceof Uint8Array) pieces.push(piece)
  return Buffer.concat(pieces)
}

/** The bytes with others in place of each time that some stand in them. */
function replaced(bytes: Buffer, from: string, to: string): Buffer {
  return Buffer.from(bytes.toString('latin1').replaceAll(from, to), 'latin1')
}

const noise = randomBytes(300_000)
const contents = { 'a.csv': 'id;total\n1;2\n', 'sub/empty.txt': '', 'sub/noise.bin': noise, 'zeros.bin': Buffer.alloc(100_000) }

describe('what was packed', () => {
  for (const kind of kinds) {
    const files: Readonly<Record<string, Uint8Array | string>> = kind === 'gzip' ? { '': noise } : contents
    const toPack = kind === 'gzip' ? { 'a.csv': noise } : contents

    it(`comes out again, from a file or as a stream: ${kind}`, async () => {
      const bytes = await packed(kind, toPack)
      const expected = Object.entries(files).map(([name, content]) => [name, Buffer.from(content)])
      const file = onDisk(bytes)
      for (const from of [file, createReadStream(file.path), stream(bytes), stream(bytes, 100)]) {
        expect(await all(unpack(kind, from))).to.deep.equal({ files: expected, error: '' })
      }
    })

    it(`has the same bytes each time: ${kind}`, async () => {
      expect((await packed(kind, toPack)).equals(await packed(kind, toPack))).to.equal(true)
    })

    it(`says where it is cut, wherever that is: ${kind}`, async () => {
      const small = kind === 'gzip' ? { a: 'some text' } : { 'a.txt': 'some text', 'b.bin': Buffer.alloc(1_500) }
      const bytes = await packed(kind, small)
      // Behind the two blocks of zeros that end a tar there may be more.
      const end = kind === 'tar' ? bytes.length - 1 : bytes.length
      for (let length = 0; length < end; length += length < 600 ? 1 : 7) {
        const { error } = await all(unpack(kind, onDisk(bytes.subarray(0, length))))
        expect(error, `${length} of ${bytes.length} bytes`).to.match(/^NOT_READABLE: the (gzip|zip|tar) cannot be unpacked: /)
      }
    })

    it(`is not taken with a byte of its content changed: ${kind}`, async () => {
      if (kind === 'tar') return
      const bytes = await packed(kind, kind === 'gzip' ? { a: noise } : { 'a.bin': noise })
      bytes[10_000] = (bytes[10_000] ?? 0) ^ 1
      expect((await all(unpack(kind, onDisk(bytes)))).error).to.match(/^NOT_READABLE: /)
    })

    it(`is read or refused with bytes changed anywhere, and nothing else: ${kind}`, async () => {
      const random = createRandom(3)
      const bytes = await packed(kind, kind === 'gzip' ? { a: 'some text' } : { 'a.txt': 'some text', 'sub/b.bin': noise.subarray(0, 600) })
      for (let round = 0; round < 300; round++) {
        const changed = Buffer.from(bytes)
        for (let count = 0; count <= random(3); count++) changed[random(changed.length)] = random(256)
        const { error } = await all(unpack(kind, onDisk(changed)))
        expect(error, `round ${round}`).to.match(/^(NOT_READABLE: .*|TOO_LARGE: .*|)$/s)
      }
    })

    it(`is refused with figures where it is a bomb, and before much of it came out: ${kind}`, async () => {
      if (kind === 'tar') return
      const bytes = await gathered(pack(kind, [{ name: 'zeros', size: 64 * 1024 ** 2, bytes: zeros(64) }]))
      let count = 0
      try {
        for await (const file of unpack(kind, onDisk(bytes))) for await (const piece of file.bytes) count += piece.length
        expect.fail('it was unpacked')
      } catch (error) {
        expect(String(error)).to.match(/TOO_LARGE: \d+ packed bytes unpack to \d+ and more, over 200 times as much/)
      }
      expect(count).to.be.below(bytes.length * 200 + 1024 ** 2)
    }).timeout(20_000)

    it(`is refused above the bytes that may come out: ${kind}`, async () => {
      const bytes = await packed(kind, toPack)
      const { error } = await all(unpack(kind, onDisk(bytes), { ...unpackLimits, bytes: 200_000 }))
      expect(error).to.match(/^TOO_LARGE: more than 200000 bytes when unpacked, from \d+ packed ones/)
    })

    it(`tells what reading the packed bytes threw: ${kind}`, async () => {
      const bytes = await packed(kind, toPack)
      const failing = async function* (): AsyncIterable<Uint8Array> {
        yield bytes.subarray(0, 1_000)
        throw new GatewayError('STORE_CORRUPT', 'the body is gone')
      }
      expect((await all(unpack(kind, failing()))).error).to.equal('STORE_CORRUPT: the body is gone')
      expect((await all(unpack(kind, { path: join(dir, 'none'), bytes: 1 }))).error).to.match(/^ENOENT/)
    })

    it(`lets go of all where its reader stops in the middle: ${kind}`, async () => {
      const bytes = await packed(kind, toPack)
      const { TMPDIR } = process.env
      process.env.TMPDIR = join(dir, `own-${kind}`)
      mkdirSync(process.env.TMPDIR)
      let ended = false
      const watched = async function* (): AsyncIterable<Uint8Array> {
        try {
          yield* stream(bytes, 1_000)
        } finally {
          ended = true
        }
      }
      for await (const file of unpack(kind, watched())) {
        for await (const _ of file.bytes) break
        break
      }
      await until('the source is closed', () => ended)
      expect(readdirSync(tmpdir())).to.deep.equal([])
      if (TMPDIR === undefined) delete process.env.TMPDIR
      else process.env.TMPDIR = TMPDIR
    })

    it(`lets go of what is to be packed where its reader stops in the middle: ${kind}`, async () => {
      let open = false
      const endless = async function* (): AsyncIterable<Uint8Array> {
        open = true
        try {
          for (;;) yield noise
        } finally {
          open = false
        }
      }
      for await (const _ of pack(kind, [{ name: 'a', size: 1e9, bytes: endless() }])) break
      await until('the source is closed', () => !open)
    })

    it(`tells what reading a file to be packed threw: ${kind}`, async () => {
      const failing = async function* (): AsyncIterable<Uint8Array> {
        yield Buffer.from('a')
        throw new GatewayError('STORE_CORRUPT', 'the body is gone')
      }
      const { error } = await all(once(pack(kind, [{ name: 'a', size: 5, bytes: failing() }])))
      expect(error).to.equal('STORE_CORRUPT: the body is gone')
    })
  }
})

async function* once(bytes: AsyncIterable<Uint8Array>): AsyncIterable<{ name: string; bytes: AsyncIterable<Uint8Array> }> {
  yield { name: '', bytes }
}

async function* zeros(megabytes: number): AsyncIterable<Uint8Array> {
  const piece = Buffer.alloc(1024 ** 2)
  for (let count = 0; count < megabytes; count++) yield piece
}

describe('an archive', () => {
  for (const kind of ['zip', 'tar', 'tar.gz'] as const) {
    it(`may have files that nobody reads: ${kind}`, async () => {
      const names: string[] = []
      for await (const { name, bytes } of unpack(kind, onDisk(await packed(kind, contents)))) {
        names.push(name)
        if (name === 'sub/noise.bin') for await (const _ of bytes) break
      }
      expect(names).to.deep.equal(Object.keys(contents))
    })

    it(`has a bounded number of files: ${kind}`, async () => {
      const many = Object.fromEntries(Array.from({ length: 11 }, (_, at) => [`f${at}`, '']))
      const { error } = await all(unpack(kind, onDisk(await packed(kind, many)), { ...unpackLimits, entries: 10 }))
      expect(error).to.equal('TOO_LARGE: more than 10 entries')
    })

    const names: readonly [instead: string, why: string][] = [
      ['../xxxxxx', 'leads out|relative path'],
      ['/xxxxxxxx', 'absolute'],
      ['a/../xxxx', 'leads out|relative path'],
      ['C:/xxxxxx', 'absolute'],
      ['a\\xxxxxxx', 'backslash|invalid characters'],
      ['a\nxxxxxxx', 'control'],
    ]
    for (const [instead, why] of names) {
      it(`is refused with the name ${JSON.stringify(instead)}: ${kind}`, async () => {
        const plain = replaced(await packed(kind === 'tar.gz' ? 'tar' : kind, { PLACEHOLD: 'x' }), 'PLACEHOLD', instead)
        const bytes = kind === 'zip' ? plain : withChecksum(plain)
        const { files, error } = await all(unpack(kind, onDisk(kind === 'tar.gz' ? gzipSync(bytes) : bytes)))
        expect(files).to.deep.equal([])
        expect(error)
          .to.match(/^NOT_READABLE/)
          .and.match(new RegExp(why))
      })
    }

    it(`is written with no such name: ${kind}`, async () => {
      for (const name of ['../a', '/a', '', 'a\\b', 'a\u0000']) {
        expect((await all(once(pack(kind, [packing(name, 'x')])))).error).to.match(/^MAPPING_FAILED: no file can be packed by this name/)
      }
    })
  }

  it("by the system's own programs is read, with folders, long names and names in UTF-8", async () => {
    const folder = join(dir, 'in')
    const long = `${'long-'.repeat(30)}.txt`
    mkdirSync(join(folder, 'sub'), { recursive: true })
    for (const name of ['ä日.txt', long, 'sub/b.txt']) writeFileSync(join(folder, name), name)
    execFileSync('tar', ['-cf', join(dir, 'gnu.tar'), '-C', folder, '.'])
    execFileSync('tar', ['-czf', join(dir, 'pax.tar.gz'), '--format=pax', '-C', folder, '.'])
    execFileSync('python3', [
      '-c',
      `import shutil; shutil.make_archive(${JSON.stringify(join(dir, 'py'))}, 'zip', ${JSON.stringify(folder)})`,
    ])
    for (const [kind, file] of [
      ['tar', 'gnu.tar'],
      ['tar.gz', 'pax.tar.gz'],
      ['zip', 'py.zip'],
    ] as const) {
      const path = join(dir, file)
      const { files, error } = await all(unpack(kind, { path, bytes: statSync(path).size }))
      expect(error).to.equal('')
      expect(files.map(([name, content]) => [name.replace('./', ''), content.toString()]).sort()).to.deep.equal(
        [
          ['sub/b.txt', 'sub/b.txt'],
          [long, long],
          ['ä日.txt', 'ä日.txt'],
        ].sort(),
      )
    }
  })

  it("is read by the system's own programs", async () => {
    for (const kind of ['zip', 'tar', 'tar.gz'] as const) {
      const { path } = onDisk(await packed(kind, contents))
      const out = mkdtempSync(join(dir, 'out-'))
      if (kind === 'zip')
        execFileSync('python3', [
          '-c',
          `import zipfile; z = zipfile.ZipFile(${JSON.stringify(path)}); assert z.testzip() is None; z.extractall(${JSON.stringify(out)})`,
        ])
      else execFileSync('tar', [kind === 'tar' ? '-xf' : '-xzf', path, '-C', out])
      for (const [name, content] of Object.entries(contents))
        expect(readFileSync(join(out, name)).equals(Buffer.from(content))).to.equal(true)
    }
  })

  it('of links or devices is refused', async () => {
    for (const type of ['symlink', 'link', 'character-device', 'fifo'] as const) {
      const { error } = await all(unpack('tar', onDisk(await tarOf({ name: 'a', type, linkname: '/etc/passwd' }))))
      expect(error).to.match(/^NOT_READABLE: the entry "a" is a /)
    }
    symlinkSync('/etc/passwd', join(dir, 'link'))
    const zipLink = `import zipfile; i = zipfile.ZipInfo('a'); i.create_system = 3; i.external_attr = 0o120777 << 16; z = zipfile.ZipFile(${JSON.stringify(join(dir, 'l.zip'))}, 'w'); z.writestr(i, '/etc/passwd'); z.close()`
    execFileSync('python3', ['-c', zipLink])
    expect((await all(unpack('zip', { path: join(dir, 'l.zip'), bytes: 200 }))).error).to.match(/^NOT_READABLE: the entry "a" is a link/)
  })

  it('whose entries are all the same bytes is refused as the bomb that it is', async () => {
    const bytes = await packed('zip', { zeros: Buffer.alloc(2 * 1024 ** 2) })
    const central = bytes.indexOf('PK\u0001\u0002')
    const end = bytes.indexOf('PK\u0005\u0006')
    const entries = Array.from({ length: 1_000 }, () => bytes.subarray(central, end))
    const last = Buffer.from(bytes.subarray(end))
    for (const at of [8, 10]) last.writeUInt16LE(entries.length, at)
    last.writeUInt32LE(entries.length * (end - central), 12)
    const { files, error } = await all(unpack('zip', onDisk(Buffer.concat([bytes.subarray(0, central), ...entries, last]))))
    expect(error).to.match(/^TOO_LARGE: \d+ packed bytes unpack to \d+ and more/)
    expect(files.length).to.be.within(1, 10)
  })

  it('that is encrypted, or packed by a method that nobody knows, is refused', async () => {
    const bytes = await packed('zip', { a: 'some text' })
    const central = bytes.indexOf('PK\u0001\u0002')
    const encrypted = Buffer.from(bytes)
    encrypted[central + 8] = (encrypted[central + 8] ?? 0) | 1
    expect((await all(unpack('zip', onDisk(encrypted)))).error).to.equal('NOT_READABLE: the entry "a" is encrypted')
    const lzma = Buffer.from(bytes)
    lzma[central + 10] = 14
    expect((await all(unpack('zip', onDisk(lzma)))).error).to.match(/^NOT_READABLE: the entry "a" is packed by method 14/)
  })

  it('with a header without end is refused', async () => {
    const bytes = await tarOf({ name: 'x'.repeat(300) })
    const size = bytes.subarray(124, 136)
    size.write('77777777777\0', 'latin1')
    const { error } = await all(unpack('tar', endless(withChecksum(bytes))))
    expect(error).to.match(/^NOT_READABLE: the tar cannot be unpacked: Header exceeds max size/)
  })
})

async function* endless(first: Uint8Array): AsyncIterable<Uint8Array> {
  yield first
  for (;;) yield Buffer.alloc(65_536, 'x')
}

/** The tar with the checksum of its first header put right. */
function withChecksum(tar: Buffer): Buffer {
  const bytes = Buffer.from(tar)
  bytes.write('        ', 148, 'latin1')
  const sum = bytes.subarray(0, 512).reduce((all, byte) => all + byte, 0)
  bytes.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1')
  return bytes
}

describe('a gzip', () => {
  it('may have several members', async () => {
    const bytes = Buffer.concat([gzipSync('a'), gzipSync('b')])
    expect((await all(unpack('gzip', onDisk(bytes)))).files[0]?.[1].toString()).to.equal('ab')
  })

  it('with something behind it is refused', async () => {
    for (const rest of ['x', '\0\0\0\0']) {
      const bytes = Buffer.concat([gzipSync('a'), Buffer.from(rest)])
      expect((await all(unpack('gzip', onDisk(bytes)))).error).to.match(/^NOT_READABLE: the gzip cannot be unpacked/)
    }
  })

  it('holds one file', async () => {
    const { error } = await all(once(pack('gzip', [packing('a', 'x'), packing('b', 'y')])))
    expect(error).to.match(/^MAPPING_FAILED: a gzip holds one file/)
  })
})
