import { expect } from 'chai'
import { silent } from '../../../gateway/log.ts'
import type { Delivery, Queue } from '../../../gateway/ports.ts'
import { createRabbitmqQueue } from '../../../gateway/queue/rabbitmq/queue.ts'
import { delivery } from '../../conformance/queue.ts'
import { ownNode, type RabbitNode } from '../../support/rabbitmq.ts'
import { until } from '../../support/until.ts'

const HEAL_MS = 60_000

describe('the queue on a RabbitMQ that fails', function () {
  this.timeout(120_000)
  let node: RabbitNode
  let url: string
  const queues: Queue[] = []
  const seen = new Set<string>()

  before(async function () {
    node = await ownNode(this)
    url = await node.vhost()
    // a quorum queue that is younger than a second when its broker is killed is unusable afterwards, on 3.10
    await create('killed')
  })
  after(() => node?.remove())
  afterEach(async () => {
    node.resume()
    for (const queue of queues.splice(0)) await queue.close()
  })

  const create = async (project: string): Promise<Queue> => {
    const queue = createRabbitmqQueue({ url, project, heartbeatMs: 1_000, log: silent, abandoned: async () => {} })
    queues.push(queue)
    await queue.start(['a'])
    return queue
  }
  const consume = (queue: Queue, lost = async () => {}) =>
    queue.consume('a', async one => void seen.add(one.messageId), { inFlight: 8, lost })
  const stored = async (queue: Queue): Promise<Delivery> => {
    const one = delivery('a')
    const results = await queue.publish([{ delivery: one }])
    expect(results).to.deep.equal(['stored'])
    return one
  }
  const arrives = (one: Delivery) => until('it arrives', () => seen.has(one.messageId), HEAL_MS)
  const healed = async (queue: Queue) => {
    await queue.room('a', AbortSignal.timeout(HEAL_MS))
    await until('health is good', () => queue.health().ok, HEAL_MS)
  }

  /** Publishes until told to end; the ids that were confirmed. */
  const publishSteadily = (queue: Queue) => {
    const confirmed: string[] = []
    let going = true
    const work = (async () => {
      while (going) {
        const parcels = Array.from({ length: 20 }, () => ({ delivery: delivery('a') }))
        const results = await queue.publish(parcels)
        for (const [index, { delivery: one }] of parcels.entries()) if (results[index] === 'stored') confirmed.push(one.messageId)
        if (results.includes('no-room')) await queue.room('a', AbortSignal.timeout(HEAL_MS))
      }
    })()
    const end = async () => {
      going = false
      await work
      return confirmed
    }
    return { confirmed, end }
  }

  it('comes again after a clean restart, and begins at a broker that was not there yet', async () => {
    const running = await create('restarted')
    await consume(running)
    await node.stop()
    await until('health says so', () => !running.health().ok)
    const late = await create('late')
    expect(late.health().ok).to.equal(false)
    expect(await late.publish([{ delivery: delivery('a') }])).to.deep.equal(['no-room'])
    await consume(late)
    await node.start()
    for (const queue of [running, late]) {
      await healed(queue)
      await arrives(await stored(queue))
    }
  })

  it('finds a frozen broker within a few heartbeats, and publishes again what was in doubt', async () => {
    const queue = await create('frozen')
    await consume(queue)
    await arrives(await stored(queue))
    node.pause()
    const one = delivery('a')
    const doubtful = queue.publish([{ delivery: one }])
    await until('health says so', () => !queue.health().ok, 15_000)
    node.resume()
    expect(await doubtful).to.deep.equal(['stored'])
    await arrives(one)
  })

  it('says no-room while an alarm blocks publishers, and goes on consuming', async () => {
    const queue = await create('blocked')
    const waiting = await stored(queue)
    await node.ctl('set_vm_memory_high_watermark', '0.00001')
    const held = queue.publish([{ delivery: delivery('a') }])
    await until('health says so', () => !queue.health().ok)
    expect(queue.health().detail).to.match(/blocks publishers: low on memory/)
    expect(await queue.publish([{ delivery: delivery('a') }])).to.deep.equal(['no-room'])
    await consume(queue)
    await arrives(waiting)
    await node.ctl('set_vm_memory_high_watermark', 'absolute', '1GB')
    expect(await held).to.deep.equal(['stored'])
    await healed(queue)
    await arrives(await stored(queue))
  })

  it('has not lost what it confirmed when the broker is killed, and goes on with the next', async () => {
    const queue = await create('killed')
    let lost = 0
    await consume(queue, async () => void lost++)
    const { confirmed, end } = publishSteadily(queue)
    await until('some are confirmed', () => confirmed.length > 200)
    await node.kill()
    await until('health says so', () => !queue.health().ok)
    expect(queue.health().detail).to.match(/no connection to amqp:\/\/127\.0\.0\.1:\d+\/w1: /)
    await node.start()
    await healed(queue)
    const before = confirmed.length
    await until('more are confirmed', () => confirmed.length > before + 200, HEAL_MS)
    const all = await end()
    await until('all that were confirmed came', () => all.every(id => seen.has(id)), HEAL_MS)
    expect(lost).to.equal(0)
  })
})
