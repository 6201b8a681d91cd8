import type { Packing } from '../../../transformers/unpack/pack.ts'
import type { PackKind, Unpacked } from '../../../transformers/unpack/packed.ts'

export const kinds: readonly PackKind[] = ['gzip', 'zip', 'tar', 'tar.gz']

/** Bytes in pieces of that size, as a stream. */
export async function* stream(bytes: Uint8Array, most = 65_536): AsyncIterable<Uint8Array> {
  for (let at = 0; at < bytes.length; at += most) yield bytes.subarray(at, at + most)
}

/** A file to be packed. */
export function packing(name: string, content: Uint8Array | string): Packing {
  const bytes = Buffer.from(content)
  return { name, size: bytes.length, bytes: stream(bytes) }
}

/** All of a stream. */
export async function gathered(bytes: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const pieces: Uint8Array[] = []
  for await (const piece of bytes) pieces.push(piece)
  return Buffer.concat(pieces)
}

/** The files that come out, and the error that ended it: `CODE: detail`. */
export async function all(
  files: AsyncIterable<Unpacked>,
): Promise<{ readonly files: readonly [string, Buffer][]; readonly error: string }> {
  const found: [string, Buffer][] = []
  try {
    for await (const { name, bytes } of files) found.push([name, await gathered(bytes)])
  } catch (error) {
    return { files: found, error: error instanceof Error ? error.message : String(error) }
  }
  return { files: found, error: '' }
}
