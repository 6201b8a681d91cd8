import { GatewayError } from '../../../gateway/errors.ts'
import { bufferOf } from '../charset.ts'
import type { Charset } from '../charsets.ts'

/** Bytes that come in pieces, of which some are kept for later. */
export interface Pieces {
  /** All that is there, to be looked at; undefined where it is not yet worth it. The byte order mark at the beginning is left out. */
  add(piece: Uint8Array): Buffer | undefined
  all(): Buffer
  keep(rest: Buffer): void
}

/** A rest up to this is looked at with each piece that comes; behind a longer one, half as much again must have come: else a long record in small pieces would cost its square. */
const SMALL = 4_096
const LONGEST_MARK = 3

/** Pieces of one sequence. */
export function createPieces(charset: Charset): Pieces {
  let kept: Buffer = Buffer.alloc(0)
  let pieces: Uint8Array[] = []
  let added = 0
  let begun = false
  const all = (): Buffer => {
    const bytes = joined(kept, pieces)
    pieces = []
    added = 0
    if (begun) return bytes
    begun = true
    return bytes.subarray(markLength(charset, bytes))
  }
  return {
    all,
    add(piece) {
      pieces.push(piece)
      added += piece.length
      const early = begun ? kept.length > SMALL && added < kept.length / 2 : added < LONGEST_MARK
      return early ? undefined : all()
    },
    keep(rest) {
      kept = rest
    },
  }
}

function joined(kept: Buffer, pieces: readonly Uint8Array[]): Buffer {
  const [only] = pieces
  return kept.length === 0 && only && pieces.length === 1 ? bufferOf(only) : Buffer.concat([kept, ...pieces])
}

const MARKS: readonly [name: string, bytes: Buffer][] = [
  ['utf-8', Buffer.from([0xef, 0xbb, 0xbf])],
  ['utf-16le', Buffer.from([0xff, 0xfe])],
  ['utf-16be', Buffer.from([0xfe, 0xff])],
]

function markLength({ name }: Charset, head: Buffer): number {
  const [marked, mark] = MARKS.find(([, bytes]) => bytes.equals(head.subarray(0, bytes.length))) ?? []
  if (!mark || name === 'cp037' || name === 'cp500') return 0
  if (marked === name) return mark.length
  throw new GatewayError('NOT_READABLE', `it begins with the byte order mark of ${marked}, and the charset of the format is ${name}`)
}
