import { Readable } from 'node:stream'
import type { StoredBody } from '../../gateway/message.ts'
import type { Bodies } from '../../gateway/ports.ts'

/** Who hears how the sending goes. */
export interface Sender {
  /** The target has taken another piece. */
  progress(): void
  /** It takes too long. */
  expire(): void
}

/** What the target takes before it counts as progress. */
const PIECE = 65_536
/** The whole may take a second for each 100 KB beyond the target's own bound: 100 bytes a millisecond. */
const SLOWEST = 100

/** A stored body for undici, read as the target takes it. The sender hears of each 64 KB, and when the whole takes longer than its bound and a second for each 100 KB. */
export function streamStored(stored: StoredBody, bodies: Pick<Bodies, 'open'>, boundMs: number, sender: Sender): Readable {
  const due = performance.now() + boundMs + stored.bytes / SLOWEST
  return Readable.from(pieces(bodies.open(stored), due, sender), { objectMode: false, highWaterMark: PIECE })
}

async function* pieces(parts: AsyncIterable<Uint8Array>, due: number, sender: Sender): AsyncGenerator<Uint8Array> {
  for await (const part of parts) {
    for (let at = 0; at < part.length; at += PIECE) {
      if (performance.now() > due) return sender.expire()
      sender.progress()
      yield part.subarray(at, at + PIECE)
    }
  }
  sender.progress()
}
