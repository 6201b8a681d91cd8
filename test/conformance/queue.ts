import { expect } from 'chai'
import { newId } from '../../gateway/message.ts'
import type { Delivery, Queue, Subscription } from '../../gateway/ports.ts'
import { until } from '../support/until.ts'

/** A delivery for tests, with whatever matters to the test. */
export function delivery(target: string, more: Partial<Delivery> = {}): Delivery {
  return {
    messageId: newId(),
    entry: target,
    target,
    route: 'orders',
    source: 'rest POST /orders',
    correlationId: 'c-1',
    contentType: 'application/json',
    headers: {},
    body: Buffer.from('{"id":"SO-1"}'),
    attempts: 0,
    replays: 0,
    acceptedAt: 1_700_000_000_000,
    ...more,
  }
}

/** A queue under test. */
export interface QueueUnderTest {
  readonly queue: Queue
  /** How many deliveries of one target make it say `no-room`; undefined where that takes a broker's fault. */
  readonly capacity?: number
}

const lost = async () => {}

/** What every Queue must do. `create` gives a fresh one that has been started for the targets `a` and `b`. */
export function queueConformance(name: string, create: (context: Mocha.Context) => Promise<QueueUnderTest>): void {
  describe(`${name} as a queue`, () => {
    let queue: Queue
    let capacity: number | undefined
    before(async function () {
      this.timeout(120_000)
      ;({ queue, capacity } = await create(this))
    })
    after(() => queue.close())
    const open: Subscription[] = []
    afterEach(async () => {
      for (const subscription of open.splice(0)) await subscription.stop()
    })
    const consume = async (handle: (one: Delivery) => Promise<void>, inFlight = 8, target = 'a') => {
      const subscription = await queue.consume(target, handle, { inFlight, lost })
      open.push(subscription)
      return subscription
    }
    const publish = (...deliveries: Delivery[]) => queue.publish(deliveries.map(one => ({ delivery: one })))
    const empty = () => until('the queue is empty', async () => (await queue.count('a')) === 0)

    it('hands out what was published, every field and byte of it', async () => {
      const full = delivery('a', {
        ...{ key: 'Käse/1', traceparent: '00-1-2-01', params: { id: 'ö 1' }, attempts: 3, replays: 2, expiresAt: 1_900_000_000_000 },
        body: Buffer.from([0, 255, 10, 13, 0xc3, 0x28]),
        contentType: `application/json; profile="${'p'.repeat(400)}"`,
      })
      const plain = delivery('a')
      const seen: Delivery[] = []
      await consume(async one => void seen.push(one))
      expect(await publish(full, plain)).to.deep.equal(['stored', 'stored'])
      await until('both came', () => seen.length === 2)
      for (const sent of [full, plain]) {
        const got = seen.find(one => one.messageId === sent.messageId)
        expect({ ...got, body: Buffer.from(got?.body ?? []) }).to.deep.equal({ ...sent, body: Buffer.from(sent.body) })
      }
    })

    const hostile: Readonly<Record<string, Delivery['headers']>> = {
      'the broker knows': { CC: 'other', BCC: 'other', 'x-death': 'x', 'x-delivery-count': '9', expiration: '1', 'user-id': 'root' },
      'are longer than a short string': { [`x-${'n'.repeat(300)}`]: 'v'.repeat(20_000) },
      'hold controls, quotes and lone surrogates': { 'x-a': '\u0000\r\n"\\', 'x-b': '\ud800', 'x-ü': '😀', '': '' },
    }
    for (const [words, headers] of Object.entries(hostile)) {
      it(`carries headers that ${words}`, async () => {
        const seen: Delivery[] = []
        await consume(async one => void seen.push(one))
        expect(await publish(delivery('a', { headers }))).to.deep.equal(['stored'])
        await until('it came', () => seen.length === 1)
        expect(seen[0]?.headers).to.deep.equal(headers)
      })
    }

    it('carries a body of 5 MB and an empty one', async () => {
      const sizes: number[] = []
      await consume(async one => void sizes.push(one.body.length), 1)
      expect(await publish(delivery('a', { body: Buffer.alloc(5_000_000, 1) }), delivery('a', { body: Buffer.alloc(0) }))).to.deep.equal([
        'stored',
        'stored',
      ])
      await until('both came', () => sizes.length === 2)
      expect(sizes).to.have.members([5_000_000, 0])
    })

    it('counts a delivery until its handler has resolved', async () => {
      let finish = () => {}
      const running = new Promise<void>(resolve => {
        finish = resolve
      })
      await consume(() => running)
      await publish(delivery('a'))
      await until('it is counted', async () => (await queue.count('a')) === 1)
      finish()
      await empty()
    })

    it('hands a delivery out again when its handler rejected', async () => {
      const seen: string[] = []
      await consume(async one => {
        seen.push(one.messageId)
        if (seen.length === 1) throw new Error('the store is away')
      })
      const one = delivery('a')
      await publish(one)
      await until('it came again', () => seen.length === 2)
      expect(seen).to.deep.equal([one.messageId, one.messageId])
      await empty()
    })

    it('keeps the order of arrival at one in flight', async () => {
      const sent = Array.from({ length: 100 }, () => delivery('a'))
      const seen: string[] = []
      await consume(async one => void seen.push(one.messageId), 1)
      await publish(...sent.slice(0, 50))
      await publish(...sent.slice(50))
      await until('all came', () => seen.length === 100)
      expect(seen).to.deep.equal(sent.map(one => one.messageId))
    })

    it('never has more than inFlight with the handler, and does not hold up another target', async () => {
      const gates: (() => void)[] = []
      let most = 0
      let running = 0
      await consume(async () => {
        most = Math.max(most, ++running)
        await new Promise<void>(resolve => gates.push(resolve))
        running--
      }, 3)
      let other = 0
      await consume(async () => void other++, 3, 'b')
      await publish(...Array.from({ length: 12 }, () => delivery('a')), ...Array.from({ length: 5 }, () => delivery('b')))
      await until('the other target has all of its own', () => other === 5 && running === 3)
      await until('all are done', () => {
        for (const open of gates.splice(0)) open()
        return queue.count('a').then(left => left === 0)
      })
      expect(most).to.equal(3)
    })

    it('hands out nothing at limit 0, one at limit 1, and goes on at the old limit', async () => {
      const gates: (() => void)[] = []
      let running = 0
      const subscription = await consume(async () => {
        running++
        await new Promise<void>(resolve => gates.push(resolve))
        running--
      }, 4)
      await subscription.limit(0)
      await publish(...Array.from({ length: 10 }, () => delivery('a')))
      await until('they are all ready', async () => (await queue.count('a')) === 10)
      expect(running).to.equal(0)
      await subscription.limit(1)
      await until('the probe is out', () => running === 1)
      await subscription.limit(0)
      gates.splice(0)[0]?.()
      await until('the probe is done', async () => running === 0 && (await queue.count('a')) === 9)
      await subscription.limit(4)
      await until('four run', () => running === 4)
      await until('all are done', () => {
        for (const open of gates.splice(0)) open()
        return queue.count('a').then(left => left === 0)
      })
    })

    it('stops after its running handlers, and keeps the rest', async () => {
      const gates: (() => void)[] = []
      let ended = false
      const subscription = await consume(() => new Promise<void>(resolve => gates.push(resolve)), 2)
      await publish(delivery('a'), delivery('a'), delivery('a'))
      await until('two run', () => gates.length === 2)
      const stopping = subscription.stop().then(() => {
        ended = true
      })
      gates[0]?.()
      await new Promise(resolve => setImmediate(resolve))
      expect(ended).to.equal(false)
      gates[1]?.()
      await stopping
      await subscription.stop()
      let more = 0
      await consume(async () => void more++)
      await until('the third came to the next consumer', () => more === 1)
      await empty()
      expect(more).to.equal(1)
    })

    it('says no-room when it is full, and room when half of that has gone', async function () {
      if (capacity === undefined) return this.skip()
      const results = await publish(...Array.from({ length: capacity + 5 }, () => delivery('b')))
      expect(results.filter(one => one === 'no-room')).to.have.length(5)
      const gaveUp = queue.room('b', AbortSignal.timeout(20)).then(
        () => 'room',
        () => 'aborted',
      )
      expect(await gaveUp).to.equal('aborted')
      expect(await queue.publish([{ delivery: delivery('a') }])).to.deep.equal(['stored'])
      let seen = 0
      await consume(async () => void seen++, 8, 'b')
      await queue.room('b', AbortSignal.timeout(5_000))
      await until('all that were stored came', () => seen === capacity)
      await consume(async () => {})
      await empty()
    })

    it('answers an empty call', async () => {
      expect(await queue.publish([])).to.deep.equal([])
    })
  })
}
