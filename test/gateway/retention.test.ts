import { existsSync, mkdtempSync, rmSync, utimesSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { type BodyStore, createBodies } from '../../gateway/bodies.ts'
import { silent } from '../../gateway/log.ts'
import type { StoredBody } from '../../gateway/message.ts'
import type { Delivery, Plan } from '../../gateway/ports.ts'
import type { Change, Store } from '../../gateway/store/port.ts'
import { createStore } from '../../gateway/store/sqlite.ts'
import { plan, planned } from '../conformance/store-support.ts'

const DAY = 86_400_000
const retention = { bodiesMs: 7 * DAY, receiptsMs: 30 * DAY, maxSizeBytes: 1e12 }

describe('retention of large bodies', () => {
  const now = Date.now()
  const old = now - 8 * DAY
  let folder: string
  let bodies: BodyStore
  let store: Store

  async function open(maxSizeBytes = retention.maxSizeBytes): Promise<void> {
    const bounds = { maxQueued: 100, maxQueuedSizeBytes: 1e9, minFreeBytes: 0 }
    const kept = { ...retention, maxSizeBytes }
    store = await createStore({ path: folder, identityWindowMs: DAY, inlineBodiesBytes: 10, retention: kept, bounds, log: silent })
  }
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'waybill-retention-'))
    bodies = createBodies(join(folder, 'bodies'), { minFreeBytes: 0 })
    await open()
  })
  afterEach(async () => {
    await store.close()
    rmSync(folder, { recursive: true })
  })

  const place = ({ sha256 }: StoredBody) => join(folder, 'bodies', sha256.slice(0, 2), sha256)
  const isThere = (body: StoredBody) => existsSync(place(body))
  /** A body that has lain there for a while. */
  async function keep(text: string): Promise<StoredBody> {
    const body = await bodies.keep(partsOf(text))
    utimesSync(place(body), old / 1_000, old / 1_000)
    return body
  }
  async function accept(body: StoredBody, given: { at?: number; mapped?: StoredBody; of?: boolean } = {}): Promise<Delivery> {
    const { at = old, mapped, of = true } = given
    const made: Plan = plan({ receivedAt: at, ...(of && { body: new Uint8Array(), stored: body }) }, [])
    const deliveries = [planned('archive', { body: new Uint8Array(), stored: mapped ?? body })]
    const [accepted] = await store.accept([{ ...made, deliveries }], 'store')
    if (accepted?.kind !== 'accepted' || !accepted.deliveries[0]) throw new Error('not accepted')
    return accepted.deliveries[0]
  }
  const settled = ({ messageId, entry }: Delivery, change: Partial<Change> = {}): Change => ({
    ...{ messageId, entry, state: 'delivered', attempts: 1, at: old },
    ...change,
  })
  async function upkeep() {
    await store.prune(now)
    await bodies.sweep(store.referenced, now)
  }

  it('removes the file of what is settled and older than the retention', async () => {
    const body = await keep('settled')
    await store.settle([settled(await accept(body))])
    await upkeep()
    expect(isThere(body)).to.equal(false)
  })

  it('removes the file that was made for a target alone', async () => {
    const [mapped, small] = [await keep('mapped'), await keep('small')]
    await store.settle([settled(await accept(small, { mapped, of: false }))])
    await upkeep()
    expect(isThere(mapped)).to.equal(false)
  })

  it('keeps the files of what is young, queued, waiting or dead, and what a live message shares with a settled one', async () => {
    const files = await Promise.all(['young', 'queued', 'waiting', 'dead', 'shared'].map(keep))
    const [young, queued, waiting, dead, shared] = files
    if (!young || !queued || !waiting || !dead || !shared) throw new Error('five are kept')
    await accept(queued)
    await accept(shared)
    await store.settle([
      settled(await accept(young, { at: now - DAY }), { at: now - DAY }),
      settled(await accept(waiting), { state: 'waiting', dueAt: old }),
      settled(await accept(dead), { state: 'dead' }),
      settled(await accept(shared)),
    ])
    await upkeep()
    expect(files.map(isThere)).to.deep.equal(files.map(() => true))
  })

  it('takes the oldest settled large bodies early where the store is too large with them, and no more than that', async () => {
    const [first, second, third] = [await keep('a'.repeat(500_000)), await keep('b'.repeat(500_000)), await keep('c'.repeat(500_000))]
    for (const body of [first, second]) await store.settle([settled(await accept(body, { at: now }), { at: now })])
    await accept(third, { at: now })
    await store.close()
    await open(1_300_000)
    await upkeep()
    expect([first, second, third].map(isThere)).to.deep.equal([false, true, true])
  })

  it('keeps receipts where only the body store is too large', async () => {
    const body = await keep('x'.repeat(3_000_000))
    const small = await keep('small')
    await accept(body, { at: now })
    const done = await accept(small, { at: now - 2 * DAY })
    await store.settle([settled(done, { at: now - 2 * DAY })])
    await store.close()
    await open(2_000_000)
    await upkeep()
    await upkeep()
    expect((await store.receipt(done.messageId))?.state).to.equal('delivered')
  })
})

async function* partsOf(text: string): AsyncGenerator<Uint8Array> {
  yield Buffer.from(text)
}
