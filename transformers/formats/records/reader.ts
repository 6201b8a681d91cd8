import { GatewayError } from '../../../gateway/errors.ts'
import type { ReadRecord, RecordReader } from '../../format.ts'
import { RECORD_BYTES } from '../../format.ts'

/** The inside of a reader: adds what it finds, and throws where the rest cannot be read. */
export interface RecordScan {
  push(bytes: Buffer, found: ReadRecord[]): void
  end(found: ReadRecord[]): void
  readonly header?: unknown
}

/** A reader whose fault comes behind the records before it, however the bytes were cut: these are handed out first, and the next call throws. */
export function recordReader(scan: RecordScan): RecordReader {
  let failure: { readonly error: unknown } | undefined
  return {
    push(bytes) {
      if (failure) throw failure.error
      const found: ReadRecord[] = []
      try {
        scan.push(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength), found)
      } catch (error) {
        failure = { error }
        if (found.length === 0) throw error
      }
      return found
    },
    end() {
      if (failure) throw failure.error
      const found: ReadRecord[] = []
      scan.end(found)
      return found
    },
    get header() {
      return scan.header
    },
  }
}

/** The most that may stand before the first record, where each record bears it as its header: 16 KiB. */
export const HEADER_BYTES = 16_384

/** Throws TOO_LARGE where a record has more bytes than one may have. */
export function checkSize(bytes: number, number: number, line: number): void {
  if (bytes <= RECORD_BYTES) return
  throw new GatewayError(
    'TOO_LARGE',
    `record ${number} (line ${line}) has more than ${RECORD_BYTES} bytes, the most that one record may have`,
  )
}

/** NOT_READABLE with a place in the file. */
export function unreadableAt({ line, column }: RecordPlace, message: string): GatewayError {
  return new GatewayError('NOT_READABLE', `line ${line}, column ${column}: ${message}`, { errors: [{ line, column, message }] })
}

/** Where something stands in a file, counted from 1. */
export interface RecordPlace {
  readonly line: number
  readonly column: number
}

/** The fault of a record with its place in the file, where the record begins at `start`. Throws again what is no GatewayError. */
export function placedFault(error: unknown, start: RecordPlace): GatewayError {
  if (!(error instanceof GatewayError)) throw error
  const [fault] = error.extras.errors ?? []
  const { line = 1, column = 1, message = error.detail } = fault ?? {}
  return unreadableAt({ line: start.line + line - 1, column: line === 1 ? start.column + column - 1 : column }, message)
}
