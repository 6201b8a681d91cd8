import { GatewayError, type Place } from '../../../gateway/errors.ts'
import type { ReadRecord, RecordReader, RecordWriter } from '../../format.ts'

/** A body is read in pieces of this size, so that what is in memory beside it stays small. */
const PIECE = 65_536
const MAX_PLACES = 50

/** The bodies of all records of a whole body. Throws what the first wrong record is, with the places of up to 50. */
export function readBodies(reader: RecordReader, body: Uint8Array): readonly unknown[] {
  const bodies: unknown[] = []
  const wrong: ReadRecord[] = []
  const take = (records: readonly ReadRecord[]): void => {
    for (const record of records) {
      if (record.error) wrong.push(record)
      else bodies.push(record.body)
    }
  }
  for (let at = 0; at < body.length; at += PIECE) take(reader.push(body.subarray(at, at + PIECE)))
  take(reader.end())
  const [first] = wrong
  if (!first?.error) return bodies
  const errors = wrong.slice(0, MAX_PLACES).flatMap(placesOf).slice(0, MAX_PLACES)
  throw new GatewayError(first.error.code, first.error.detail, { errors, errorCount: wrong.length, cause: first.error })
}

function placesOf({ number, line, error }: ReadRecord): readonly Place[] {
  const places = error?.extras.errors ?? [{ message: error?.detail ?? '' }]
  return places.map(place => ({ ...(line !== undefined && { line }), ...place, pointer: `/${number - 1}${place.pointer ?? ''}` }))
}

/** The bytes of a list of records. Throws MAPPING_FAILED where the body is no list, or with the number of the record that has no form. */
export function writeBodies(writer: RecordWriter, bodies: unknown, header?: unknown): Uint8Array {
  if (!Array.isArray(bodies)) throw new GatewayError('MAPPING_FAILED', 'the format has records, and the body is no list of them')
  const pieces = [writer.open(header)]
  for (const [index, body] of bodies.entries()) pieces.push(recordBytes(writer, body, index + 1))
  return Buffer.concat([...pieces, writer.close()])
}

function recordBytes(writer: RecordWriter, body: unknown, number: number): Uint8Array {
  try {
    return writer.record(body)
  } catch (error) {
    if (!(error instanceof GatewayError)) throw error
    throw new GatewayError(error.code, `record ${number}: ${error.detail}`, { ...error.extras, cause: error })
  }
}
