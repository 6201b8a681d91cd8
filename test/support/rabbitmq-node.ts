import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { promisify } from 'node:util'
import { lastingPort } from './port.ts'
import { until } from './until.ts'

/** A RabbitMQ node that a test has to itself. */
export interface RabbitNode {
  /** Its name among Erlang nodes. */
  readonly name: string
  /** `amqp://guest:guest@127.0.0.1:PORT/VHOST` */
  url(vhost?: string): string
  /** The URL of a virtual host that nobody has used yet. */
  vhost(): Promise<string>
  /** `rabbitmqctl ARGS`; resolves with what it printed. */
  ctl(...args: string[]): Promise<string>
  readonly port: number
  pid(): number
  /** SIGKILL; resolves when the process is gone. */
  kill(): Promise<void>
  /** SIGTERM: an orderly end; resolves when the process is gone. */
  stop(): Promise<void>
  /** Starts it again on the same data and port; resolves when it takes connections. */
  start(): Promise<void>
  /** SIGSTOP. */
  pause(): void
  /** SIGCONT. */
  resume(): void
  /** Ends it for good and removes its folder. */
  remove(): Promise<void>
}

interface Parts {
  readonly bin: string
  readonly dir: string
  readonly name: string
  readonly port: number
  readonly env: NodeJS.ProcessEnv
  readonly epmd: ChildProcess
  child: ChildProcess | undefined
  vhosts: number
}

const VHOSTS = 24
// a node that was killed a moment ago may still be writing
const GONE = { recursive: true, force: true, maxRetries: 5, retryDelay: 20 }
const run = promisify(execFile)
const living = new Set<Parts>()
process.on('exit', endAll)
// a run that is told to end does not get to its hooks
for (const signal of ['SIGTERM', 'SIGHUP'] as const) {
  process.once(signal, () => {
    endAll()
    process.kill(process.pid, signal)
  })
}

function endAll(): void {
  for (const { child, epmd, dir } of living) {
    child?.kill('SIGKILL')
    epmd.kill('SIGKILL')
    rmSync(dir, GONE)
  }
  living.clear()
}

/** The folder of the programs: Debian's wrapper on the PATH changes users, what it wraps does not. */
export function findServer(): string | undefined {
  const folders = ['/usr/lib/rabbitmq/bin', ...(process.env.PATH ?? '').split(delimiter), '/opt/homebrew/sbin', '/usr/local/sbin']
  return folders.find(folder => existsSync(join(folder, 'rabbitmq-server')) && existsSync(join(folder, 'rabbitmqctl')))
}

/** What the nodes of one cluster share. */
export interface ClusterOptions {
  readonly cookie: string
  /** Where they find each other: the port of one epmd, which the first of them starts. */
  readonly epmdPort: number
}

/** Starts a node on free ports with data of its own, alone or as one that may join a cluster; resolves when it takes connections. */
export async function startNode(bin: string, cluster?: ClusterOptions): Promise<RabbitNode> {
  const parts = await prepare(bin, cluster)
  living.add(parts)
  await start(parts)
  return {
    port: parts.port,
    name: parts.name,
    url: (vhost = '/') => `amqp://guest:guest@127.0.0.1:${parts.port}/${encodeURIComponent(vhost)}`,
    vhost: () => freshVhost(parts),
    ctl: (...args) => ctl(parts, args),
    pid: () => parts.child?.pid ?? 0,
    kill: () => end(parts, 'SIGKILL'),
    stop: () => end(parts, 'SIGTERM'),
    start: () => start(parts),
    pause: () => void parts.child?.kill('SIGSTOP'),
    resume: () => void parts.child?.kill('SIGCONT'),
    remove: () => remove(parts),
  }
}

