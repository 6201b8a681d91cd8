import { pipeline, Readable } from 'node:stream'
import { createGunzip } from 'node:zlib'
import { GatewayError } from '../../gateway/errors.ts'
import type { Meter } from './limits.ts'
import type { Counted } from './packed.ts'
import { metered } from './pieces.ts'

const PIECE = 1 << 16

/** The bytes of a gzip file (RFC 1952), of all its members. Throws NOT_READABLE where it is cut, broken or has something behind it. */
export async function* gunzip(packed: Counted, meter: Meter): AsyncIterable<Uint8Array> {
  const unzip = createGunzip({ chunkSize: PIECE })
  const unpacked = pipeline(Readable.from(packed.bytes), unzip, () => undefined)
  yield* metered(unpacked, meter, 'gzip')
  const rest = packed.count() - unzip.bytesWritten
  if (packed.count() === 0) throw new GatewayError('NOT_READABLE', 'the gzip cannot be unpacked: it is empty')
  if (rest > 0) throw new GatewayError('NOT_READABLE', `the gzip cannot be unpacked: ${rest} bytes stand behind its end`)
}
