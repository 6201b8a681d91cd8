import type { Server } from '../../../../adapters/sftp/client/connect.ts'
import { sftpSystemOptions } from '../../../../adapters/sftp/client/options.ts'
import { resolveOptions } from '../../../../gateway/options.ts'
import type { Sshd } from '../../../support/sshd.ts'

/** How the client reaches a server, with what differs. */
export function serverFor({ port, user, key, fingerprints: [hostKey] }: Sshd, more: Readonly<Record<string, unknown>> = {}): Server {
  const reach = resolveOptions(sftpSystemOptions, { host: '127.0.0.1', port, user, hostKey, ...more })
  return { name: 'bank', reach, auth: { key } }
}
