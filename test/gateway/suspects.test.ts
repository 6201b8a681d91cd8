import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { countStart, createSuspects } from '../../gateway/suspects.ts'
import { sampleDelivery } from './sample.ts'

const startedAt = 2_000
const old = sampleDelivery({ acceptedAt: 1_000 })

describe('starts that ended badly', () => {
  let folder = ''
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'waybill-starts-'))
  })
  afterEach(() => rmSync(folder, { recursive: true }))

  it('are counted from start to start', () => {
    expect([countStart(folder).before, countStart(folder).before, countStart(folder).before]).to.deep.equal([0, 1, 2])
  })

  it('are forgotten when one ends well', () => {
    countStart(folder)
    countStart(folder).forget()
    expect(countStart(folder).before).to.equal(0)
  })
})

describe('suspects', () => {
  const store = (starts: number) => ({ started: async () => [starts] })
  const answered = async () => ({})

  it('are the deliveries from before a start that follows a bad one', () => {
    const cases = [
      { badStarts: 0, acceptedAt: 1_000, expected: false },
      { badStarts: 1, acceptedAt: 1_000, expected: true },
      { badStarts: 1, acceptedAt: 3_000, expected: false },
    ]
    for (const { badStarts, acceptedAt, expected } of cases) {
      expect(createSuspects(store(1), badStarts, startedAt).includes(sampleDelivery({ acceptedAt }))).to.equal(expected)
    }
  })

  it('are sent while they were started less than three times', async () => {
    expect(await createSuspects(store(2), 1, startedAt).send(old, answered)).to.deep.equal({})
  })

  it('are set aside, unsent, at the third', async () => {
    let sent = false
    const outcome = await createSuspects(store(3), 1, startedAt).send(old, async () => {
      sent = true
      return {}
    })
    expect(sent).to.equal(false)
    expect(outcome.error?.code).to.equal('CRASHED')
  })

  it('go one at a time after two bad starts, and are marked only in their turn', async () => {
    const order: string[] = []
    const marking = { started: async () => [order.push('marked') && 1] }
    const suspects = createSuspects(marking, 2, startedAt)
    let release = () => {}
    const first = new Promise<object>(resolve => {
      release = () => resolve({})
    })
    const sends = [suspects.send(old, () => first), suspects.send(old, async () => ({}))]
    await new Promise(resolve => setImmediate(resolve))
    expect(order).to.deep.equal(['marked'])
    release()
    await Promise.all(sends)
    expect(order).to.deep.equal(['marked', 'marked'])
  })
})
