import type { Channel, ConsumeMessage } from 'amqplib/callback_api'

/** Acknowledges on one channel, coalesced a tick: what is settled without a gap goes as one multiple ack, what is settled beyond a gap goes singly. */
export interface Acks {
  /** The delivery may leave its queue. */
  settled(delivery: ConsumeMessage): void
  /** Sends what is settled by now. */
  flush(): void
  /** The channel is gone: what is not acknowledged by now comes again. */
  abandon(): void
}

/** For a channel with one consumer, whose delivery tags therefore are 1, 2, 3, ... */
export function createAcks(channel: Pick<Channel, 'ack'>): Acks {
  const waiting = new Map<number, ConsumeMessage>()
  const ahead = new Set<number>()
  let next = 1
  let scheduled = false
  let live = true

  function flush(): void {
    scheduled = false
    if (!live) return
    const last = advance()
    if (last) channel.ack(last, true)
    for (const [tag, delivery] of waiting) {
      channel.ack(delivery)
      ahead.add(tag)
    }
    waiting.clear()
  }

  // A multiple ack must name a tag that is still unacknowledged.
  function advance(): ConsumeMessage | undefined {
    let last: ConsumeMessage | undefined
    while (true) {
      const delivery = waiting.get(next)
      if (delivery) last = delivery
      else if (!ahead.has(next)) return last
      waiting.delete(next)
      ahead.delete(next)
      next += 1
    }
  }

  return {
    settled(delivery) {
      if (!live) return
      waiting.set(delivery.fields.deliveryTag, delivery)
      if (scheduled) return
      scheduled = true
      setImmediate(flush)
    },
    flush,
    abandon() {
      live = false
      waiting.clear()
      ahead.clear()
    },
  }
}
