import { createHash } from 'node:crypto'
import { GatewayError } from '../../../gateway/errors.ts'

/** A server's key as it was seen. */
export interface SeenKey {
  readonly type: string
  /** As `ssh-keygen -l` prints it. */
  readonly fingerprint: string
}

/** Type and fingerprint of a public key as SSH sends it (RFC 4253, 6.6). */
export function seenKey(key: Uint8Array): SeenKey {
  const bytes = Buffer.from(key.buffer, key.byteOffset, key.byteLength)
  const length = bytes.length >= 4 ? bytes.readUInt32BE(0) : 0
  const fingerprint = `SHA256:${createHash('sha256').update(bytes).digest('base64').replace(/=+$/, '')}`
  return { type: bytes.toString('latin1', 4, 4 + Math.min(length, 64)), fingerprint }
}

/** The algorithms that a server signs with for such a key. */
export function familyOf(type: string): (algorithm: string) => boolean {
  return type === 'ssh-rsa' ? algorithm => algorithm === 'ssh-rsa' || algorithm.startsWith('rsa-sha2') : algorithm => algorithm === type
}

/** What is told of a server whose key is not pinned. No retry mends it, and no message is to blame: it waits until somebody pins the key. */
export function hostKeyFault(server: string, pinned: readonly string[], seen: readonly SeenKey[]): GatewayError {
  const shown = seen.map(({ type, fingerprint }) => `${fingerprint} (${type})`).join(', ')
  if (pinned.length === 0) {
    const first = seen[0]?.fingerprint ?? ''
    return new GatewayError(
      'TARGET_UNAVAILABLE',
      `HOST KEY NOT PINNED: ${server} has the key ${shown}; compare it with what its owner says, then add hostKey: ${first}. Nothing was sent.`,
    )
  }
  return new GatewayError(
    'TARGET_UNAVAILABLE',
    `WRONG HOST KEY: ${server} has the key ${shown}, and hostKey pins ${pinned.join(', ')}. Ask its owner; it may be another server. Nothing was sent.`,
  )
}
