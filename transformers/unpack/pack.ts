import { PassThrough, Readable } from 'node:stream'
import { finished, pipeline } from 'node:stream/promises'
import { createGzip } from 'node:zlib'
import { pack as createTar } from 'tar-stream'
import { ZipFile } from 'yazl'
import { GatewayError } from '../../gateway/errors.ts'
import { nameFault } from './names.ts'
import { type PackKind, shown } from './packed.ts'
import { bytesOf } from './pieces.ts'

/** A file that is to be packed. */
export interface Packing {
  /** Relative, with slashes; gzip does not keep it. */
  readonly name: string
  /** How many bytes there are: tar must know it before they come. */
  readonly size: number
  readonly bytes: AsyncIterable<Uint8Array>
}

type Packings = AsyncIterable<Packing> | Iterable<Packing>

/** The packed bytes, as they are read. The same files give the same bytes: no time is in them. Throws MAPPING_FAILED for a name that `unpack` would refuse and for more or less than one file in a gzip; else what reading the files throws. */
export function pack(kind: PackKind, files: Packings): AsyncIterable<Uint8Array> {
  return packers[kind](named(files))
}

const packers: Readonly<Record<PackKind, (files: AsyncIterable<Packing>) => AsyncIterable<Uint8Array>>> = {
  gzip: files => zipped(only(files)),
  'tar.gz': files => zipped(tarred(files)),
  tar: tarred,
  zip: zippedUp,
}

/** What is packed has no time of its own; the first that a zip can have. */
const TIME = new Date(1980, 0, 1)
const MODE = 0o100644

async function* named(files: Packings): AsyncIterable<Packing> {
  for await (const file of files) {
    const fault = nameFault(file.name)
    if (fault !== undefined)
      throw new GatewayError('MAPPING_FAILED', `no file can be packed by this name, since ${fault}: ${shown(file.name)}`)
    yield file
  }
}

async function* only(files: AsyncIterable<Packing>): AsyncIterable<Uint8Array> {
  let count = 0
  for await (const { bytes } of files) {
    if (++count > 1) throw new GatewayError('MAPPING_FAILED', 'a gzip holds one file; pack several as tar.gz or zip')
    yield* bytes
  }
  if (count === 0) throw new GatewayError('MAPPING_FAILED', 'a gzip holds one file, and there is none')
}

function zipped(bytes: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
  const zip = createGzip()
  return fed(zip, signal => pipeline(Readable.from(bytes), zip, { signal }))
}

function tarred(files: AsyncIterable<Packing>): AsyncIterable<Uint8Array> {
  const tar = createTar()
  return fed(tar, async signal => {
    for await (const { name, size, bytes } of files) {
      await pipeline(Readable.from(bytes), tar.entry({ name, size, mtime: TIME, mode: MODE & 0o777 }), { signal })
    }
    tar.finalize()
  })
}

function zippedUp(files: AsyncIterable<Packing>): AsyncIterable<Uint8Array> {
  const zip = new ZipFile()
  const out = new PassThrough()
  zip.outputStream.pipe(out)
  zip.on('error', error => out.destroy(error))
  return fed(out, async signal => {
    for await (const { name, size, bytes } of files) {
      const content = Readable.from(bytes, { objectMode: false, signal })
      zip.addReadStream(content, name, { size, mtime: TIME, mode: MODE, forceDosTimestamp: true })
      await finished(content)
    }
    zip.end()
  })
}

/** What a stream gives while it is fed. Its reader is told what feeding throws; where that stops in the middle, feeding stops as well. */
async function* fed(
  stream: AsyncIterable<unknown> & { destroy(error: Error): void },
  feed: (signal: AbortSignal) => Promise<void>,
): AsyncIterable<Uint8Array> {
  const stop = new AbortController()
  const feeding = feed(stop.signal).catch(error => stream.destroy(error instanceof Error ? error : new Error(String(error))))
  try {
    yield* bytesOf(stream)
  } finally {
    stop.abort()
    await feeding
  }
}
