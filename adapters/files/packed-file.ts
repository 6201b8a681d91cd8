import { createHash } from 'node:crypto'
import { basename } from 'node:path/posix'
import { pack } from '../../transformers/unpack/pack.ts'

/** What is written into a file. */
export interface Content {
  readonly bytes: number
  /** SHA-256 in hex. */
  readonly sha256: string
  /** From the beginning, each time. */
  read(): AsyncIterable<Uint8Array>
}

const ENDINGS = { gzip: '.gz', zip: '.zip' } as const

/** The ending of a packed file's name. */
export function packedEnding(kind: keyof typeof ENDINGS): string {
  return ENDINGS[kind]
}

/** The same content packed, for a file of this path; it is packed once to know its size and hash, and again to be written. */
export async function packedContent(kind: keyof typeof ENDINGS, path: string, { bytes: size, read }: Content): Promise<Content> {
  const name = basename(path, ENDINGS[kind])
  const packed = () => pack(kind, [{ name, size, bytes: read() }])
  const hash = createHash('sha256')
  let bytes = 0
  for await (const part of packed()) {
    hash.update(part)
    bytes += part.length
  }
  return { bytes, sha256: hash.digest('hex'), read: packed }
}
