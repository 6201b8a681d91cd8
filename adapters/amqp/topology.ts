import type { Replies } from 'amqplib/callback_api'
import { asError } from '../../gateway/queue/as-error.ts'
import { ask, closeChannel, openChannel } from '../../gateway/queue/rabbitmq/channel.ts'
import type { AmqpConnection } from '../../gateway/queue/rabbitmq/connection.ts'

const PRECONDITION_FAILED = 406

/** How a queue is bound to an exchange. */
export interface Binding {
  readonly exchange: string
  readonly keys: readonly string[]
  readonly arguments: Readonly<Record<string, unknown>>
}

/** Declares a durable quorum queue, on a channel of its own since a refusal closes it. Resolves with the broker's words where the queue is there and is another kind: it is used as it is. */
export async function declareQueue(
  connection: AmqpConnection,
  queue: string,
  more: Record<string, unknown> = {},
): Promise<string | undefined> {
  const channel = await openChannel(connection)
  const options = { durable: true, arguments: { 'x-queue-type': 'quorum', ...more } }
  try {
    await ask<Replies.AssertQueue>(done => channel.assertQueue(queue, options, done))
    return undefined
  } catch (thrown) {
    const error: Error & { code?: unknown } = asError(thrown)
    if (error.code !== PRECONDITION_FAILED) throw error
    return error.message
  } finally {
    await closeChannel(channel)
  }
}

/** Binds a queue with each key; rejects where queue or exchange are missing. */
export async function bindQueue(connection: AmqpConnection, queue: string, binding: Binding): Promise<void> {
  const channel = await openChannel(connection)
  try {
    for (const key of binding.keys) {
      await ask<Replies.Empty>(done => channel.bindQueue(queue, binding.exchange, key, binding.arguments, done))
    }
  } finally {
    await closeChannel(channel)
  }
}
