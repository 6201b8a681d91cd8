import type { Client, ConnectConfig, ServerHostKeyAlgorithm, SFTPWrapper } from 'ssh2'
import { GatewayError } from '../../../gateway/errors.ts'
import { algorithms, loadSsh } from '../server/ssh.ts'
import { connectFault } from './faults.ts'
import { familyOf, hostKeyFault, type SeenKey, seenKey } from './host-key.ts'
import type { Reach, SftpAuth } from './options.ts'
import { createRequests, type Requests } from './requests.ts'

/** A server, and how one logs in there. */
export interface Server {
  /** For people: the system's name and the address. */
  readonly name: string
  readonly reach: Reach
  readonly auth: SftpAuth
}

/** A connection with an SFTP session. */
export interface Line {
  readonly sftp: SFTPWrapper
  readonly requests: Requests
  /** No longer usable. */
  readonly ended: boolean
  close(): void
}

const KEEP_ALIVE_MS = 15_000
/** So many keep-alives without an answer end a connection. */
const KEEP_ALIVES = 3

/** Connects, compares the host key before anything else is sent, logs in. Rejects with GatewayError: TARGET_REFUSED for wrong credentials, TARGET_UNAVAILABLE for all else. */
export async function connect(server: Server, signal: AbortSignal): Promise<Line> {
  const { Client } = await loadSsh()
  const pinned = [server.reach.hostKey ?? []].flat()
  const seen: SeenKey[] = []
  let kinds: readonly ServerHostKeyAlgorithm[] = algorithms(server.reach.legacyAlgorithms).serverHostKey
  while (true) {
    const before = seen.length
    const accepts = (key: SeenKey) => {
      if (pinned.includes(key.fingerprint)) return true
      seen.push(key)
      return false
    }
    try {
      return await logIn({ client: new Client(), server, kinds, accepts }, signal)
    } catch (error) {
      const refused = seen[before]
      // It has no more keys to show.
      const exhausted = seen.length > 0 && error instanceof GatewayError && error.detail.includes('no matching')
      if (!refused && !exhausted) throw error
      // A server has several keys and shows one: that of another kind may be the pinned one.
      kinds = refused ? kinds.filter(kind => !familyOf(refused.type)(kind)) : []
      if (kinds.length === 0 || pinned.length === 0) throw hostKeyFault(server.name, pinned, seen)
    }
  }
}

interface Login {
  readonly client: Client
  readonly server: Server
  readonly kinds: readonly ServerHostKeyAlgorithm[]
  readonly accepts: (key: SeenKey) => boolean
}

async function logIn({ client, server, kinds, accepts }: Login, signal: AbortSignal): Promise<Line> {
  if (signal.aborted) throw stopped(server)
  const give = () => client.destroy()
  signal.addEventListener('abort', give, { once: true })
  try {
    await ready(client, server, configOf(server, kinds, accepts))
    return await openSession(client, server)
  } catch (error) {
    client.destroy()
    throw signal.aborted ? stopped(server) : error
  } finally {
    signal.removeEventListener('abort', give)
  }
}

function ready(client: Client, { name, auth }: Server, config: ConnectConfig): Promise<void> {
  return new Promise((resolve, reject) => {
    client.on('ready', resolve)
    client.on('error', error => reject(connectFault(name, error)))
    client.on('close', () => reject(connectFault(name, new Error('it closed the connection'))))
    client.on('keyboard-interactive', (_name, _instructions, _lang, prompts, finish) => finish(prompts.map(() => auth.password ?? '')))
    try {
      client.connect(config)
    } catch (cause) {
      const detail = cause instanceof Error ? cause.message : String(cause)
      reject(new GatewayError('CONFIG_INVALID', `auth of ${name}: ${detail}`, { cause }))
    }
  })
}

function configOf({ reach, auth }: Server, kinds: readonly ServerHostKeyAlgorithm[], accepts: Login['accepts']): ConnectConfig {
  const { host, port, user, connectTimeoutMs, legacyAlgorithms } = reach
  const { key, passphrase, password } = auth
  return {
    host,
    port,
    username: user,
    readyTimeout: connectTimeoutMs,
    keepaliveInterval: KEEP_ALIVE_MS,
    keepaliveCountMax: KEEP_ALIVES,
    algorithms: { ...algorithms(legacyAlgorithms), serverHostKey: [...kinds] },
    hostVerifier: (shown: Buffer) => accepts(seenKey(shown)),
    ...(key !== undefined && { privateKey: key }),
    ...(passphrase !== undefined && { passphrase }),
    ...(password !== undefined && { password, tryKeyboard: true }),
    authHandler: [
      ...(key === undefined ? [] : ['publickey' as const]),
      ...(password === undefined ? [] : ['password' as const, 'keyboard-interactive' as const]),
      ...(key === undefined && password === undefined ? ['none' as const] : []),
    ],
  }
}

function openSession(client: Client, { name, reach }: Server): Promise<Line> {
  return new Promise((resolve, reject) => {
    const late = setTimeout(() => reject(connectFault(name, new Error('it opened no SFTP session in time'))), reach.connectTimeoutMs)
    client.on('close', () => reject(connectFault(name, new Error('it closed the connection'))))
    client.sftp((error, sftp) => {
      clearTimeout(late)
      if (error) reject(connectFault(name, error))
      else resolve(lineOf(client, sftp, { name, timeoutMs: reach.timeoutMs }))
    })
  })
}

function lineOf(client: Client, sftp: SFTPWrapper, { name, timeoutMs }: { readonly name: string; readonly timeoutMs: number }): Line {
  let ended = false
  const requests = createRequests(timeoutMs, error => {
    end(error)
    client.destroy()
  })
  function end(error: GatewayError): void {
    ended = true
    requests.end(error)
  }
  const lost = (text: string) => end(new GatewayError('TARGET_UNAVAILABLE', `${name}: ${text}`))
  client.on('error', error => lost(error.message))
  client.on('close', () => lost('the connection ended'))
  sftp.on('error', (error: Error) => lost(error.message))
  sftp.on('close', () => lost('the SFTP session ended'))
  sftp.on('end', () => lost('the SFTP session ended'))
  return {
    sftp,
    requests,
    get ended() {
      return ended
    },
    close() {
      lost('closed')
      client.end()
      // Where the other side does not answer the farewell.
      setTimeout(() => client.destroy(), 1_000).unref()
    },
  }
}

function stopped({ name }: Server): GatewayError {
  return new GatewayError('TARGET_UNAVAILABLE', `${name}: given up, the gateway does not wait any longer`)
}
