import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as pause } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { readToken } from '../gateway/admin/token.ts'
import { atExit } from './leftovers.ts'

const cli = fileURLToPath(new URL('../cli/waybill.js', import.meta.url))
const READY_MS = 60_000
const STOP_MS = 35_000

/** A gateway in a process of its own. */
export interface Waybill {
  readonly pid: number
  /** `http://127.0.0.1:PORT` of the sources. */
  readonly http: string
  /** From the start of the process to its ready line. */
  readonly readyMs: number
  /** Deliveries that its store holds undelivered. */
  queued(): Promise<number>
  pause(target: string): Promise<void>
  /** Its page for Prometheus. */
  metrics(): Promise<string>
  /** SIGTERM, and SIGKILL if that takes too long. */
  stop(): Promise<void>
}

/** Starts `waybill run` on a project whose store is in its folder `data`; rejects with what it said where it does not get ready. */
export async function startWaybill(dir: string, nodeArguments: readonly string[] = []): Promise<Waybill> {
  const began = performance.now()
  const child = spawn(process.execPath, [...nodeArguments, cli, 'run', dir, '--json'], {
    env: { ...process.env, NODE_ENV: 'production' },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let said = ''
  child.stderr.on('data', chunk => {
    said = `${said}${chunk}`.slice(-4_000)
  })
  const forget = atExit(() => child.kill('SIGKILL'))
  const ended = once(child, 'exit').finally(forget)
  const line = await Promise.race([once(createInterface({ input: child.stdout }), 'line'), ended, pause(READY_MS, [], { ref: false })])
  const readyMs = performance.now() - began
  const text: unknown = line[0]
  if (typeof text !== 'string' || !text.startsWith('{')) {
    child.kill('SIGKILL')
    throw new Error(`waybill run ${dir} did not get ready:\n${said}`)
  }
  const { http, admin }: { http: string; admin: string } = JSON.parse(text)
  const call = adminOf(withScheme(admin), readToken(join(dir, 'data')) ?? '')
  return {
    pid: child.pid ?? 0,
    http: withScheme(http),
    readyMs,
    queued: async () => queuedOf(await call('GET', '/api/status')),
    pause: async target => void (await call('POST', `/api/targets/${target}/pause`)),
    metrics: async () => (await fetch(`${withScheme(admin)}/metrics`)).text(),
    stop: () => stop(child, ended),
  }
}

function withScheme(address: string): string {
  return address.includes('://') ? address : `http://${address}`
}

function adminOf(admin: string, token: string) {
  return async (method: string, path: string): Promise<unknown> => {
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' }
    const response = await fetch(`${admin}${path}`, { method, headers, signal: AbortSignal.timeout(10_000) })
    if (!response.ok) throw new Error(`${method} ${path} answered ${response.status}: ${await response.text()}`)
    return response.json()
  }
}

function queuedOf(status: unknown): number {
  const { store }: { store?: { queued?: number } } = Object(status)
  return store?.queued ?? 0
}

async function stop(child: ChildProcess, ended: Promise<unknown>): Promise<void> {
  const timer = setTimeout(() => child.kill('SIGKILL'), STOP_MS)
  child.kill('SIGTERM')
  await ended
  clearTimeout(timer)
}
