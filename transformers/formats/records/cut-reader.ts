import { GatewayError } from '../../../gateway/errors.ts'
import { RECORD_BYTES, type ReadRecord, type RecordReader } from '../../format.ts'
import type { Charset } from '../charsets.ts'
import { createPieces } from './pieces.ts'
import { recordReader } from './reader.ts'

/** How units (see Charset) are cut into records: one for each sequence, since it counts lines and knows the header. What any of it throws keeps the rest from being read. */
export interface Cutter {
  /** New units, which begin where the next record does: places in the last ones mean nothing any more. */
  window(units: string): void
  /** Where what begins at `at` ends, behind its line's end; -1 where its end is not there yet. `last`: nothing follows the units. */
  end(at: number, last: boolean): number
  /** What the last `end` found; undefined where it is no record. */
  record(number: number, raw: Uint8Array): ReadRecord | undefined
  /** Where the next record begins, for people: `line 7`. */
  place(): string
  /** What may be wrong with a record that does not end. */
  readonly endless: string
  /** What came before the first record. */
  header?(): unknown
  /** All has been read. */
  close?(): void
}

/** A reader of records with at most RECORD_BYTES and one piece in memory. What was pushed may not be changed any more: records are views of it. */
export function createCutReader(charset: Charset, cutter: Cutter): RecordReader {
  const pieces = createPieces(charset)
  let count = 0
  const take = (bytes: Buffer, last: boolean, found: ReadRecord[]): void => {
    const end = cutAll({ charset, cutter, bytes, last }, found, count)
    pieces.keep(bytes.subarray(end))
    count += found.length
  }
  return recordReader({
    push(piece, found) {
      const bytes = pieces.add(piece)
      if (bytes) take(bytes, false, found)
    },
    end(found) {
      take(pieces.all(), true, found)
      cutter.close?.()
    },
    get header() {
      return cutter.header?.()
    },
  })
}

interface Cutting {
  readonly charset: Charset
  readonly cutter: Cutter
  readonly bytes: Buffer
  readonly last: boolean
}

/** Cuts what is whole; returns where the rest begins. */
function cutAll({ charset, cutter, bytes, last }: Cutting, found: ReadRecord[], before: number): number {
  const { width } = charset
  const units = charset.units(bytes)
  cutter.window(units)
  let at = 0
  while (at < units.length) {
    const end = cutter.end(at, last)
    if ((end < 0 ? units.length : end) - at > RECORD_BYTES / width) throw tooLong(cutter)
    if (end < 0) break
    const record = cutter.record(before + found.length + 1, bytes.subarray(at * width, end * width))
    if (record) found.push(record)
    at = end
  }
  if (last && bytes.length % width > 0)
    throw new GatewayError('NOT_READABLE', `${cutter.place()}: the last character of ${charset.name} has one byte`)
  return at * width
}

function tooLong(cutter: Cutter): GatewayError {
  return new GatewayError('TOO_LARGE', `${cutter.place()}: a record of more than ${RECORD_BYTES} bytes; ${cutter.endless}`)
}
