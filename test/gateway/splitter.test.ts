import { expect } from 'chai'
import { GatewayError } from '../../gateway/errors.ts'
import type { Message } from '../../gateway/message.ts'
import type { Plan, Reject, SplitRecord, Splitting } from '../../gateway/ports.ts'
import { createSplitter } from '../../gateway/splitter.ts'
import type { Beside, Story } from '../../gateway/store/port.ts'
import { noBodies } from '../support/bodies.ts'
import { sampleDelivery } from './sample.ts'

const message = {
  ...{ id: 'm-1', route: 'rows', sourceIndex: 0, source: 'file in/*', correlationId: 'c-1', contentType: 'text/csv' },
  ...{ headers: {}, meta: {}, body: Buffer.from('rows'), receivedAt: 1_000 },
} satisfies Message

interface Case {
  readonly rejects?: Splitting['rejects']
  readonly stopAt?: Splitting['stopAt']
  readonly records?: number
  readonly isBad?: (number: number) => boolean
  /** Of each record. */
  readonly bytes?: number
  /** What the reader throws behind its records. */
  readonly fault?: GatewayError
}

const cut = new GatewayError('NOT_READABLE', 'line 8: the trailer does not match')

/** A splitter over so many records that come 200 at a time, and the store that it works on; both outlive what goes wrong in a send. */
function splitterOf({ rejects = 'go-on', stopAt = { count: 10 }, records = 1_200, isBad = () => false, bytes = 1, fault }: Case = {}) {
  const store = { records: [] as number[], rejected: [] as Reject[], position: undefined as string | undefined, accepts: 0 }
  const given = { fault, isBad, failAt: 0, refusals: 0, asked: 0 }
  const number = ({ meta }: Message) => meta.record?.number ?? 0
  const recordOf = (record: SplitRecord): Message => ({ ...message, id: `r-${record.number}`, parent: 'm-1', meta: { record } })
  const splitting: Splitting = {
    rejects,
    stopAt,
    async *read() {
      for (let at = 0; at < records; at += 200) {
        yield Array.from({ length: Math.min(200, records - at) }, (_, index) => ({ number: at + index + 1, raw: Buffer.alloc(bytes, 'x') }))
      }
      if (given.fault) throw given.fault
    },
    plan(record) {
      if (given.isBad(record.number)) throw new GatewayError('MAPPING_FAILED', 'no number')
      return { message: recordOf(record), deliveries: [] }
    },
    reject: (record, { code, detail }) => ({ message: recordOf(record), code, detail }),
  }
  const splitter = createSplitter({
    routes: { split: () => splitting },
    store: {
      async accept(plans: readonly Plan[], _place: string, { position, buried = [] }: Beside = {}) {
        if (++store.accepts === given.failAt) throw new GatewayError('STORE_UNAVAILABLE', 'the disk is full')
        store.records.push(...plans.map(plan => number(plan.message)))
        store.rejected.push(...buried)
        store.position = position?.value
        return plans.map(plan => ({ kind: 'accepted' as const, id: plan.message.id, deliveries: [] }))
      },
      async bury(some: readonly Reject[]) {
        store.rejected.push(...some)
      },
      position: async () => store.position,
      story: async (): Promise<Story> => ({ message, deliveries: [], events: [] }),
      rejects: async () => ({ items: store.rejected.map(one => ({ id: one.message.id, number: number(one.message), ...one })) }),
    },
    bodies: noBodies,
    relay: () => ({ offer: async () => {} }),
    limits: {
      admit() {
        given.asked += 1
        if (given.refusals-- > 0) throw new GatewayError('OVERLOADED', 'too many wait')
      },
    },
    metrics: { accepted() {}, duplicate() {}, dead() {} },
  })
  const send = (signal = new AbortController().signal) =>
    splitter.send(sampleDelivery({ messageId: 'm-1', target: 'split:rows' }), signal).then(
      () => undefined,
      (error: GatewayError) => error,
    )
  return { store, given, send }
}

const upTo = (last: number) => Array.from({ length: last }, (_, index) => index + 1)
const every = (step: number) => (number: number) => number % step === 0

