import type { Message } from './message.ts'
import { onePiece } from './one-piece.ts'
import type { Bodies, Routes, SplitRecord } from './ports.ts'

/** How long a reading is kept open for who goes on with it. */
const KEPT_MS = 60_000

/** A message's records in pieces, in order; those before `from` may be left out. */
export type Reread = (whole: Message, from: number) => AsyncIterable<readonly SplitRecord[]>

/** One message that is being read. */
interface Reading {
  readonly id: string
  readonly pieces: AsyncIterator<readonly SplitRecord[]>
  piece: readonly SplitRecord[]
}

/** Reads records of split messages again. Who asks for later ones of the message that was read last goes on where that stopped, so that a large one is read once for all of its pages. */
export function createReread({
  routes,
  bodies,
}: {
  readonly routes: Pick<Routes, 'split'>
  readonly bodies: Pick<Bodies, 'open'>
}): Reread {
  let kept: Reading | undefined
  let timer: NodeJS.Timeout | undefined

  function begin(whole: Message): Reading {
    const bytes = whole.stored ? bodies.open(whole.stored) : onePiece(whole.body)
    return { id: whole.id, pieces: routes.split(whole).read(bytes)[Symbol.asyncIterator](), piece: [] }
  }

  /** Nobody else has it meanwhile. */
  function take(id: string, from: number): Reading | undefined {
    const reading = kept
    if (reading?.id !== id || (reading.piece[0]?.number ?? Number.POSITIVE_INFINITY) > from) return undefined
    kept = undefined
    return reading
  }

  async function keep(reading: Reading | undefined): Promise<void> {
    clearTimeout(timer)
    const before = kept
    kept = reading
    if (reading) timer = setTimeout(() => void keep(undefined), KEPT_MS).unref()
    await before?.pieces.return?.()
  }

  return async function* (whole, from) {
    const reading = take(whole.id, from) ?? begin(whole)
    let ended = false
    try {
      for (;;) {
        if (reading.piece.length > 0) yield reading.piece
        ended = true
        const next = await reading.pieces.next()
        if (next.done) return
        ended = false
        reading.piece = next.value
      }
    } finally {
      if (!ended) await keep(reading)
    }
  }
}
