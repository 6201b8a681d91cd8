import { GatewayError } from '../../gateway/errors.ts'
import type { Delivery, Direct, Outbound, Prepared, Publication } from '../../gateway/ports.ts'
import { createPublisher, type Publisher } from '../../gateway/queue/rabbitmq/publisher.ts'
import type { AdapterContext, TargetOptions } from '../adapter.ts'
import { brokerName, brokerOf, userOf } from './broker.ts'
import { createDeclarer, type Declarer } from './declarer.ts'
import { repliesOf, type SystemOptions, systemOf } from './options.ts'
import { type Address, addressOf, publicationOf } from './publication.ts'
import { createRpcOutbound } from './rpc.ts'
import { faultOf } from './sending.ts'

const CONNECT_WAIT_MS = 2_000

/** Delivers to a queue or an exchange: on the gateway's own broker by the queue's own publish (Direct), elsewhere with a confirming publisher, and where it answers (`reply`) as a call. Throws CONFIG_INVALID where the options name no place. */
export function createOutbound(target: TargetOptions, context: AdapterContext): Outbound & Partial<Direct & Prepared> {
  const options = systemOf(target.options)
  const address = addressOf(target.name, options)
  const { url, own } = brokerOf(`system ${target.name}`, options.url, context.brokerUrl)
  const reply = repliesOf(options)
  if (reply) return createRpcOutbound({ name: target.name, url, address, reply, context })
  if (own && userOf(url) === userOf(context.brokerUrl ?? url)) return ownTarget(target.name, options, { address, url, context })
  return foreignTarget(target.name, { address, url, context })
}

interface Place {
  readonly address: Address
  readonly url: string
  readonly context: AdapterContext
}

function ownTarget(
  name: string,
  { queue, declare = 'quorum' }: SystemOptions,
  { address, url, context }: Place,
): Outbound & Direct & Prepared {
  const declarer = declarerOf(context, url)
  // For callers that wait until the broker has it; everything else goes by the queue.
  const sender = foreignTarget(name, { address, url, context })
  return {
    publication: delivery => publicationOf(delivery, address),
    async ready() {
      if (queue !== undefined && declare === 'quorum') await declarer.declare(queue)
    },
    send: sender.send,
    async close() {
      await sender.close()
      await declarer.close()
    },
  }
}

const declarers = new WeakMap<AdapterContext, Declarer>()

/** One for all targets of a gateway, so that forty queues are one connection. */
function declarerOf(context: AdapterContext, url: string): Declarer {
  const declarer = declarers.get(context) ?? createDeclarer(url, context)
  declarers.set(context, declarer)
  return declarer
}

function foreignTarget(name: string, { address, url, context }: Place): Outbound {
  const reasons = new WeakMap<Publication, string>()
  let publisher: Publisher | undefined

  function connected(): Publisher {
    publisher ??= createPublisher({
      url,
      name: `waybill ${context.project.name} ${name}`,
      log: context.log,
      failed: (publication, reason) => reasons.set(publication, reason),
    })
    return publisher
  }

  return {
    async send(delivery: Delivery, signal: AbortSignal) {
      const publication = publicationOf(delivery, address)
      const publishing = connected()
      await connection(publishing, signal)
      const [result = 'no-room'] = await within(publishing.publish([publication]), signal, name)
      if (result !== 'stored') throw faultOf(result, `${name} (${brokerName(url)})`, reasons.get(publication))
      return undefined
    },
    close: async () => publisher?.close(),
  }
}

/** Waits a moment for a connection that is being made; where it does not come, the publish says so. */
async function connection(publisher: Publisher, signal: AbortSignal): Promise<void> {
  if (publisher.health().ok || signal.aborted) return
  const patience = new AbortController()
  const end = () => patience.abort()
  const timer = setTimeout(end, CONNECT_WAIT_MS)
  signal.addEventListener('abort', end, { once: true })
  await publisher.room(patience.signal).catch(() => {})
  clearTimeout(timer)
  signal.removeEventListener('abort', end)
}

function within<T>(work: Promise<T>, signal: AbortSignal, name: string): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = () => reject(new GatewayError('TARGET_TIMEOUT', `${name} did not confirm in time; it may have the message`))
    if (signal.aborted) return abort()
    signal.addEventListener('abort', abort, { once: true })
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort))
  })
}
