import type { SftpListen } from './options.ts'

const MINUTE_MS = 60_000
/** Addresses whose failures are remembered; beyond that the oldest are forgotten. */
const MAX_ADDRESSES = 10_000

/** Bounds of what comes from outside before anybody has logged in. */
export interface Brakes {
  /** Why a connection of the address is refused; undefined where it may come, and then `leave` is due. */
  enter(address: string): string | undefined
  leave(address: string): void
  /** A login of the address failed. */
  failed(address: string): void
}

/** Brakes by the limits of `listen.sftp`. An IPv6 address counts by its network of 64 bits. */
export function createBrakes(
  limits: Pick<SftpListen, 'connections' | 'connectionsPerAddress' | 'triesPerMinute'>,
  now = () => performance.now(),
): Brakes {
  const open = new Map<string, number>()
  const failures = new Map<string, { since: number; count: number }>()
  let all = 0

  function isBarred(key: string): boolean {
    const seen = failures.get(key)
    if (!seen) return false
    if (now() - seen.since < MINUTE_MS) return seen.count >= limits.triesPerMinute
    failures.delete(key)
    return false
  }

  return {
    enter(address) {
      const key = networkOf(address)
      const own = open.get(key) ?? 0
      if (all >= limits.connections) return `${all} connections are open`
      if (own >= limits.connectionsPerAddress) return `${own} connections of this address are open`
      if (isBarred(key)) return `${limits.triesPerMinute} logins of this address failed within a minute`
      open.set(key, own + 1)
      all += 1
      return undefined
    },
    leave(address) {
      const key = networkOf(address)
      const own = (open.get(key) ?? 1) - 1
      if (own > 0) open.set(key, own)
      else open.delete(key)
      all -= 1
    },
    failed(address) {
      const key = networkOf(address)
      const seen = failures.get(key)
      if (seen && now() - seen.since < MINUTE_MS) seen.count += 1
      else failures.set(key, { since: now(), count: 1 })
      const [oldest] = failures.keys()
      if (failures.size > MAX_ADDRESSES && oldest !== undefined) failures.delete(oldest)
    },
  }
}

function networkOf(address: string): string {
  const [, mapped] = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address) ?? []
  if (mapped !== undefined) return mapped
  return address.includes(':') ? expand(address).slice(0, 4).join(':') : address
}

function expand(address: string): readonly string[] {
  const [head = '', tail] = (address.split('%')[0] ?? '').split('::')
  const left = head.split(':').filter(part => part !== '')
  const right = (tail ?? '').split(':').filter(part => part !== '')
  return [...left, ...Array(Math.max(0, 8 - left.length - right.length)).fill('0'), ...right]
}
