import type { Algorithms, ServerHostKeyAlgorithm } from 'ssh2'

/** The SSH library, loaded only where a project uses SFTP. */
export type Ssh = Pick<typeof import('ssh2'), 'Client' | 'Server' | 'utils'>

export async function loadSsh(): Promise<Ssh> {
  return (await import('ssh2')).default
}

const MODERN = {
  kex: [
    'curve25519-sha256@libssh.org',
    'curve25519-sha256',
    'ecdh-sha2-nistp256',
    'ecdh-sha2-nistp384',
    'ecdh-sha2-nistp521',
    'diffie-hellman-group-exchange-sha256',
    'diffie-hellman-group14-sha256',
    'diffie-hellman-group16-sha512',
    'diffie-hellman-group18-sha512',
  ],
  serverHostKey: ['ssh-ed25519', 'ecdsa-sha2-nistp256', 'ecdsa-sha2-nistp384', 'ecdsa-sha2-nistp521', 'rsa-sha2-512', 'rsa-sha2-256'],
  cipher: ['aes128-gcm@openssh.com', 'aes256-gcm@openssh.com', 'chacha20-poly1305@openssh.com', 'aes128-ctr', 'aes192-ctr', 'aes256-ctr'],
  hmac: ['hmac-sha2-256-etm@openssh.com', 'hmac-sha2-512-etm@openssh.com', 'hmac-sha2-256', 'hmac-sha2-512'],
  // Compressed data may be a bomb, and costs more than it saves.
  compress: ['none'],
} as const

/** What is offered: no SHA-1, no CBC, no ssh-rsa, unless the old ones are asked for; then after the others. */
export function algorithms(legacy: boolean): Algorithms & { readonly serverHostKey: ServerHostKeyAlgorithm[] } {
  const { kex, serverHostKey, cipher, hmac, compress } = MODERN
  return {
    kex: [...kex, ...(legacy ? (['diffie-hellman-group-exchange-sha1', 'diffie-hellman-group14-sha1'] as const) : [])],
    serverHostKey: [...serverHostKey, ...(legacy ? (['ssh-rsa'] as const) : [])],
    cipher: [...cipher, ...(legacy ? (['aes256-cbc', 'aes192-cbc', 'aes128-cbc', '3des-cbc'] as const) : [])],
    hmac: [...hmac, ...(legacy ? (['hmac-sha1-etm@openssh.com', 'hmac-sha1'] as const) : [])],
    compress: [...compress],
  }
}