async function prepare(bin: string, cluster?: ClusterOptions): Promise<Parts> {
  const dir = mkdtempSync(join(tmpdir(), 'waybill-rabbitmq-'))
  const [port, dist, epmdPort] = [await lastingPort(), await lastingPort(), cluster?.epmdPort ?? (await lastingPort())]
  if (cluster) writeFileSync(join(dir, '.erlang.cookie'), cluster.cookie, { mode: 0o400 })
  const name = `waybill-${process.pid}-${port}@localhost`
  mkdirSync(join(dir, 'log'))
  writeFileSync(join(dir, 'plugins'), '[].\n')
  writeFileSync(join(dir, 'definitions.json'), JSON.stringify(definitions()))
  writeFileSync(join(dir, 'rabbitmq.conf'), config(dir))
  const env = {
    ...process.env,
    ...{ HOME: dir, HOSTNAME: 'localhost', ERL_EPMD_PORT: String(epmdPort), ERL_EPMD_ADDRESS: '127.0.0.1' },
    RABBITMQ_NODENAME: name,
    RABBITMQ_NODE_IP_ADDRESS: '127.0.0.1',
    RABBITMQ_NODE_PORT: String(port),
    RABBITMQ_DIST_PORT: String(dist),
    RABBITMQ_MNESIA_BASE: join(dir, 'data'),
    RABBITMQ_LOG_BASE: join(dir, 'log'),
    RABBITMQ_PID_FILE: join(dir, 'pid'),
    RABBITMQ_CONFIG_FILE: join(dir, 'rabbitmq.conf'),
    RABBITMQ_ENABLED_PLUGINS_FILE: join(dir, 'plugins'),
    RABBITMQ_GENERATED_CONFIG_DIR: join(dir, 'config'),
    RABBITMQ_SCHEMA_DIR: join(dir, 'schema'),
    RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS: '+S 1:1 +sbwt none +sbwtdcpu none +sbwtdio none',
    // the script then becomes the node, instead of a parent that takes its signals
    RUNNING_UNDER_SYSTEMD: '1',
  }
  const epmd = spawn('epmd', ['-port', String(epmdPort), '-address', '127.0.0.1'], { stdio: 'ignore' }).on('error', () => {})
  return { bin, dir, name, port, env, epmd, child: undefined, vhosts: 0 }
}

function config(dir: string): string {
  return [
    `load_definitions = ${dir}/definitions.json`,
    'loopback_users = none',
    'disk_free_limit.absolute = 1MB',
    'vm_memory_high_watermark.absolute = 1GB',
    'log.file.level = warning',
    '',
  ].join('\n')
}

/** rabbitmqctl takes a second for each virtual host; these are made while the node starts. */
function definitions(): unknown {
  const vhosts = ['/', ...Array.from({ length: VHOSTS }, (_, index) => `w${index + 1}`)]
  return {
    users: [{ name: 'guest', password: 'guest', tags: 'administrator' }],
    vhosts: vhosts.map(name => ({ name })),
    permissions: vhosts.map(vhost => ({ user: 'guest', vhost, configure: '.*', write: '.*', read: '.*' })),
  }
}

async function start(parts: Parts): Promise<void> {
  const child = spawn(join(parts.bin, 'rabbitmq-server'), [], { env: parts.env, stdio: ['ignore', 'pipe', 'pipe'] })
  parts.child = child
  let output = ''
  const keep = (chunk: Buffer) => {
    output = (output + chunk).slice(-4_000)
  }
  child.stdout.on('data', keep)
  child.stderr.on('data', keep)
  child.once('exit', () => {
    if (parts.child === child) parts.child = undefined
  })
  await until(
    `RabbitMQ in ${parts.dir} takes connections`,
    () => {
      if (!parts.child) throw new Error(`rabbitmq-server ended while it started:\n${output}`)
      return output.includes('completed with')
    },
    90_000,
  )
}

async function end(parts: Parts, signal: 'SIGKILL' | 'SIGTERM'): Promise<void> {
  parts.child?.kill(signal)
  await until('the broker has ended', () => parts.child === undefined, 30_000)
}

async function ctl(parts: Parts, args: readonly string[]): Promise<string> {
  const { stdout } = await run(join(parts.bin, 'rabbitmqctl'), ['-q', '-n', parts.name, ...args], { env: parts.env })
  return stdout.trim()
}

async function freshVhost(parts: Parts): Promise<string> {
  const name = `w${++parts.vhosts}`
  if (parts.vhosts > VHOSTS) {
    await ctl(parts, ['add_vhost', name])
    await ctl(parts, ['set_permissions', '-p', name, 'guest', '.*', '.*', '.*'])
  }
  return `amqp://guest:guest@127.0.0.1:${parts.port}/${name}`
}

async function remove(parts: Parts): Promise<void> {
  await end(parts, 'SIGKILL')
  parts.epmd.kill('SIGKILL')
  rmSync(parts.dir, GONE)
  living.delete(parts)
}
