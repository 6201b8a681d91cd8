import { suggestion } from '../../../config/faults.ts'
import type { Project, SourceConfig } from '../../../config/project.ts'
import { GatewayError } from '../../../gateway/errors.ts'
import type { Gateway, Inbound } from '../../../gateway/ports.ts'
import type { InboundContext, SourceBinding } from '../../adapter.ts'
import { checkPoll } from '../../files/check-poll.ts'
import type { Place } from '../../files/place.ts'
import { pollSource } from '../../files/poll-source.ts'
import type { Poller } from '../../files/poller.ts'
import { connect, type Server } from './connect.ts'
import type { SftpAuth, SftpPoll, SftpSystem } from './options.ts'
import { sftpPlace } from './place.ts'

/** How long a file in hand may still take once the gateway stops. */
const GRACE_MS = 5_000

/** A source's options, where they are of this form. */
export function sftpPoll(options: unknown): SftpPoll | undefined {
  return typeof options === 'object' && options !== null && 'system' in options ? (options as SftpPoll) : undefined
}

/** The server of a system with `sftp`. */
export function serverOf(name: string, options: SftpSystem, auth: unknown): Server {
  return { name: `${name} (${options.user}@${options.host}:${options.port})`, reach: options, auth: (auth ?? {}) as SftpAuth }
}

/** Tells a source whose system is none, or is no SFTP server. */
export function checkPollSource({ options, path }: SourceConfig, project: Project): void {
  const { systems, faults } = project
  const poll = sftpPoll(options)
  if (!poll) return
  checkPoll(poll, [...path, 'sftp'], project)
  const { system: name } = poll
  if (name === undefined || systems[name]?.adapter === 'sftp') return
  const names = Object.values(systems).flatMap(system => (system.adapter === 'sftp' ? [system.name] : []))
  const seen = systems[name] ? `system "${name}" has no "sftp"` : `unknown system "${name}"${suggestion(name, names)}`
  faults.add('UNKNOWN_NAME', [...path, 'sftp', 'system'], seen)
}

/** Looks into folders of SFTP servers, for all sources of the project that name a system. */
export function createPollInbound(sources: readonly SourceBinding[], context: InboundContext): Inbound {
  const pollers: Poller[] = []
  const ending = new AbortController()
  let stopped: Promise<unknown> | undefined

  function start(gateway: Gateway, binding: SourceBinding): void {
    const options = sftpPoll(binding.source.options)
    const system = options && context.project.systems[options.system]
    if (!options || !system) throw new GatewayError('CONFIG_INVALID', `${binding.source.name} names no system`)
    const server = serverOf(system.name, system.options as SftpSystem, system.auth)
    const openPlace = () => openAt(server, options.folder, ending.signal)
    pollers.push(pollSource(context, { binding, options, openPlace, gateway }))
  }

  async function stop(): Promise<void> {
    const late = setTimeout(() => ending.abort(), GRACE_MS)
    await Promise.all(pollers.map(poller => poller.stop()))
    clearTimeout(late)
    ending.abort()
  }

  return {
    async start(gateway) {
      for (const binding of sources) start(gateway, binding)
    },
    async stop() {
      stopped ??= stop()
      await stopped
    },
  }
}

/** A connection of its own for each look: a poller's looks are far apart. */
async function openAt(server: Server, root: string, signal: AbortSignal): Promise<Place> {
  const line = await connect(server, signal)
  return sftpPlace({ use: { line, signal }, root, close: () => line.close() })
}
