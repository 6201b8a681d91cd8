import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'
import { lastingPort } from './port.ts'
import { absent, aptInstall, asRoot, works } from './programs.ts'
import { makeKey } from './sftp-clients.ts'
import { until } from './until.ts'

const SSHD = '/usr/sbin/sshd'

/** OpenSSH's server, for this user, on a port of 127.0.0.1, with keys of its own. */
export interface Sshd {
  readonly port: number
  readonly user: string
  /** The private key that it lets in. */
  readonly key: string
  /** Of its ed25519 key, and of its RSA key. */
  readonly fingerprints: readonly [string, string]
  /** A folder that goes when it is stopped. */
  readonly folder: string
  /** Of its process, while it runs. */
  readonly pid: number | undefined
  start(): Promise<void>
  /** Ends it with all its connections. */
  kill(): Promise<void>
  stop(): Promise<void>
}

/** Starts one; installed where it is missing, or the suite skipped (CI: throws). `more` are lines of its sshd_config. */
export async function startSshd(suite: Mocha.Context, more: readonly string[] = []): Promise<Sshd> {
  if (!hasSshd()) asRoot(aptInstall('openssh-server'))
  if (!hasSshd()) absent(suite, 'no OpenSSH server: install openssh-server')
  return runSshd(more)
}

/** Whether it is installed. */
export function hasSshd(): boolean {
  return works('test', ['-x', SSHD])
}

/** Starts one where it is installed. */
export async function runSshd(more: readonly string[] = []): Promise<Sshd> {
  // It wants to be there, and nothing lies in it.
  asRoot([['mkdir', '-p', '-m', '755', '/run/sshd']])
  const dir = mkdtempSync(join(tmpdir(), 'waybill-sshd-'))
  const [folder, port] = [join(dir, 'files'), await lastingPort()]
  mkdirSync(folder)
  writeFileSync(join(dir, 'authorized_keys'), `${makeKey(join(dir, 'key'))}\n`)
  const fingerprints = [hostKey(dir, 'ed25519'), hostKey(dir, 'rsa')] as const
  writeFileSync(join(dir, 'sshd_config'), configOf(dir, port, more))
  let child: ChildProcess | undefined
  const sshd: Sshd = {
    ...{ port, folder, fingerprints, user: userInfo().username, key: readFileSync(join(dir, 'key'), 'utf8') },
    get pid() {
      return child?.pid
    },
    async start() {
      child = spawn(SSHD, ['-D', '-e', '-f', join(dir, 'sshd_config')], { stdio: ['ignore', 'ignore', 'pipe'], detached: true })
      await until('sshd listens', () => listens(port))
    },
    async kill() {
      const running = child
      child = undefined
      if (!running?.pid) return
      const gone = new Promise(resolve => running.once('exit', resolve))
      for (const pid of descendants(running.pid)) end(pid)
      end(running.pid)
      await gone
    },
    async stop() {
      await sshd.kill()
      rmSync(dir, { recursive: true, force: true })
    },
  }
  await sshd.start()
  return sshd
}

function configOf(dir: string, port: number, more: readonly string[]): string {
  return [
    `Port ${port}`,
    'ListenAddress 127.0.0.1',
    `HostKey ${join(dir, 'host-ed25519')}`,
    `HostKey ${join(dir, 'host-rsa')}`,
    `AuthorizedKeysFile ${join(dir, 'authorized_keys')}`,
    `PidFile ${join(dir, 'pid')}`,
    'StrictModes no',
    'UsePAM no',
    'PasswordAuthentication no',
    'PermitRootLogin yes',
    'MaxStartups 200',
    'Subsystem sftp internal-sftp',
    ...more,
    '',
  ].join('\n')
}

/** Makes a host key; its fingerprint. */
function hostKey(dir: string, type: string): string {
  const file = join(dir, `host-${type}`)
  execFileSync('ssh-keygen', ['-q', '-t', type, '-N', '', '-f', file])
  const [, key = ''] = readFileSync(`${file}.pub`, 'utf8').split(' ')
  return `SHA256:${createHash('sha256').update(Buffer.from(key, 'base64')).digest('base64').replace(/=+$/, '')}`
}

function descendants(pid: number): number[] {
  const all = execFileSync('ps', ['-eo', 'pid=,ppid='], { encoding: 'utf8' })
    .split('\n')
    .map(line => line.trim().split(/\s+/).map(Number))
  const below = (parent: number): number[] => all.flatMap(([child = 0, above]) => (above === parent ? [child, ...below(child)] : []))
  return below(pid)
}

function end(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL')
  } catch {
    // it has ended
  }
}

function listens(port: number): Promise<boolean> {
  return new Promise(resolve => {
    const socket = connect(port, '127.0.0.1')
    socket.once('connect', () => {
      socket.destroy()
      resolve(true)
    })
    socket.once('error', () => resolve(false))
  })
}
