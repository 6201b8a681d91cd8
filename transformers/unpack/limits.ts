import { GatewayError } from '../../gateway/errors.ts'

/** What may be unpacked from one file. */
export interface UnpackLimits {
  /** Of all entries together. */
  readonly bytes: number
  /** Unpacked bytes for each packed one, where more than 10 MiB are unpacked. */
  readonly ratio: number
  readonly entries: number
}

/** What holds unless told otherwise: 16 GiB, 200 times as much, 10,000 entries. */
export const unpackLimits: UnpackLimits = { bytes: 16 * 1024 ** 3, ratio: 200, entries: 10_000 }

/** Less than this is no bomb, whatever its ratio. */
const HARMLESS = 10 * 1024 ** 2

/** Counts what is unpacked, and throws TOO_LARGE with figures at a limit. */
export interface Meter {
  unpacked(bytes: number): void
  entry(): void
}

/** `packed`: how many packed bytes were read so far, or there are in all. */
export function createMeter(limits: UnpackLimits, packed: () => number): Meter {
  let total = 0
  let entries = 0
  return {
    unpacked(bytes) {
      total += bytes
      if (total > limits.bytes)
        throw new GatewayError('TOO_LARGE', `more than ${limits.bytes} bytes when unpacked, from ${packed()} packed ones`)
      if (total <= HARMLESS || total <= packed() * limits.ratio) return
      throw new GatewayError('TOO_LARGE', `${packed()} packed bytes unpack to ${total} and more, over ${limits.ratio} times as much`)
    },
    entry() {
      if (++entries > limits.entries) throw new GatewayError('TOO_LARGE', `more than ${limits.entries} entries`)
    },
  }
}
