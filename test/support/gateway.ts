import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

const cli = fileURLToPath(new URL('../../cli/waybill.js', import.meta.url))

/** A gateway in a process of its own, on free ports, with a project in a folder of its own. */
export interface TestGateway {
  readonly dir: string
  /** `http://127.0.0.1:PORT` of the sources, and of the admin API. */
  readonly http: string
  readonly admin: string
  readonly token: string
  readonly process: ChildProcess
  /** What it logged so far. */
  log(): string
  /** Ends it with a signal and resolves when it is gone, with its exit code or the signal. */
  end(signal?: NodeJS.Signals): Promise<number | string>
  /** Starts the same project again, after `end`. */
  again(environment?: Readonly<Record<string, string>>): Promise<TestGateway>
  /** A call of the admin API with its token; the parsed answer. */
  api(method: string, path: string, body?: unknown): Promise<unknown>
  /** Runs a waybill command in the project's folder. */
  run(...args: readonly string[]): Promise<{ readonly code: number; readonly stdout: string; readonly stderr: string }>
}

export interface TestGatewayOptions {
  /** Files of the project by path; `waybill.yaml` without `listen`, which is put in. */
  readonly files: Readonly<Record<string, string | Uint8Array>>
  readonly environment?: Readonly<Record<string, string>>
  readonly args?: readonly string[]
  /** The store's folder, where the project names another than `data`. */
  readonly store?: string
}

const LISTEN = "listen: { http: '127.0.0.1:0', admin: '127.0.0.1:0' }\n"

/** Writes the project and starts a gateway on it; remember to `end` it. The folder goes with `removeProjects`. */
export function startProject(options: TestGatewayOptions): Promise<TestGateway> {
  return start(writeProject(options.files), options)
}

const folders: string[] = []

/** A folder with these files. */
export function writeProject(files: Readonly<Record<string, string | Uint8Array>>): string {
  const dir = mkdtempSync(join(tmpdir(), 'waybill-test-'))
  folders.push(dir)
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(dir, name)), { recursive: true })
    const listens = name !== 'waybill.yaml' || /^listen:/m.test(String(text))
    writeFileSync(join(dir, name), listens ? text : `${text}${LISTEN}`)
  }
  return dir
}

/** Removes every folder that was written. */
export function removeProjects(): void {
  for (const dir of folders.splice(0)) rmSync(dir, { recursive: true, force: true })
}

async function start(dir: string, options: TestGatewayOptions): Promise<TestGateway> {
  const { environment = {}, args = [], store = join(dir, 'data') } = options
  const child = spawn(process.execPath, [cli, 'run', dir, '--json', ...args], {
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let logged = ''
  child.stderr.on('data', chunk => {
    logged = `${logged}${chunk}`.slice(-200_000)
  })
  const gone = new Promise<number | string>(resolve => child.once('exit', (code, signal) => resolve(code ?? signal ?? 'gone')))
  const ready = await Promise.race([
    firstLine(child),
    gone.then(code => Promise.reject(new Error(`the gateway ended with ${code}\n${logged}`))),
  ])
  const { http, admin } = addressesOf(ready, () => logged)
  const token = readFileSync(join(store, 'admin-token'), 'utf8').trim()
  return {
    dir,
    http: withScheme(http),
    admin: withScheme(admin),
    token,
    process: child,
    log: () => logged,
    end(signal = 'SIGTERM') {
      child.kill(signal)
      return gone
    },
    again: (more = {}) => start(dir, { ...options, environment: more }),
    api: (method, path, body) => call(`${withScheme(admin)}${path}`, method, token, body),
    run: (...more) => runCli(dir, more),
  }
}

function firstLine(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    if (!child.stdout) return reject(new Error('no stdout'))
    createInterface({ input: child.stdout }).once('line', resolve)
  })
}

function addressesOf(line: string, logged: () => string): { http: string; admin: string } {
  const value: unknown = JSON.parse(line)
  if (typeof value === 'object' && value !== null && 'http' in value && 'admin' in value)
    return { http: String(value.http), admin: String(value.admin) }
  throw new Error(`the gateway did not start: ${line}\n${logged()}`)
}

function withScheme(address: string): string {
  return address.startsWith('http') ? address : `http://${address}`
}

async function call(url: string, method: string, token: string, body: unknown): Promise<unknown> {
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' }
  const response = await fetch(url, { method, headers, ...(body !== undefined && { body: JSON.stringify(body) }) })
  const text = await response.text()
  return text === '' ? undefined : JSON.parse(text)
}

/** Runs a waybill command in a folder. */
export function runCli(dir: string, args: readonly string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  return new Promise(resolve => {
    execFile(process.execPath, [cli, ...args], { cwd: dir, timeout: 30_000, maxBuffer: 16 * 1_024 ** 2 }, (error, stdout, stderr) => {
      resolve({ code: typeof error?.code === 'number' ? error.code : error ? -1 : 0, stdout, stderr })
    })
  })
}
