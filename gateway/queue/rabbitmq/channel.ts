import type { Channel, ConfirmChannel, Connection } from 'amqplib/callback_api'

/** Opens a channel; errors on it later come by its `close` event. Rejects when the connection is lost. */
export function openChannel(connection: Connection): Promise<Channel> {
  return new Promise((resolve, reject) => {
    const opening = connection.createChannel((error, channel) => (error ? reject(error) : resolve(channel)))
    opening.on('error', () => {})
  })
}

/** Opens a channel with publisher confirms. Rejects when the connection is lost. */
export function openConfirmChannel(connection: Connection): Promise<ConfirmChannel> {
  return new Promise((resolve, reject) => {
    const opening = connection.createConfirmChannel((error, channel) => (error ? reject(error) : resolve(channel)))
    opening.on('error', () => {})
  })
}

/** Closes a channel, whatever state it is in; resolves when it is closed. */
export function closeChannel(channel: Channel): Promise<void> {
  return new Promise(resolve => {
    channel.once('close', resolve)
    try {
      channel.close(() => resolve())
    } catch {
      resolve()
    }
  })
}

/** One call that the broker answers: `await ask<Replies.AssertQueue>(done => channel.checkQueue(queue, done))`. */
export function ask<T>(call: (done: (error: Error | null, reply: T) => void) => unknown): Promise<T> {
  return new Promise((resolve, reject) => {
    call((error, reply) => (error ? reject(error) : resolve(reply)))
  })
}

/** The broker's reply code (AMQP 0-9-1 section 1.5.1) of an error; undefined for a socket's. */
export function replyCode(error: Error): number | undefined {
  return 'code' in error && typeof error.code === 'number' ? error.code : undefined
}
