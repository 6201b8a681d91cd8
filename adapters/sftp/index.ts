import type { OptionSchema } from '../../gateway/options.ts'
import type { Inbound, Listening } from '../../gateway/ports.ts'
import type { Adapter, InboundContext, SourceBinding } from '../adapter.ts'
import { checkPollSource, createPollInbound, sftpPoll } from './client/inbound.ts'
import { sftpAuthOptions, sftpOperationOptions, sftpPollOptions, sftpSystemOptions } from './client/options.ts'
import { createSftpOutbound } from './client/outbound.ts'
import { checkServerSource } from './server/check.ts'
import { createServerInbound } from './server/inbound.ts'
import { sftpSource, sftpSourceOptions } from './server/options.ts'

const sourceOptions = {
  description: "Files that a client uploads to the gateway's own server, or those of a folder on a server of others.",
  example: { client: 'acme', folder: 'orders' },
  anyOf: [sftpSourceOptions, sftpPollOptions],
} as const satisfies OptionSchema

/** SFTP: files that clients upload to the gateway's own server, files that lie on servers of others, and files that are written there. */
export const sftp: Adapter = {
  name: 'sftp',
  source: {
    options: sourceOptions,
    files: () => true,
    describe: describeSource,
    systemOf: options => sftpPoll(options)?.system,
    check(source, project) {
      checkServerSource(source, project)
      checkPollSource(source, project)
    },
    createInbound: createSftpInbound,
  },
  system: {
    options: sftpSystemOptions,
    operationOptions: sftpOperationOptions,
    authOptions: sftpAuthOptions,
    params: () => [],
    computed: computedName,
    createOutbound: createSftpOutbound,
  },
}

/** Also for options that have faults. */
function describeSource(options: unknown): string {
  const poll = sftpPoll(options)
  if (poll) return `sftp ${poll.system}:${poll.folder}/${[poll.files].flat().join(',')}`
  const { client, folder } = sftpSource(options ?? {})
  return `sftp ${client} ${folder}`
}

function computedName(options: unknown): Readonly<Record<string, string>> {
  const name = typeof options === 'object' && options !== null && 'name' in options ? options.name : undefined
  return typeof name === 'string' ? { name } : {}
}

/** The server only where a source needs it. */
function createSftpInbound(sources: readonly SourceBinding[], context: InboundContext): Inbound & Listening {
  const polled = sources.filter(({ source }) => sftpPoll(source.options))
  const served = sources.filter(binding => !polled.includes(binding))
  const server = served.length > 0 ? createServerInbound(served, context) : undefined
  const poll = createPollInbound(polled, context)
  return {
    get address() {
      return server?.address
    },
    async start(gateway) {
      await server?.start(gateway)
      await poll.start(gateway)
    },
    async stop() {
      await Promise.all([server?.stop(), poll.stop()])
    },
  }
}
