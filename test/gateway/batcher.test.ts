import { expect } from 'chai'
import { createBatcher } from '../../gateway/batcher.ts'
import { GatewayError } from '../../gateway/errors.ts'
import { silent } from '../../gateway/log.ts'
import type { Message } from '../../gateway/message.ts'
import { createMetrics } from '../../gateway/metrics.ts'
import type { Batching, Delivery, Plan } from '../../gateway/ports.ts'
import type { Accepted, Beside } from '../../gateway/store/port.ts'
import { until } from '../support/until.ts'
import { fakeStore } from './fakes.ts'
import { sampleDelivery } from './sample.ts'

let made = 0

/** A batcher of one batch, and the files that it has made: members one a line. */
function batcherOf(options: Partial<Batching> = {}) {
  const store = fakeStore()
  const files: string[] = []
  const lines: string[] = []
  const given = { joined: (_: Delivery[]) => {}, kept: 0 }
  const batch: Batching = {
    ...{ waits: 'batch:pay/bank', route: 'pay', entry: 'bank', target: 'bank', contentType: 'text/plain', count: 3, sizeBytes: 1_000 },
    async *write(members) {
      for await (const member of members) {
        if (member.toString() === 'unfit') throw new GatewayError('MAPPING_FAILED', 'it has no form')
        yield Buffer.from(`${member}\n`)
      }
    },
    params: (_: Message, count) => ({ name: `pay-${count}` }),
    ...options,
  }
  const metrics = createMetrics()
  const batcher = createBatcher({
    batches: [batch],
    store: {
      waiting: async () => (await store.waiting()).map(one => ({ ...one, bytes: 51 })),
      lying: store.lying,
      settle: store.settle,
      async accept(plans: readonly Plan[], _place: string, { batch: joining }: Beside = {}): Promise<readonly Accepted[]> {
        const members = (joining?.members ?? []).map(one => store.rows.get(`${one.messageId} ${one.entry}`))
        given.joined(members.flatMap(row => row?.delivery ?? []))
        if (members.some(row => row?.state !== 'queued')) throw new GatewayError('INTERNAL', 'one is no longer free')
        for (const row of members) if (row) row.place = 'batch'
        files.push(lines.splice(0).join(''))
        return plans.map(({ message: { id } }) => ({ kind: 'accepted', id, deliveries: [] }))
      },
    },
    bodies: {
      async keep(bytes) {
        given.kept += 1
        lines.splice(0)
        for await (const part of bytes) lines.push(part.toString())
        return { sha256: 'x', bytes: 1 }
      },
      read: async ({ sha256 }) => Buffer.from(`stored ${sha256}`),
    },
    relay: { offer: async () => {} },
    metrics,
    log: silent,
  })
  const put = (text: string, some: Partial<Delivery> = {}) => {
    made += 1
    const delivery = sampleDelivery({ messageId: `m-${String(made).padStart(6, '0')}`, entry: 'bank', target: batch.waits, ...some })
    return store.put({ ...delivery, acceptedAt: Date.now(), body: Buffer.from(text), ...some })
  }
  const end = async () => {
    await batcher.stop()
    metrics.close()
  }
  return { batcher, store, files, given, put, end }
}

describe('a batcher', () => {
  let parts: ReturnType<typeof batcherOf>
  afterEach(() => parts.end())

  const closes = (count: number) => until(`${count} files`, () => parts.files.length >= count, 5_000)

  it('closes a batch at its count, the oldest first, and leaves the rest for the next', async () => {
    parts = batcherOf()
    for (const text of ['a', 'b', 'c', 'd', 'e', 'f', 'g']) parts.put(text)
    parts.batcher.start()
    await closes(2)
    expect(parts.files).to.deep.equal(['a\nb\nc\n', 'd\ne\nf\n'])
    parts.put('h')
    parts.put('i')
    await closes(3)
    expect(parts.files[2]).to.equal('g\nh\ni\n')
  })

  it('closes a batch at its bytes, wherever its members lie', async () => {
    parts = batcherOf({ count: 100, sizeBytes: 50 })
    const stored = { sha256: 'abc', bytes: 40 }
    parts.put('x'.repeat(10))
    parts.put('', { stored })
    parts.put('y')
    parts.batcher.start()
    await closes(1)
    expect(parts.files).to.deep.equal([`${'x'.repeat(10)}\nstored abc\n`])
  })

  it('closes a batch whose oldest member has waited long enough', async () => {
    parts = batcherOf({ withinMs: 300 })
    parts.put('a')
    parts.batcher.start()
    await closes(1)
    expect(parts.files).to.deep.equal(['a\n'])
  })

  it('closes a batch at a time of its schedule, also one that came while nobody looked', async () => {
    parts = batcherOf({ cron: { pattern: '0 2 * * *', timeZone: 'UTC' } })
    parts.put('yesterday', { acceptedAt: Date.now() - 86_400_000 })
    parts.batcher.start()
    await closes(1)
    expect(parts.files).to.deep.equal(['yesterday\n'])
  })

  it('tries again without a member that was discarded while its file was written', async () => {
    parts = batcherOf({ withinMs: 0 })
    const gone = parts.put('a')
    parts.put('b')
    parts.given.joined = members => {
      const row = members.includes(gone) && parts.store.rows.get(`${gone.messageId} bank`)
      if (row) row.state = 'discarded'
    }
    parts.batcher.start()
    await closes(1)
    expect(parts.files).to.deep.equal(['b\n'])
  })

  it('makes a dead letter of a member that has no form in the file, and an expired one of a member whose deadline passed', async () => {
    parts = batcherOf()
    const unfit = parts.put('unfit')
    const late = parts.put('late', { expiresAt: Date.now() - 1 })
    for (const text of ['a', 'b', 'c']) parts.put(text)
    parts.batcher.start()
    await closes(1)
    expect(parts.files).to.deep.equal(['a\nb\nc\n'])
    const ended = parts.store.changes.map(({ messageId, state, error }) => [messageId, state, error?.code])
    expect(ended).to.have.deep.members([
      [unfit.messageId, 'dead', 'MAPPING_FAILED'],
      [late.messageId, 'expired', 'TARGET_TIMEOUT'],
    ])
  })

  it('writes nothing where the name of the file fails, and leaves its members queued', async () => {
    parts = batcherOf({
      params: () => {
        throw new GatewayError('MAPPING_FAILED', 'no name')
      },
    })
    for (const text of ['a', 'b', 'c']) parts.put(text)
    parts.batcher.start()
    await parts.end()
    expect(parts.given.kept).to.equal(0)
    expect(parts.store.changes).to.deep.equal([])
  })
})
