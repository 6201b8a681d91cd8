import { createServer, type Server as NetServer, type Socket } from 'node:net'
import type { Connection, Session } from 'ssh2'
import { GatewayError } from '../../../gateway/errors.ts'
import type { Log } from '../../../gateway/log.ts'
import type { Account } from './account.ts'
import { createBrakes } from './brakes.ts'
import { type HostKey, signers } from './host-keys.ts'
import { createLogin } from './login.ts'
import type { SftpListen } from './options.ts'
import { type SessionParts, serveSession } from './session.ts'
import { algorithms, type Ssh } from './ssh.ts'
import type { Taker } from './take.ts'

/** What runs gets this long when the gateway stops. */
const STOP_MS = 20_000
const POLL_MS = 20
const KEEPALIVE_MS = 15_000

/** An SFTP server that listens. */
export interface SftpServer {
  /** HOST:PORT. */
  readonly address: string
  /** Lets nobody in any more, gives what runs a moment, then ends all connections. */
  close(): Promise<void>
}

export interface ServerParts {
  readonly ssh: Ssh
  readonly options: SftpListen
  readonly hostKeys: readonly HostKey[]
  readonly accounts: ReadonlyMap<string, Account>
  readonly taker: Taker
  readonly log: Log
}

/** One connection: its socket, who it is once it has logged in, and how many sessions it has. */
interface Line {
  readonly socket: Socket
  readonly address: string
  account?: Account
  channels: number
}

/** Listens; resolves when it does, rejects where the address is taken. */
export async function listenSftp(parts: ServerParts): Promise<SftpServer> {
  const { ssh, options, log } = parts
  const brakes = createBrakes(options)
  const lines = new Map<string, Line>()
  const running = { count: 0 }
  const sshServer = new ssh.Server({
    hostKeys: [...signers(parts.hostKeys, options.legacyAlgorithms)],
    algorithms: algorithms(options.legacyAlgorithms),
    ident: 'Waybill',
    keepaliveInterval: KEEPALIVE_MS,
    keepaliveCountMax: 3,
  })
  sshServer.on('connection', (connection, { ip, port }) => {
    const line = lines.get(`${ip} ${port}`)
    if (line) serve(connection, line, { ...parts, running, failed: () => brakes.failed(line.address) })
    else connection.end()
  })
  // The sockets come from a server of our own: one that says nothing must be seen as well.
  const server = createServer(socket => {
    const address = socket.remoteAddress ?? ''
    const refused = brakes.enter(address)
    if (refused !== undefined) {
      log.warn('sftp-connection-refused', { address, detail: refused })
      return void socket.destroy()
    }
    const line: Line = { socket, address, channels: 0 }
    const key = `${address} ${socket.remotePort}`
    lines.set(key, line)
    const login = setTimeout(() => line.account || socket.destroy(), options.loginTimeoutMs)
    socket.setNoDelay(true)
    socket.on('error', () => {})
    socket.once('close', () => {
      clearTimeout(login)
      lines.delete(key)
      brakes.leave(address)
      if (line.account) line.account.sessions -= 1
    })
    sshServer.injectSocket(socket)
  })
  const address = await listen(server, options.address)
  return { address, close: () => close(server, lines, running) }
}

interface ServeParts extends ServerParts {
  readonly running: { count: number }
  failed(): void
}

function serve(connection: Connection, line: Line, parts: ServeParts): void {
  const { ssh, options, accounts, log, failed } = parts
  const { address, socket } = line
  const login = createLogin({ ssh, accounts, address, tries: options.tries, legacy: options.legacyAlgorithms, log, failed })
  const idle = setTimeout(() => socket.destroy(), options.idleTimeoutMs)
  const gone = new Promise<void>(resolve => socket.once('close', () => resolve()))
  void gone.then(() => clearTimeout(idle))
  connection.on('error', error => log.debug('sftp-connection', { address, detail: String(error) }))
  connection.on('authentication', context => {
    void login
      .decide(context)
      .then(async result => {
        if (result === 'end') return void connection.end()
        if (!result) return
        const full = await admit(result, line)
        if (full) {
          log.warn('sftp-login-failed', { client: result.name, address, detail: full })
          context.reject()
          connection.end()
        } else {
          log.info('sftp-login', { client: result.name, address, method: context.method })
          context.accept()
        }
      })
      .catch(error => {
        log.error('sftp-login-failed', { address, detail: String(error) })
        connection.end()
      })
  })
  connection.on('session', (accept, reject) => {
    const { account } = line
    if (!account || line.channels >= options.channels) return void reject()
    serveChannel(accept(), line, account, { ...parts, active: () => idle.refresh(), answering: () => gather(socket), gone })
  })
}

/** Why the client gets no connection now. The first of a client counts what lies in its folder. */
async function admit(account: Account, line: Line): Promise<string | undefined> {
  const { sessions: max = Number.POSITIVE_INFINITY } = account.options.quota
  if (account.sessions >= max) return `quota: ${account.sessions} connections`
  if (line.socket.destroyed) return 'the connection is gone'
  account.sessions += 1
  line.account = account
  if (account.sessions === 1) await account.usage.recount()
  return undefined
}

function serveChannel(
  session: Session,
  line: Line,
  account: Account,
  parts: ServeParts & Pick<SessionParts, 'active' | 'answering' | 'gone'>,
): void {
  const { options, taker, running, active, answering, gone } = parts
  line.channels += 1
  let isServed = false
  session.once('close', () => {
    if (!isServed) line.channels -= 1
  })
  session.on('subsystem', (accept, reject, { name }) => {
    if (name !== 'sftp' || isServed) return void reject()
    isServed = true
    running.count += 1
    void serveSession(accept(), { account, taker, maxHandles: options.handles, active, answering, gone }).finally(() => {
      running.count -= 1
      line.channels -= 1
    })
  })
}

/** What is written in this turn goes out in one. */
function gather(socket: Socket): void {
  if (socket.writableCorked > 0) return
  socket.cork()
  setImmediate(() => socket.uncork())
}

function listen(server: NetServer, address: string): Promise<string> {
  const at = address.lastIndexOf(':')
  const host = address.slice(0, at).replace(/^\[|\]$/g, '')
  return new Promise((resolve, reject) => {
    server.once('error', cause =>
      reject(new GatewayError('CONFIG_INVALID', `listen.sftp ${address} cannot be used: ${cause.message}`, { cause })),
    )
    server.listen(Number(address.slice(at + 1)), host, () => {
      const bound = server.address()
      const port = typeof bound === 'object' && bound ? bound.port : 0
      resolve(`${address.slice(0, at)}:${port}`)
    })
  })
}

async function close(server: NetServer, lines: ReadonlyMap<string, Line>, running: { count: number }): Promise<void> {
  const closed = new Promise<void>(resolve => server.close(() => resolve()))
  const end = performance.now() + STOP_MS
  while (isBusy(lines) && performance.now() < end) await new Promise(resolve => setTimeout(resolve, POLL_MS))
  for (const { socket } of lines.values()) socket.destroy()
  await closed
  while (running.count > 0 && performance.now() < end + STOP_MS) await new Promise(resolve => setTimeout(resolve, POLL_MS))
}

/** Whether a file is being taken. An upload that goes on could not be: the gateway accepts nothing any more; its client resumes it. */
function isBusy(lines: ReadonlyMap<string, Line>): boolean {
  return [...lines.values()].some(({ account }) => account?.commits.busy)
}
