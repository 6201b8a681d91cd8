import type { ReadRecord, RecordFormat, RecordReader } from '../../../transformers/format.ts'

export type Random = (bound: number) => number

/** The same sequence for the same seed, so that a failure can be seen again. */
export function createRandom(seed: number): Random {
  let state = seed
  return bound => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return (state >>> 8) % bound
  }
}

/** The bytes in pieces of 1 to `most` bytes. */
export function* piecesOf(bytes: Uint8Array, random: Random, most = 7): Iterable<Uint8Array> {
  for (let at = 0; at < bytes.length; ) {
    const end = at + 1 + random(most)
    yield bytes.subarray(at, end)
    at = end
  }
}

/** What a reader made of pieces: its records, and what it threw. */
export interface ReadAll {
  readonly records: readonly ReadRecord[]
  readonly error?: unknown
  readonly header: unknown
}

/** Pushes all pieces; the buffer of each is overwritten afterwards, since a reader must keep nothing of it. */
export function readAll(reader: RecordReader, pieces: Iterable<Uint8Array>): ReadAll {
  const records: ReadRecord[] = []
  try {
    for (const piece of pieces) {
      const lent = Uint8Array.from(piece)
      for (const record of reader.push(lent)) records.push(record)
      lent.fill(0x2a)
    }
    for (const record of reader.end()) records.push(record)
  } catch (error) {
    return { records, error, header: reader.header }
  }
  return { records, header: reader.header }
}

/** The file that a writer makes of records. */
export function written({ writer }: RecordFormat, bodies: readonly unknown[], header?: unknown): Buffer {
  const { open, record, close } = writer()
  return Buffer.concat([open(header), ...bodies.map(record), close()])
}
