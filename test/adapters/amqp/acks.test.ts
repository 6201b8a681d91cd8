import { setImmediate as tick } from 'node:timers/promises'
import type { ConsumeMessage, Message } from 'amqplib'
import { expect } from 'chai'
import { createAcks } from '../../../adapters/amqp/acks.ts'

function delivery(deliveryTag: number): ConsumeMessage {
  const fields = { deliveryTag, redelivered: false, exchange: '', routingKey: 'q', consumerTag: 'c' }
  const none = undefined
  const properties = { contentType: none, contentEncoding: none, headers: none, deliveryMode: none, priority: none, correlationId: none }
  const more = { replyTo: none, expiration: none, messageId: none, timestamp: none, type: none, userId: none, appId: none, clusterId: none }
  return { content: Buffer.alloc(0), fields, properties: { ...properties, ...more } }
}

/** What a broker makes of acks: it refuses a tag that is not, or no longer, unacknowledged. */
function strictChannel(count: number) {
  const unacked = new Set(Array.from({ length: count }, (_, index) => index + 1))
  const sent: string[] = []
  return {
    unacked,
    sent,
    ack({ fields: { deliveryTag } }: Message, upTo = false) {
      expect(unacked.has(deliveryTag), `tag ${deliveryTag} is unacknowledged`).to.equal(true)
      for (const tag of [...unacked]) if (tag === deliveryTag || (upTo && tag < deliveryTag)) unacked.delete(tag)
      sent.push(`${deliveryTag}${upTo ? '+' : ''}`)
    },
  }
}

describe('acknowledging', () => {
  const cases: { name: string; ticks: number[][]; sent: string[] }[] = [
    { name: 'sends one ack for what is settled in order', ticks: [[1, 2, 3]], sent: ['3+'] },
    { name: 'sends one ack for what is settled within a tick in any order', ticks: [[3, 1, 2]], sent: ['3+'] },
    { name: 'does not wait for a slow one', ticks: [[2, 3]], sent: ['2', '3'] },
    { name: 'acknowledges a gap later, past what went ahead', ticks: [[2, 3], [1]], sent: ['2', '3', '1+'] },
    { name: 'names a tag that is still open when the run ends in one that went ahead', ticks: [[3], [1], [2, 4]], sent: ['3', '1+', '4+'] },
    { name: 'ends a run before what is still open', ticks: [[1, 2, 4]], sent: ['2+', '4'] },
  ]
  for (const { name, ticks, sent } of cases) {
    it(name, async () => {
      const channel = strictChannel(4)
      const acks = createAcks(channel)
      for (const tags of ticks) {
        for (const tag of tags) acks.settled(delivery(tag))
        await tick()
      }
      expect(channel.sent).to.deep.equal(sent)
      expect([...channel.unacked]).to.deep.equal([1, 2, 3, 4].filter(tag => !ticks.flat().includes(tag)))
    })
  }

  it('acknowledges each of 1,000 once, however their settlements are shuffled', async () => {
    const channel = strictChannel(1_000)
    const acks = createAcks(channel)
    const order = Array.from({ length: 1_000 }, (_, index) => index + 1).sort((a, b) => ((a * 7_919) % 1_009) - ((b * 7_919) % 1_009))
    for (const [index, tag] of order.entries()) {
      acks.settled(delivery(tag))
      if (index % 7 === 0) await tick()
    }
    acks.flush()
    expect(channel.unacked.size).to.equal(0)
  })

  it('sends nothing on a channel that is gone', async () => {
    const channel = strictChannel(2)
    const acks = createAcks(channel)
    acks.settled(delivery(1))
    acks.abandon()
    acks.settled(delivery(2))
    await tick()
    expect(channel.sent).to.deep.equal([])
  })
})
