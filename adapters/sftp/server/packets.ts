import { GatewayError } from '../../../gateway/errors.ts'

/** As OpenSSH has it: the largest packet that a client may send. */
export const MAX_PACKET = 256 * 1_024

/** Makes packets (type first, without their length) of the pieces of a stream; throws BAD_REQUEST for one that is empty or too large. */
export function createSplitter(take: (packet: Buffer) => void): (piece: Buffer) => void {
  const head = Buffer.alloc(4)
  let headLength = 0
  let packet: Buffer | undefined
  let filled = 0

  function begin(length: number): Buffer {
    if (length < 1 || length > MAX_PACKET)
      throw new GatewayError('BAD_REQUEST', `a packet of ${length} bytes; allowed are 1 to ${MAX_PACKET}`)
    return Buffer.allocUnsafe(length)
  }

  return piece => {
    let at = 0
    while (at < piece.length) {
      if (!packet) {
        const copied = piece.copy(head, headLength, at, at + 4 - headLength)
        headLength += copied
        at += copied
        if (headLength < 4) return
        packet = begin(head.readUInt32BE(0))
        filled = 0
      }
      const copied = piece.copy(packet, filled, at)
      filled += copied
      at += copied
      if (filled < packet.length) return
      const whole = packet
      packet = undefined
      headLength = 0
      take(whole)
    }
  }
}
