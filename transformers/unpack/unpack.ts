import { randomUUID } from 'node:crypto'
import { createWriteStream } from 'node:fs'
import { rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { gunzip } from './gzip.ts'
import { createMeter, type UnpackLimits, unpackLimits } from './limits.ts'
import { counted, isStream, type Packed, type PackedFile, type PackKind, type Unpacked } from './packed.ts'
import { metered } from './pieces.ts'
import { untar } from './tar.ts'
import { unzip } from './zip.ts'

/**
 * The files in it, one after the other, as they are unpacked: what is in memory is bounded. Throws NOT_READABLE for what is broken, cut,
 * encrypted, a link or named like a path elsewhere, and TOO_LARGE with figures at a limit; all of it where it is met, so that files before it
 * have been handed out by then.
 */
export function unpack(kind: PackKind, packed: Packed, limits: UnpackLimits = unpackLimits): AsyncIterable<Unpacked> {
  return kind === 'zip' ? unpackZip(packed, limits) : unpackers[kind](packed, limits)
}

const unpackers: Readonly<Record<Exclude<PackKind, 'zip'>, (packed: Packed, limits: UnpackLimits) => AsyncIterable<Unpacked>>> = {
  async *gzip(packed, limits) {
    const source = counted(packed)
    yield { name: '', bytes: gunzip(source, createMeter(limits, source.count)) }
  },
  tar(packed, limits) {
    const source = counted(packed)
    return untar(source.bytes, createMeter(limits, source.count))
  },
  'tar.gz'(packed, limits) {
    const source = counted(packed)
    const meter = createMeter(limits, source.count)
    return untar(gunzip(source, meter), { ...meter, unpacked: () => undefined })
  },
}

async function* unpackZip(packed: Packed, limits: UnpackLimits): AsyncIterable<Unpacked> {
  if (!isStream(packed)) {
    yield* unzip(
      packed,
      createMeter(limits, () => packed.bytes),
    )
    return
  }
  const path = join(tmpdir(), `waybill-zip-${randomUUID()}`)
  try {
    const file = await spooled(packed, path, limits)
    yield* unzip(
      file,
      createMeter(limits, () => file.bytes),
    )
  } finally {
    await rm(path, { force: true })
  }
}

/** Nothing that is packed is larger than what it may unpack to. */
async function spooled(bytes: AsyncIterable<Uint8Array>, path: string, limits: UnpackLimits): Promise<PackedFile> {
  const { bytes: read, count } = counted(bytes)
  const meter = createMeter({ ...limits, ratio: 1 }, count)
  await pipeline(Readable.from(metered(read, meter, 'zip')), createWriteStream(path, { mode: 0o600, flags: 'wx' }))
  return { path, bytes: count() }
}
