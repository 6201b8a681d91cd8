import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { atExit } from './leftovers.ts'
import { sampleOrders, shared } from './shared.ts'

const exec = promisify(execFile)

export interface Load {
  readonly url: URL
  readonly seconds: number
  readonly connections: number
  /** Begins each order's id. */
  readonly prefix: string
}

/** What wrk saw; `status` counts answers of 400 and above, `socket` broken connections. */
export interface Loaded {
  readonly requests: number
  readonly seconds: number
  readonly p50: number
  readonly p99: number
  readonly status: number
  readonly socket: number
}

/** Posts orders with wrk, one thread, for so many seconds. */
export async function postOrders({ url, seconds, connections, prefix }: Load): Promise<Loaded> {
  const folder = mkdtempSync(join(tmpdir(), 'waybill-bench-load-'))
  const remove = () => rmSync(folder, { recursive: true, force: true })
  const forget = atExit(remove)
  try {
    const bodies = join(folder, 'bodies')
    writeFileSync(
      bodies,
      sampleOrders()
        .map(({ orderId, text }) => `${text.split(orderId).join('\n')}\n`)
        .join(''),
    )
    const args = ['-t1', `-c${connections}`, `-d${seconds}s`, '--timeout', '10s', '-s', join(shared, 'load.lua'), url.href]
    const environment = {
      BODIES: bodies,
      ID_PREFIX: prefix,
      REQUEST_PATH: url.pathname,
      REQUEST_HEADERS: 'Content-Type: application/json\r\n',
    }
    const { stderr } = await exec('wrk', args, { env: { ...process.env, ...environment }, timeout: (seconds + 30) * 1_000 })
    return JSON.parse(stderr.trim().split('\n').at(-1) ?? '')
  } finally {
    forget()
    remove()
  }
}
