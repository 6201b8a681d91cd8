import { expect } from 'chai'
import type { ReadRecord, RecordFormat } from '../../../transformers/format.ts'

/** Numbers in [0, 1) that are the same each time (mulberry32). */
export function randomOf(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

/** A whole number from 0 up to below the bound. */
export function below(bound: number, random: () => number): number {
  return Math.floor(random() * bound)
}

/** The bytes of a sequence of records. */
export function written(format: RecordFormat, bodies: readonly unknown[], header?: unknown): Buffer {
  const writer = format.writer()
  const pieces = [writer.open(header), ...bodies.map(body => writer.record(body)), writer.close()]
  return Buffer.concat(pieces)
}

/** What a new reader finds, where the bytes come in these pieces. */
export function readAll(format: RecordFormat, pieces: readonly Uint8Array[]): ReadRecord[] {
  const reader = format.reader()
  return [...pieces.flatMap(piece => reader.push(piece)), ...reader.end()]
}

/** Cuts bytes at random places; some pieces are empty, some a byte. */
export function cutAt(bytes: Uint8Array, random: () => number): Uint8Array[] {
  const pieces: Uint8Array[] = []
  const most = 2 + below(40, random)
  for (let at = 0; at < bytes.length; ) {
    const end = Math.min(bytes.length, at + below(most, random))
    pieces.push(bytes.subarray(at, end))
    at = end
  }
  return pieces
}

/** Writes the records, reads them wherever the pieces are cut, and expects them as they were, counted, in their places. */
export function expectRoundTrip(
  format: RecordFormat,
  bodies: readonly unknown[],
  { seed, header }: { seed: number; header?: unknown },
): void {
  const random = randomOf(seed)
  const bytes = written(format, bodies, header)
  const whole = readAll(format, [bytes])
  expect(whole.map(({ body, error }) => error?.detail ?? body)).to.deep.equal(bodies)
  expect(whole.map(({ number }) => number)).to.deep.equal(bodies.map((_, index) => index + 1))
  for (const { raw, number } of whole) expect(bytes.includes(Buffer.from(raw)), `record ${number} is in the bytes as it is`).to.equal(true)
  const plain = whole.map(shown)
  expect(
    readAll(
      format,
      Array.from(bytes, byte => Uint8Array.of(byte)),
    ).map(shown),
    'byte by byte',
  ).to.deep.equal(plain)
  for (let round = 0; round < 3; round++) expect(readAll(format, cutAt(bytes, random)).map(shown), 'cut at random').to.deep.equal(plain)
}

function shown({ raw, ...rest }: ReadRecord): unknown {
  return { ...rest, raw: Buffer.from(raw).toString('hex') }
}
