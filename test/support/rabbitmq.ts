import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { findServer, type RabbitNode, startNode } from './rabbitmq-node.ts'

export type { RabbitNode }

let shared: Promise<RabbitNode> | undefined

// one node for the whole run; a hook at the top of an imported module belongs to mocha's root suite
if (typeof after === 'function') {
  after('the broker ends', async function () {
    this.timeout(30_000)
    await (await shared?.catch(() => undefined))?.remove()
  })
}

/**
 * The run's broker: WAYBILL_TEST_AMQP_URL, else a node of its own. Where there is none: with CI=true it throws, else the suite is skipped
 * with the reason. In a `before` with `this.timeout(120_000)`: `broker = await rabbitmq(this)`.
 */
export async function rabbitmq(suite: Mocha.Context): Promise<Pick<RabbitNode, 'url' | 'vhost' | 'ctl'>> {
  const given = process.env.WAYBILL_TEST_AMQP_URL
  if (given) return foreign(given)
  shared ??= startNode(bin(suite))
  return shared
}

/** A node for one suite, which may kill it; the suite calls `remove()` in its `after`. */
export function ownNode(suite: Mocha.Context): Promise<RabbitNode> {
  return startNode(bin(suite))
}

function bin(suite: Mocha.Context): string {
  const found = findServer() ?? install()
  if (found) return found
  const reason = 'no rabbitmq-server: install it, or name a broker in WAYBILL_TEST_AMQP_URL'
  if (process.env.CI === 'true') throw new Error(reason)
  console.log(`      skipped: ${reason}`)
  return suite.skip()
}

function install(): string | undefined {
  if (process.getuid?.() !== 0 || !existsSync('/usr/bin/apt-get')) return undefined
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive', RUNLEVEL: '1' }
  try {
    execFileSync('apt-get', ['update', '-qq'], { env, stdio: 'ignore' })
    execFileSync('apt-get', ['install', '-y', '-qq', '--no-install-recommends', 'rabbitmq-server'], { env, stdio: 'ignore' })
  } catch {
    return undefined
  }
  return findServer()
}

function foreign(url: string): Pick<RabbitNode, 'url' | 'vhost' | 'ctl'> {
  const missing = () => Promise.reject(new Error('a broker given by WAYBILL_TEST_AMQP_URL has no rabbitmqctl here'))
  return { url: () => url, vhost: () => Promise.resolve(url), ctl: missing }
}
