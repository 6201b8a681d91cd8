import type { Log } from '../../gateway/log.ts'
import { asError } from '../../gateway/queue/as-error.ts'
import { type AmqpConnection, type Connection, createConnection } from '../../gateway/queue/rabbitmq/connection.ts'
import type { AdapterContext } from '../adapter.ts'
import { declareQueue } from './topology.ts'

// A broker that is away must not hold the gateway's start up.
const WAIT_MS = 2_000

/** Declares the queues of targets on the gateway's own broker, on one connection that lives as long as that takes. */
export interface Declarer {
  /** Resolves when the queue is declared, or after 2 s with a broker that is away: then it goes on trying. */
  declare(queue: string): Promise<void>
  /** Gives up what is not declared yet. */
  close(): Promise<void>
}

interface Wish {
  readonly queue: string
  readonly done: () => void
}

/** Connects when the first queue is wished for, under the name of the project. */
export function createDeclarer(url: string, { project, log }: Pick<AdapterContext, 'project' | 'log'>): Declarer {
  const wishes = new Set<Wish>()
  let connection: Connection | undefined

  async function setUp(amqp: AmqpConnection): Promise<void> {
    for (const wish of wishes) {
      await declare(amqp, wish.queue, log)
      wishes.delete(wish)
      wish.done()
    }
    void close()
  }

  async function close(): Promise<void> {
    const closing = connection
    connection = undefined
    await closing?.close()
  }

  return {
    declare(queue) {
      return new Promise(resolve => {
        const timer = setTimeout(resolve, WAIT_MS)
        const done = () => {
          clearTimeout(timer)
          resolve()
        }
        wishes.add({ queue, done })
        connection ??= createConnection({ url, name: `waybill ${project.name} topology`, log, setUp })
      })
    },
    close() {
      for (const wish of wishes) wish.done()
      wishes.clear()
      return close()
    },
  }
}

/** Rejects only where the connection is to blame; what the broker forbids, it would forbid again. */
async function declare(amqp: AmqpConnection, queue: string, log: Log): Promise<void> {
  try {
    const drift = await declareQueue(amqp, queue)
    if (drift !== undefined) log.info('queue-drift', { queue, detail: drift })
  } catch (thrown) {
    const error: Error & { code?: unknown } = asError(thrown)
    const forbidden = typeof error.code === 'number' && error.code >= 400 && error.code < 500
    if (!forbidden) throw error
    log.warn('queue-not-declared', { queue, reason: error.message })
  }
}
