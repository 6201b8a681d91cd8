import type { Sshd } from './sshd.ts'

/** A system that is this server, as YAML in one line; what `more` says stands in its options. Its key is `${file:key}`. */
export function sftpSystem({ port, user, fingerprints: [hostKey] }: Sshd, more: string): string {
  return `{ sftp: { host: 127.0.0.1, port: ${port}, user: ${user}, hostKey: '${hostKey}', ${more} }, auth: { key: '$\{file:key}' } }`
}
