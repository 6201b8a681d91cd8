import { existsSync } from 'node:fs'
import { createServer } from 'node:net'
import { isWarning } from '../../config/faults.ts'
import type { Project } from '../../config/project.ts'
import { counted, listed } from '../words.ts'
import { type Finding, ill, type Patient, well } from './finding.ts'

const BROKER_MS = 5_000

/** Whether the project has faults. */
export async function config({ project, played, gateway }: Patient): Promise<Finding> {
  const { count } = project.faults
  if (count === 0) return well('config', `${project.name} has no faults`)
  if (played?.faults.count === 0) {
    if (gateway) return well('config', `${project.name} has no faults with stand-ins for its broker, and its gateway runs`)
    if (await isPlayable(project)) {
      return well('config', `${project.name} has no faults with waybill run --stand-ins; without them it needs its broker`)
    }
  }
  const first = project.faults.list().find(fault => !isWarning(fault))
  return ill('config', `${counted(count, 'fault')}, the first at ${first?.file}:${first?.line}`, 'waybill check lists them all')
}

/** Nothing is sent to the gateway's own broker that a stand-in could not take. */
async function isPlayable({ systems }: Project): Promise<boolean> {
  const { adapters } = await import('../../adapters/registry.ts')
  return Object.values(systems).every(({ adapter, options, standIn }) => standIn.length > 0 || !adapters[adapter]?.queues?.isOwn(options))
}

/** Who holds the store: nobody, the project's own gateway, or somebody else. */
export async function owner({ place, gateway }: Patient): Promise<Finding> {
  if (gateway) return well('owner', `the gateway at ${gateway} holds the store`)
  if (!existsSync(place.store)) return well('owner', 'there is no store yet')
  const { own } = await import('../../gateway/store/owner.ts')
  try {
    own(place.store).release()
    return well('owner', 'nobody holds the store')
  } catch (error) {
    const seen = error instanceof Error ? error.message : String(error)
    return ill('owner', `no gateway answers, but ${seen}`, 'wait for it or stop it; see also listen.admin')
  }
}

/** Whether the addresses can be listened on; where the gateway runs, it has them. */
export async function addresses({ project, gateway }: Patient): Promise<Finding> {
  if (gateway) return well('addresses', 'the running gateway has them')
  const asked = [project.listen.http, project.listen.admin]
  const faults = (await Promise.all(asked.map(unavailable))).filter(fault => fault !== undefined)
  if (faults.length === 0) return well('addresses', `${listed(asked)} are free`)
  return ill('addresses', faults.join('; '), 'stop what has them, or change listen.http and listen.admin')
}

/** Whether the broker lets the gateway in. */
export async function broker({ project }: Patient): Promise<Finding> {
  const { queue } = project
  if (queue.kind === 'embedded') return well('queue', 'embedded: nothing else is needed')
  const url = urlOf(queue.options)
  const { connect } = await import('amqplib')
  try {
    const connection = await connect(url, { timeout: BROKER_MS })
    await connection.close()
    return well('queue', `RabbitMQ at ${shown(url)} lets the gateway in`)
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    return ill(
      'queue',
      `RabbitMQ at ${shown(url)}: ${reason.replaceAll(url, shown(url))}`,
      'start it, or mend url, user or password in queue.rabbitmq',
    )
  }
}

function urlOf(options: unknown): string {
  return typeof options === 'object' && options !== null && 'url' in options ? String(options.url) : ''
}

/** A broker's address without user and password. */
function shown(url: string): string {
  const { protocol, host, pathname } = URL.canParse(url) ? new URL(url) : { protocol: 'amqp:', host: '?', pathname: '' }
  return `${protocol}//${host}${pathname}`
}

function unavailable(address: string): Promise<string | undefined> {
  const colon = address.lastIndexOf(':')
  const [host, port] = [address.slice(0, colon).replace(/^\[|\]$/g, ''), Number(address.slice(colon + 1))]
  return new Promise(resolve => {
    const server = createServer()
    server.once('error', (error: NodeJS.ErrnoException) => resolve(`${address} cannot be listened on: ${error.code ?? error.message}`))
    server.listen({ host, port, exclusive: true }, () => server.close(() => resolve(undefined)))
  })
}
