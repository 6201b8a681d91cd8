import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { join } from 'node:path'
import { absent, aptInstall, asRoot, works } from './programs.ts'
import { root } from './root.ts'

/** Where a client logs in. */
export interface SftpPlace {
  readonly host: string
  readonly port: number
  readonly user: string
  /** File of its private key. */
  readonly key: string
}

/** One step of a client: names of files here, then there. `slow` is a `put` of about 1 MB a second. */
export type SftpStep =
  | readonly ['put' | 'slow' | 'resume' | 'get' | 'rename', string, string]
  | readonly ['list', string]
  | readonly ['many', ...(readonly [string, string])[]]

/** What a client ended with. */
export interface SftpEnd {
  readonly code: number | null
  readonly output: string
}

/** A client of others. */
export interface SftpCaller {
  readonly name: string
  /** Does the steps in one process; resolves when that has ended. */
  run(place: SftpPlace, steps: readonly SftpStep[]): Promise<SftpEnd>
  /** The same, while the process may be killed. */
  start(place: SftpPlace, steps: readonly SftpStep[]): { readonly process: ChildProcess; readonly ended: Promise<SftpEnd> }
}

const OPTIONS = [
  '-oStrictHostKeyChecking=no',
  '-oUserKnownHostsFile=/dev/null',
  '-oLogLevel=ERROR',
  '-oIdentitiesOnly=yes',
  '-oBatchMode=yes',
]

/** OpenSSH's sftp; installed, or the suite skipped (CI: throws). */
export function openSsh(suite: Mocha.Context): SftpCaller {
  if (!works('ssh', ['-V'])) asRoot(aptInstall('openssh-client'))
  if (!works('ssh', ['-V'])) absent(suite, 'no OpenSSH: install openssh-client')
  return callerOf('OpenSSH', ({ host, port, user, key }, steps) => ({
    program: 'sftp',
    args: [
      '-q',
      '-b',
      '-',
      ...(steps.some(([kind]) => kind === 'slow') ? ['-l', '8000'] : []),
      ...OPTIONS,
      '-i',
      key,
      '-P',
      `${port}`,
      `${user}@${host}`,
    ],
    input: `${steps.map(openSshLine).join('\n')}\n`,
  }))
}

function openSshLine(step: SftpStep): string {
  const [kind, ...names] = step
  const word = { put: 'put', slow: 'put', resume: 'put -a', get: 'get', rename: 'rename', list: 'ls -1', many: '' }[kind]
  return kind === 'many'
    ? step
        .slice(1)
        .map(pair => `put ${[pair].flat().join(' ')}`)
        .join('\n')
    : `${word} ${names.join(' ')}`
}

/** lftp, over OpenSSH's ssh. */
export function lftp(suite: Mocha.Context): SftpCaller {
  if (!works('lftp', ['--version'])) asRoot(aptInstall('lftp', 'openssh-client'))
  if (!works('lftp', ['--version'])) absent(suite, 'no lftp: install it')
  return callerOf('lftp', ({ host, port, user, key }, steps) => ({
    program: 'lftp',
    args: ['--norc'],
    input: [
      `set sftp:connect-program "ssh -a -x ${OPTIONS.join(' ')} -i ${key}"`,
      'set net:max-retries 1; set net:timeout 20; set cmd:fail-exit yes; set sftp:auto-confirm yes; set mirror:set-permissions no',
      `open -p ${port} sftp://${user}:@${host}`,
      ...steps.map(lftpLine),
      'bye',
      '',
    ].join('\n'),
  }))
}

function lftpLine(step: SftpStep): string {
  const [kind] = step
  if (kind === 'list') return `cls -1 ${step[1]}`
  if (kind === 'many')
    return `mput -P 50 -O ${folderOf(step)} ${step
      .slice(1)
      .map(pair => [pair].flat()[0])
      .join(' ')}`
  const [, from = '', to = ''] = step
  if (kind === 'rename') return `mv ${from} ${to}`
  if (kind === 'get') return `get ${from} -o ${to}`
  return `${kind === 'slow' ? 'set net:limit-rate 0:1M; ' : ''}put ${kind === 'resume' ? '-c ' : ''}${from} -o ${to}`
}

function folderOf(step: SftpStep): string {
  const [, first] = step
  const [, to = ''] = [first].flat()
  return to.slice(0, to.lastIndexOf('/'))
}

/** Python's paramiko. */
export function paramiko(suite: Mocha.Context): SftpCaller {
  const python = process.env.WAYBILL_TEST_PYTHON ?? 'python3'
  const ready = () => works(python, ['-c', 'import paramiko'])
  if (!ready()) asRoot([[python, '-m', 'pip', 'install', '--quiet', '--break-system-packages', 'paramiko']])
  if (!ready()) absent(suite, 'no Python with paramiko: pip install paramiko, or name a python in WAYBILL_TEST_PYTHON')
  return callerOf('paramiko', (place, steps) => ({
    program: python,
    args: [join(root, 'test/support/sftp-clients/paramiko_client.py')],
    input: JSON.stringify({ place, steps }),
  }))
}

interface Invocation {
  readonly program: string
  readonly args: readonly string[]
  readonly input: string
}

function callerOf(name: string, invoke: (place: SftpPlace, steps: readonly SftpStep[]) => Invocation): SftpCaller {
  const start: SftpCaller['start'] = (place, steps) => {
    const { program, args, input } = invoke(place, steps)
    const child = spawn(program, args, { stdio: ['pipe', 'pipe', 'pipe'], timeout: 60_000, detached: true })
    let output = ''
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', chunk => {
        output = `${output}${chunk}`.slice(-20_000)
      })
    }
    child.stdin.on('error', () => {})
    child.stdin.end(input)
    return { process: child, ended: new Promise(resolve => child.once('close', code => resolve({ code, output }))) }
  }
  return { name, start, run: (place, steps) => start(place, steps).ended }
}

/** A key pair of its own; the line of its public key. */
export function makeKey(file: string): string {
  execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', file], { stdio: 'ignore' })
  return execFileSync('ssh-keygen', ['-y', '-f', file], { encoding: 'utf8' }).trim()
}
