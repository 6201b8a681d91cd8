import { sendBound } from '../../gateway/deadline.ts'
import { GatewayError } from '../../gateway/errors.ts'
import { idempotencyKey } from '../../gateway/idempotency-key.ts'
import type { Answer } from '../../gateway/message.ts'
import type { Delivery, Outbound, Prepared, Publication } from '../../gateway/ports.ts'
import { createPublisher, type Publisher } from '../../gateway/queue/rabbitmq/publisher.ts'
import type { AdapterContext } from '../adapter.ts'
import { brokerName } from './broker.ts'
import type { ReplyOptions } from './options.ts'
import { type Address, publicationOf } from './publication.ts'
import { createReplies, type Replies } from './replies.ts'
import { faultOf } from './sending.ts'

/** How long a start waits for the reply queue, and a request for it or for a connection. */
const PATIENCE_MS = 2_000
/** Of the business, where AMQP's own correlation-id is what the reply is known by. */
const CORRELATION = 'waybill-correlation-id'

export interface RpcTarget {
  readonly name: string
  readonly url: string
  readonly address: Address
  readonly reply: ReplyOptions
  readonly context: AdapterContext
}

/** Calls by message: publishes with reply-to and correlation-id, and resolves with the reply. Rejects with TARGET_REFUSED or TARGET_UNAVAILABLE for a refusal, TARGET_TIMEOUT where none came in time. */
export function createRpcOutbound(target: RpcTarget): Outbound & Prepared {
  const line = lineOf(target)
  const publisher = publisherOf(target)

  async function send(delivery: Delivery, signal: AbortSignal): Promise<Answer> {
    const clock = clockFor(target.name, sendBound(delivery, target.reply.withinMs), signal)
    try {
      await connected(target, line.replies, publisher, clock.signal)
      const key = idempotencyKey(delivery)
      const replied = line.replies.expect(key, target.reply, clock.signal)
      replied.catch(() => {})
      await published(target, publisher, requestOf(delivery, target.address, line.replies.queue))
      const { answer, error } = await replied
      if (error) throw error
      return answer
    } finally {
      clock.stop()
    }
  }

  return {
    send,
    ready: () => line.replies.ready(AbortSignal.timeout(PATIENCE_MS)).catch(() => {}),
    async close() {
      await publisher.close()
      await line.leave()
    },
  }
}

interface Line {
  readonly replies: Replies
  leave(): Promise<void>
}

interface Shared {
  readonly replies: Replies
  users: number
}

const shared = new WeakMap<AdapterContext, Map<string, Shared>>()

/** One reply queue and one consumer for all operations of a system. */
function lineOf({ name, url, reply, context }: RpcTarget): Line {
  const lines = shared.get(context) ?? new Map<string, Shared>()
  shared.set(context, lines)
  const [system = name] = name.split('.')
  const key = JSON.stringify([url, system])
  const line = lines.get(key) ?? { replies: createReplies({ url, system, options: reply, context }), users: 0 }
  lines.set(key, line)
  line.users += 1
  return {
    replies: line.replies,
    async leave() {
      line.users -= 1
      if (line.users > 0) return
      lines.delete(key)
      await line.replies.close()
    },
  }
}

const reasons = new WeakMap<Publication, string>()

function publisherOf({ name, url, context: { project, log } }: RpcTarget): Publisher {
  return createPublisher({
    url,
    name: `waybill ${project.name} ${name}`,
    log,
    failed: (publication, reason) => reasons.set(publication, reason),
  })
}

/** The request as a message: known by the delivery's key, so that an answer finds it also after a restart. */
function requestOf(delivery: Delivery, address: Address, replyTo: string): Publication {
  const publication = publicationOf(delivery, address)
  return {
    ...publication,
    correlationId: publication.messageId,
    replyTo,
    headers: { ...publication.headers, [CORRELATION]: delivery.correlationId },
  }
}

/** No request without a reply queue, and none without a connection: they would be lost, or come too late. */
async function connected({ name, url }: RpcTarget, replies: Replies, publisher: Publisher, signal: AbortSignal): Promise<void> {
  const patience = AbortSignal.any([signal, AbortSignal.timeout(PATIENCE_MS)])
  try {
    await replies.ready(patience)
    if (!publisher.health().ok) await publisher.room(patience)
  } catch (cause) {
    if (signal.aborted) throw cause
    throw new GatewayError('TARGET_UNAVAILABLE', `${name} (${brokerName(url)}): the broker cannot be reached`, { cause })
  }
}

async function published({ name, url }: RpcTarget, publisher: Publisher, publication: Publication): Promise<void> {
  const [result = 'no-room'] = await publisher.publish([publication])
  if (result !== 'stored') throw faultOf(result, `${name} (${brokerName(url)})`, reasons.get(publication))
}

interface Clock {
  readonly signal: AbortSignal
  stop(): void
}

/** Aborts when the time is over, or with the signal. */
function clockFor(name: string, withinMs: number, signal: AbortSignal): Clock {
  const own = new AbortController()
  const late = () => own.abort(new GatewayError('TARGET_TIMEOUT', `${name} did not answer within ${withinMs} ms; it may have the request`))
  const gone = () =>
    own.abort(new GatewayError('TARGET_TIMEOUT', `${name} had not answered when nobody waited any more; it may have the request`))
  const timer = setTimeout(late, withinMs)
  if (signal.aborted) gone()
  signal.addEventListener('abort', gone, { once: true })
  return {
    signal: own.signal,
    stop() {
      clearTimeout(timer)
      signal.removeEventListener('abort', gone)
      // Nobody waits for a reply any more, whether one came or the request was not even published.
      own.abort()
    },
  }
}
