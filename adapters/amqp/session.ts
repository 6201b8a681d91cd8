import type { Channel, ConsumeMessage, Replies } from 'amqplib/callback_api'
import type { Publication } from '../../gateway/ports.ts'
import { ask, closeChannel, openChannel } from '../../gateway/queue/rabbitmq/channel.ts'
import type { AmqpConnection } from '../../gateway/queue/rabbitmq/connection.ts'
import { asBuffer } from '../../gateway/queue/rabbitmq/window.ts'
import { type Acks, createAcks } from './acks.ts'

/** One consumer on one channel, for as long as that lives. */
export interface Session {
  readonly acks: Acks
  /** Resolves with the reason when nothing more comes: the channel is closed, or the queue was deleted. */
  readonly ended: Promise<string>
  /** Lets nothing more come; what is here may still be acknowledged. */
  cancel(): Promise<void>
  /** What is not acknowledged goes back to the queue. */
  close(): Promise<void>
}

/** Publishes on the consumer's own channel, before whatever is acknowledged on it later; nothing is confirmed. On a channel that is gone it does nothing: what is unacknowledged comes again. */
export type Tell = (publication: Publication) => void

/** Consumes from the queue; rejects where that is refused. `take` gets each delivery and does not throw. */
export async function openSession(
  connection: AmqpConnection,
  { queue, prefetch }: { readonly queue: string; readonly prefetch: number },
  take: (delivery: ConsumeMessage, acks: Acks, tell: Tell) => void,
): Promise<Session> {
  const channel = await openChannel(connection)
  const acks = createAcks(channel)
  const tell = (publication: Publication) => publishOn(channel, publication)
  const ended = endOf(channel, acks)
  try {
    await ask<Replies.Empty>(done => channel.prefetch(prefetch, false, done))
    const onDelivery = (delivery: ConsumeMessage | null) => (delivery ? take(delivery, acks, tell) : void closeChannel(channel))
    const { consumerTag } = await ask<Replies.Consume>(done => channel.consume(queue, onDelivery, {}, done))
    return { acks, ended, cancel: () => cancel(channel, consumerTag, ended), close: () => closeChannel(channel) }
  } catch (error) {
    await closeChannel(channel)
    throw error
  }
}

function publishOn(channel: Channel, { exchange, routingKey, body, ...properties }: Publication): void {
  try {
    channel.publish(exchange, routingKey, asBuffer(body), { ...properties, persistent: true })
  } catch (error) {
    if (!(error instanceof Error && error.name === 'IllegalOperationError')) throw error
  }
}

function endOf(channel: Channel, acks: Acks): Promise<string> {
  return new Promise(resolve => {
    let reason = 'the channel or the queue is gone'
    channel.on('error', error => {
      reason = error.message
    })
    channel.on('close', () => {
      acks.abandon()
      resolve(reason)
    })
  })
}

async function cancel(channel: Channel, consumerTag: string, ended: Promise<string>): Promise<void> {
  const cancelled = ask<Replies.Cancel>(done => channel.cancel(consumerTag, done))
  await Promise.race([cancelled, ended]).catch(() => {})
}
