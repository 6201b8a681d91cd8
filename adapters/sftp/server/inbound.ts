import { mkdir, realpath, rm } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import type { ClientConfig } from '../../../config/project.ts'
import { GatewayError } from '../../../gateway/errors.ts'
import type { Gateway, Inbound, Listening } from '../../../gateway/ports.ts'
import type { InboundContext, SourceBinding } from '../../adapter.ts'
import { type Account, RECEIPTS, REJECTS } from './account.ts'
import { createCommits } from './commits.ts'
import { createDesk } from './desk.ts'
import { createFollower, type Follower } from './follow.ts'
import { createHasher, type Hasher } from './hasher.ts'
import { loadHostKeys } from './host-keys.ts'
import { openIntents } from './intents.ts'
import { sftpListen, sftpSource } from './options.ts'
import { cleanPath } from './paths.ts'
import { type RecoverParts, recover } from './recover.ts'
import { listenSftp, type SftpServer } from './server.ts'
import { loadSsh } from './ssh.ts'
import { createTaker } from './take.ts'
import { createUsage } from './usage.ts'

const AGAIN_MS = 30_000

/** The gateway's own SFTP server, for all sources of the project that name a client. `start` resolves when it listens and what lay there whole from before is on its way. */
export function createServerInbound(sources: readonly SourceBinding[], context: InboundContext): Inbound & Listening {
  const { project, log } = context
  const folder = resolve(project.dir, project.store.path)
  const temporary = join(folder, 'sftp-tmp')
  const hasher = createHasher()
  let server: SftpServer | undefined
  let follower: Follower | undefined
  let stopped: Promise<void> | undefined
  let again: NodeJS.Timeout | undefined

  async function start(gateway: Gateway): Promise<void> {
    const ssh = await loadSsh()
    await rm(temporary, { recursive: true, force: true })
    await mkdir(temporary, { recursive: true, mode: 0o700 })
    const options = sftpListen(project.listen.sftp)
    const hostKeys = await loadHostKeys(ssh, folder, options.hostKeys)
    follower = createFollower({ folder: join(folder, 'sftp-open'), temporary, receipts: gateway.receipts, log })
    await follower.start()
    const desk = createDesk({ receipts: gateway.receipts, follower, temporary })
    const intents = await openIntents(join(folder, 'sftp-renames'))
    const taker = createTaker(desk, intents)
    const accounts = new Map<string, Account>()
    for (const client of clientsOf(sources, context))
      accounts.set(client.name, await openAccount(client, sources, { context, gateway, folder, hasher }))
    await recoverAll({ accounts, taker, desk, intents })
    server = await listenSftp({ ssh, options, hostKeys, accounts, taker, log })
    for (const { type, fingerprint } of hostKeys) log.info('sftp-host-key', { type, fingerprint })
    log.info('sftp-listening', { address: server.address })
  }

  /** At start; and again, while the store refuses what it is to take. */
  async function recoverAll(parts: RecoverParts): Promise<void> {
    const isLeft = await recover(parts)
    if (!isLeft || stopped) return
    again = setTimeout(() => void recoverAll(parts).catch(error => log.error('sftp-recovery', { detail: String(error) })), AGAIN_MS)
  }

  async function stop(): Promise<void> {
    clearTimeout(again)
    await server?.close()
    await follower?.stop()
    await hasher.stop()
  }

  return {
    get address() {
      return server?.address
    },
    start,
    stop() {
      stopped ??= stop()
      return stopped
    },
  }
}

function clientsOf(sources: readonly SourceBinding[], { clients }: InboundContext): readonly ClientConfig[] {
  const names = [...new Set(sources.map(({ source }) => sftpSource(source.options).client))]
  return names.map(name => {
    const client = clients[name]
    if (!client?.sftp) throw new GatewayError('CONFIG_INVALID', `client "${name}" of a source has no sftp`)
    return client
  })
}

interface AccountParts {
  readonly context: InboundContext
  readonly gateway: Gateway
  readonly folder: string
  readonly hasher: Hasher
}

async function openAccount({ name, sftp }: ClientConfig, sources: readonly SourceBinding[], parts: AccountParts): Promise<Account> {
  if (!sftp) throw new GatewayError('CONFIG_INVALID', `client "${name}" has no sftp`)
  const { context, gateway, folder, hasher } = parts
  const made = join(folder, 'sftp', name)
  await mkdir(made, { recursive: true, mode: 0o700 })
  const root = await realpath(made)
  const places = sources
    .filter(({ source }) => sftpSource(source.options).client === name)
    .map(binding => {
      const options = sftpSource(binding.source.options)
      return { binding, folder: cleanPath(options.folder), commit: options.commit }
    })
  for (const path of [RECEIPTS, REJECTS, ...places.map(place => place.folder)]) {
    await mkdir(join(root, path), { recursive: true, mode: 0o700 })
  }
  return {
    ...{ name, options: sftp, root, places, gateway, hasher, log: context.log },
    ...{ uploads: new Map(), ghosts: new Map(), finished: new Map(), commits: createCommits(), sessions: 0 },
    usage: createUsage(root, sftp.quota, context.project.store.bounds.minFreeBytes),
  }
}
