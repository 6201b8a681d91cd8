import { asGatewayError, type ErrorCode, GatewayError } from '../../gateway/errors.ts'
import type { Log } from '../../gateway/log.ts'
import type { Message } from '../../gateway/message.ts'
import type { Gateway } from '../../gateway/ports.ts'
import type { Publisher } from '../../gateway/queue/rabbitmq/publisher.ts'
import { pause } from '../../gateway/rate.ts'
import { delayMs } from './hold.ts'
import { answerReply, errorReply, publicationTo, type Reply, receiptReply } from './reply.ts'
import { type Aids, type Asked, aidsFor, NO_ROOM, type Taker, whileNoRoom } from './take.ts'

export interface AnswererParts {
  readonly gateway: Pick<Gateway, 'call' | 'bury'>
  readonly publisher: Publisher
  /** `waybill.PROJECT.`: names of the gateway's own queues, which no caller may have written to. */
  readonly ownPrefix: string
  readonly log: Log
}

interface State extends AnswererParts {
  readonly aids: Aids
  readonly signal: AbortSignal
}

const SHORT = 255
/** RabbitMQ's pseudo-queue of a caller's channel (https://www.rabbitmq.com/docs/direct-reply-to). Replies to it are not confirmed, so that only their order before the ack can be relied on. */
const DIRECT = 'amq.rabbitmq.reply-to.'

/** For sources of request-reply routes: calls the target, and sends the answer to the queue that the message names. The message leaves its queue when the broker has the reply. */
export function createAnswerer(parts: AnswererParts, signal: AbortSignal): Taker {
  const state: State = { ...parts, aids: aidsFor(parts.gateway, signal), signal }
  return {
    async take(message, asked) {
      const queue = queueOf(state, asked)
      if (queue instanceof GatewayError) return state.aids.bury(message, queue)
      await deliver(state, { queue, message, asked }, await replyTo(state, message))
    },
    async bury(message, reason, asked) {
      const queue = queueOf(state, asked)
      if (queue instanceof GatewayError) return state.aids.bury(message, reason)
      await deliver(state, { queue, message, asked }, errorReply(reason, message.correlationId))
    },
  }
}

function queueOf({ ownPrefix }: State, { replyTo }: Asked): string | GatewayError {
  const given: unknown = replyTo
  if (typeof given !== 'string' || given === '')
    return new GatewayError(
      'BAD_REQUEST',
      'the route answers its callers, and the message has no reply-to; name the queue that the answer is to go to',
    )
  const own = given.startsWith(ownPrefix) && !given.startsWith(`${ownPrefix}replies.`)
  if (own || Buffer.byteLength(given) > SHORT)
    return new GatewayError(
      'BAD_REQUEST',
      `the reply-to ${JSON.stringify(given.slice(0, SHORT))} may not be named; name a queue of your own`,
    )
  return given
}

/** Never rejects but when the source stops: what goes wrong is the caller's to hear. */
async function replyTo(state: State, message: Message): Promise<Reply> {
  try {
    const answer = await called(state, message)
    return 'replayed' in answer ? receiptReply(answer) : answerReply(answer)
  } catch (thrown) {
    if (state.signal.aborted) throw thrown
    return errorReply(asGatewayError(thrown), message.correlationId)
  }
}

const RUNNING = 'IN_PROGRESS'

/** Whether a caller hears nothing of this error, since its message waits until it has passed. */
export function isAwaited(code: ErrorCode): boolean {
  return code === RUNNING || NO_ROOM.has(code)
}

/** A message that came again while its first delivery is being answered waits for that answer, which is kept for its identity. */
async function called({ gateway, aids, signal }: State, message: Message) {
  for (let tries = 0; ; tries += 1) {
    try {
      return await whileNoRoom(() => gateway.call(message, signal), aids.hold)
    } catch (thrown) {
      if (signal.aborted || asGatewayError(thrown).code !== RUNNING) throw thrown
      await pause(delayMs(tries), signal)
    }
  }
}

interface Call {
  readonly queue: string
  readonly message: Message
  readonly asked: Asked
}

/** Resolves when the broker has the reply, or will never have it: then the message is kept as a dead letter that says so. */
async function deliver({ publisher, aids, signal, log }: State, { queue, message, asked }: Call, reply: Reply): Promise<void> {
  const publication = publicationTo(queue, asked, message, reply)
  if (queue.startsWith(DIRECT)) return asked.tell(publication)
  for (let tries = 0; ; tries += 1) {
    const [result = 'no-room'] = await publisher.publish([publication])
    if (result === 'stored') return
    if (result === 'returned' || result === 'unfit') {
      const detail = `nobody takes the reply to ${JSON.stringify(queue)} (${result}); the call was made, and answered with ${told(reply)}`
      log.warn('reply-not-taken', { messageId: message.id, route: message.route, queue, result })
      return aids.bury(message, new GatewayError('TARGET_RETURNED', detail))
    }
    if (result === 'no-room') await publisher.room(signal)
    await pause(delayMs(tries), signal)
  }
}

function told({ headers, contentType, body }: Reply): string {
  const kind = headers['waybill-error'] ?? headers['waybill-status'] ?? 'an answer'
  return `${kind}, ${body.length} bytes of ${contentType || 'no type'}`
}
