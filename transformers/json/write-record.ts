import { GatewayError } from '../../gateway/errors.ts'
import { writeJsonText } from './codec.ts'

/** The record as JSON on one line. Throws MAPPING_FAILED for what JSON cannot hold. */
export function writeRecord(body: unknown): string {
  try {
    return writeJsonText(body)
  } catch (cause) {
    if (!(cause instanceof TypeError)) throw cause
    throw new GatewayError('MAPPING_FAILED', `the record has no form in JSON: ${cause.message}`, { cause })
  }
}

/** Throws MAPPING_FAILED where there is a header: it would be lost. */
export function refuseHeader(header: unknown, format: string): void {
  if (header === undefined) return
  throw new GatewayError('MAPPING_FAILED', `${format} has no place for a header; give none, or write it as the first record`)
}
