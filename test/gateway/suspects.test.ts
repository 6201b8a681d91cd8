import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import type { Delivery } from '../../gateway/ports.ts'
import { type BadStarts, countStart, createSuspects } from '../../gateway/suspects.ts'
import { sampleDelivery } from './sample.ts'

const startedAt = 2_000
const old = sampleDelivery({ acceptedAt: 1_000 })

describe('starts that ended badly', () => {
  let folder = ''
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'waybill-starts-'))
  })
  afterEach(() => {
    for (const one of counted.splice(0)) one.forget()
    rmSync(folder, { recursive: true })
  })

  const counted: BadStarts[] = []
  function count(): BadStarts {
    const one = countStart(folder)
    counted.push(one)
    return one
  }

  it('are counted from start to start', () => {
    expect([count().before, count().before, count().before]).to.deep.equal([0, 1, 2])
  })

  it('are forgotten when one ends well', () => {
    count()
    count().forget()
    expect(count().before).to.equal(0)
  })
})

describe('suspects', () => {
  const store = (starts: number) => ({ started: async () => [starts], begun: async () => [] })
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

  /** Starts two sends, the first of which hangs until it is released; how many were marked by then and at the end. */
  async function marks(begun: readonly Delivery[]): Promise<readonly number[]> {
    let count = 0
    const marking = { started: async () => [++count], begun: async () => begun }
    const suspects = createSuspects(marking, 2, startedAt)
    let release = () => {}
    const first = new Promise<object>(resolve => {
      release = () => resolve({})
    })
    const sends = [suspects.send(old, () => first), suspects.send({ ...old, entry: 'books' }, answered)]
    await new Promise(resolve => setImmediate(resolve))
    const early = count
    release()
    await Promise.all(sends)
    return [early, count]
  }

  it('go one at a time where they were started when the gateway died, and are marked only in their turn', async () => {
    expect(await marks([old, { ...old, entry: 'books' }])).to.deep.equal([1, 2])
  })

  it('go side by side where nobody had started them', async () => {
    expect(await marks([])).to.deep.equal([2, 2])
  })

  it('are marked once for all probes of a target that is down', async () => {
    let count = 0
    const suspects = createSuspects({ started: async () => [++count], begun: async () => [] }, 1, startedAt)
    for (let probes = 0; probes < 5; probes++) await suspects.send(old, answered)
    expect(count).to.equal(1)
  })
})
