import { createReadStream } from 'node:fs'
import { GatewayError } from '../../gateway/errors.ts'
import { nameFault } from './names.ts'

/** How files are packed. */
export type PackKind = 'gzip' | 'zip' | 'tar' | 'tar.gz'

/** What packed bytes are called. */
export const packedTypes: Readonly<Record<PackKind, string>> = {
  gzip: 'application/gzip',
  zip: 'application/zip',
  tar: 'application/x-tar',
  'tar.gz': 'application/gzip',
}

/** A file on a local disk, which nobody changes meanwhile. */
export interface PackedFile {
  readonly path: string
  readonly bytes: number
}

/** Packed bytes. A zip is read from its end on: where it comes as a stream, it is put into a temporary file first. */
export type Packed = PackedFile | AsyncIterable<Uint8Array>

/** A file that was packed. */
export interface Unpacked {
  /** What the archive calls it: relative, with slashes, never to be used as a path. '' for gzip. */
  readonly name: string
  /** To be read before the next entry is asked for; what is left unread is passed over. */
  readonly bytes: AsyncIterable<Uint8Array>
}

/** What is read, and how much of it so far. */
export interface Counted {
  readonly bytes: AsyncIterable<Uint8Array>
  count(): number
}

/** False for a file; a stream of the system's may have a path as well. */
export function isStream(packed: Packed): packed is AsyncIterable<Uint8Array> {
  return Symbol.asyncIterator in packed
}

/** The packed bytes from their beginning; opened when they are first asked for. */
export function counted(packed: Packed): Counted {
  let count = 0
  async function* bytes(): AsyncIterable<Uint8Array> {
    const source = isStream(packed) ? packed : createReadStream(packed.path, { highWaterMark: PIECE })
    for await (const piece of source) {
      count += piece.length
      yield piece
    }
  }
  return { bytes: bytes(), count: () => count }
}

const PIECE = 1 << 18

/** Throws NOT_READABLE for a name that is none of a file below a folder. */
export function checkEntryName(name: string): void {
  const fault = nameFault(name)
  if (fault !== undefined) throw new GatewayError('NOT_READABLE', `the name of an entry is refused, since ${fault}: ${shown(name)}`)
}

/** A name in an error's text. */
export function shown(name: string): string {
  return JSON.stringify(name.length > 100 ? `${name.slice(0, 100)}...` : name)
}

/** What a library says of broken bytes, as NOT_READABLE; faults of the gateway and of the system that reads stay what they are. */
export function asUnreadable(error: unknown, what: string): unknown {
  if (!(error instanceof Error) || error instanceof GatewayError) return error
  if ('code' in error && !String(error.code).startsWith('Z_')) return error
  return new GatewayError('NOT_READABLE', `the ${what} cannot be unpacked: ${error.message}`, { cause: error })
}
