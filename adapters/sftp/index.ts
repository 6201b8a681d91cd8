import type { Adapter } from '../adapter.ts'
import { checkServerSource } from './server/check.ts'
import { createServerInbound } from './server/inbound.ts'
import { sftpSource, sftpSourceOptions } from './server/options.ts'

/** SFTP: files that clients upload to the gateway's own server. */
export const sftp: Adapter = {
  name: 'sftp',
  source: {
    options: sftpSourceOptions,
    describe: describeSource,
    check: checkServerSource,
    createInbound: createServerInbound,
  },
}

/** Also for options that have faults. */
function describeSource(options: unknown): string {
  const { client, folder } = sftpSource(options ?? {})
  return `sftp ${client} ${folder}`
}
