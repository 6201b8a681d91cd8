import { request } from 'node:http'
import { userInfo } from 'node:os'
import { readAddress, readToken } from '../gateway/admin/token.ts'
import { CommandError, exit } from './command.ts'
import type { Place } from './place.ts'

/** A running gateway's admin API. Both throw CommandError with what was answered. */
export interface AdminClient {
  readonly address: string
  get<T>(path: string, query?: Readonly<Record<string, string | number | undefined>>): Promise<T>
  /** With its own deadline where it may take long. */
  post<T>(path: string, body?: unknown, deadlineMs?: number): Promise<T>
}

interface Reply {
  readonly status: number
  readonly text: string
}

const DEADLINE_MS = 120_000
const PROBE_MS = 3_000

/** The project's running gateway, or undefined where none answers. Throws where something answers that is not it, or does not know the token. */
export async function findGateway(place: Place): Promise<AdminClient | undefined> {
  const address = reachable(readAddress(place.store) ?? place.admin)
  const live = await exchange({ address, method: 'GET', path: '/health/live', deadlineMs: PROBE_MS }).catch(() => undefined)
  if (!live) return undefined
  const token = readToken(place.store)
  if (live.status !== 200 || token === undefined) {
    const missing = token === undefined ? `, and ${place.store} holds no admin-token that can be read` : ''
    throw new CommandError(exit.unreachable, `what answers at ${address} is not this project's gateway (status ${live.status}${missing})`)
  }
  return createClient(address, token)
}

/** The project's running gateway; throws where none answers. */
export async function needGateway(place: Place): Promise<AdminClient> {
  const gateway = await findGateway(place)
  if (gateway) return gateway
  throw new CommandError(
    exit.unreachable,
    `no gateway of ${place.name} answers at ${reachable(readAddress(place.store) ?? place.admin)}; start it: waybill run ${place.dir}`,
  )
}

function createClient(address: string, token: string): AdminClient {
  const headers = { authorization: `Bearer ${token}`, 'waybill-by': `${safeUser()} (waybill command)` }
  async function call<T>(method: string, path: string, body?: unknown, deadlineMs = DEADLINE_MS): Promise<T> {
    const sent = body === undefined ? {} : { body: JSON.stringify(body) }
    const reply = await exchange({ address, method, path, headers, deadlineMs, ...sent }).catch((error: Error) => {
      throw new CommandError(exit.unreachable, `the gateway at ${address} did not answer: ${error.message}`)
    })
    if (reply.status === 200) return JSON.parse(reply.text)
    throw refusal(reply, address)
  }
  return {
    address,
    get: (path, query = {}) => call('GET', `${path}${search(query)}`),
    post: (path, body = {}, deadlineMs) => call('POST', path, body, deadlineMs),
  }
}

function search(query: Readonly<Record<string, string | number | undefined>>): string {
  const given = Object.entries(query).flatMap(([name, value]) => (value === undefined ? [] : [[name, String(value)] as const]))
  return given.length === 0 ? '' : `?${new URLSearchParams(Object.fromEntries(given))}`
}

function refusal({ status, text }: Reply, address: string): CommandError {
  const detail = detailOf(text) ?? `status ${status}`
  if (status === 401) return new CommandError(exit.unreachable, `the gateway at ${address} does not know this project's admin token`)
  if (status === 404) return new CommandError(exit.found, detail)
  return new CommandError(status < 500 ? exit.usage : exit.unreachable, detail)
}

function detailOf(text: string): string | undefined {
  try {
    const { detail }: { detail?: unknown } = JSON.parse(text)
    return typeof detail === 'string' ? detail : undefined
  } catch {
    return undefined
  }
}

interface Exchange {
  readonly address: string
  readonly method: string
  readonly path: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
  readonly deadlineMs: number
}

function exchange({ address, method, path, headers = {}, body, deadlineMs }: Exchange): Promise<Reply> {
  const kind = body === undefined ? {} : { 'content-type': 'application/json', 'content-length': String(Buffer.byteLength(body)) }
  return new Promise((resolve, reject) => {
    const sent = request(`${address}${path}`, {
      method,
      headers: { ...headers, ...kind },
      agent: false,
      signal: AbortSignal.timeout(deadlineMs),
    })
    sent.on('error', reject)
    sent.on('response', async response => {
      try {
        const chunks: Buffer[] = []
        for await (const chunk of response) chunks.push(chunk)
        resolve({ status: response.statusCode ?? 0, text: Buffer.concat(chunks).toString('utf8') })
      } catch (error) {
        reject(error)
      }
    })
    sent.end(body)
  })
}

/** An address that can be called: one that means "all of this machine" is called on its loopback. */
export function reachable(address: string): string {
  const bare = address.replace(/^https?:\/\//, '')
  return `http://${bare.replace(/^(0\.0\.0\.0|\[::\]|\*)?(?=:\d+$)/, found => (found === '[::]' ? '[::1]' : '127.0.0.1'))}`
}

function safeUser(): string {
  try {
    return userInfo()
      .username.replace(/[^\x20-\x7e]/g, '?')
      .slice(0, 64)
  } catch {
    return 'somebody'
  }
}