describe('a splitter', () => {
  it('accepts all records in their order, with how far it has got', async () => {
    const { store, send } = splitterOf({ isBad: every(100) })
    expect(await send()).to.equal(undefined)
    expect(store.records).to.deep.equal(upTo(1_200).filter(number => !every(100)(number)))
    expect(store.rejected.map(({ message: { id }, code }) => `${id} ${code}`))
      .to.include('r-1200 MAPPING_FAILED')
      .and.have.length(12)
    expect(store.position).to.equal('1200 12')
  })

  it('goes on behind the last piece that was stored, and stores none twice', async () => {
    const { store, given, send } = splitterOf()
    given.failAt = 2
    expect(await send()).to.include({ code: 'STORE_UNAVAILABLE', permanent: false })
    expect(store.records).to.deep.equal(upTo(500))
    expect(await send()).to.equal(undefined)
    expect(store.records).to.deep.equal(upTo(1_200))
  })

  it('accepts fewer of large records at once', async () => {
    const { store, send } = splitterOf({ records: 20, bytes: 128 << 10 })
    expect(await send()).to.equal(undefined)
    expect(store.records).to.deep.equal(upTo(20))
    expect(store.accepts).to.equal(5)
  })

  it('accepts what stands before the place where the rest cannot be read, and says why it ends', async () => {
    const { store, given, send } = splitterOf({ records: 700, fault: cut })
    expect(await send()).to.equal(cut)
    expect(store.records).to.deep.equal(upTo(700))
    given.fault = undefined
    expect(await send(), 'as when it is replayed').to.equal(undefined)
    expect(store.records).to.deep.equal(upTo(700))
  })

  it('stops at a number of rejects, and where it is replayed those stop it no more', async () => {
    const { store, given, send } = splitterOf({ rejects: 'stop', stopAt: { count: 3 }, isBad: number => number > 200 && number < 204 })
    expect(await send()).to.include({ code: 'RECORDS_REJECTED', permanent: true })
    expect(store.rejected).to.have.length(3)
    expect(store.records.length).to.be.below(1_000)
    given.isBad = () => false
    expect(await send()).to.equal(undefined)
    expect(store.records).to.deep.equal(upTo(1_200).filter(number => number <= 200 || number >= 204))
  })

  it('stops at a share of rejects, of 100 records at least', async () => {
    const stopAt = { share: 0.1 }
    expect(await splitterOf({ rejects: 'stop', stopAt, records: 50, isBad: every(2) }).send()).to.equal(undefined)
    expect(await splitterOf({ rejects: 'stop', stopAt, isBad: every(11) }).send()).to.equal(undefined)
    expect(await splitterOf({ rejects: 'stop', stopAt, isBad: every(10) }).send()).to.include({ code: 'RECORDS_REJECTED' })
  })

  it('accepts all or nothing: of bad records the first 1,000 are kept, once, and none of the good', async () => {
    const { store, given, send } = splitterOf({ rejects: 'all-or-nothing', records: 3_000, isBad: every(2) })
    const said = { code: 'RECORDS_REJECTED', permanent: true }
    expect(await send()).to.include(said)
    expect(await send(), 'as after a crash before that was written down').to.include(said)
    expect(store.rejected).to.have.length(1_000)
    expect(store.records).to.deep.equal([])
    given.isBad = () => false
    expect(await send()).to.equal(undefined)
    expect(store.records).to.deep.equal(upTo(3_000))
  })

  it('accepts nothing of a file whose trailer does not match, all or nothing', async () => {
    const { store, send } = splitterOf({ rejects: 'all-or-nothing', fault: cut })
    expect(await send()).to.equal(cut)
    expect(store).to.deep.include({ records: [], rejected: [], accepts: 0 })
  })

  it('waits while the gateway has no room, and ends at the signal', async () => {
    const { store, given, send } = splitterOf()
    given.refusals = 2
    expect(await send()).to.equal(undefined)
    expect(given.asked).to.equal(5)
    expect(store.records).to.deep.equal(upTo(1_200))
    const other = splitterOf()
    other.given.refusals = Number.POSITIVE_INFINITY
    const ending = new AbortController()
    const ended = other.send(ending.signal)
    ending.abort(new GatewayError('DRAINING', 'the gateway stops'))
    expect(await ended).to.include({ code: 'DRAINING' })
    expect(other.store.records).to.deep.equal([])
  })
})
