import { expect } from 'chai'
import { createSlots } from '../../gateway/slots.ts'

describe('slots', () => {
  it('let no more work at once than there are, and all in the end, in order', async () => {
    const slots = createSlots(3)
    const seen = { working: 0, most: 0, order: [] as number[] }
    const work = (index: number) => async () => {
      seen.order.push(index)
      seen.most = Math.max(seen.most, ++seen.working)
      await new Promise(resolve => setImmediate(resolve))
      seen.working -= 1
      return index
    }
    const all = Array.from({ length: 3_000 }, (_, index) => index)
    expect(await Promise.all(all.map(index => slots.use(work(index))))).to.deep.equal(all)
    expect(seen).to.deep.equal({ working: 0, most: 3, order: all })
    expect(slots.taken).to.equal(0)
  })

  it('count who works and who waits', async () => {
    const slots = createSlots(1)
    let end = () => {}
    const first = slots.use(() => new Promise<void>(resolve => (end = resolve)))
    const second = slots.use(async () => {})
    expect(slots.taken).to.equal(2)
    end()
    await Promise.all([first, second])
    expect(slots.taken).to.equal(0)
  })

  it('give the slot of work that failed to the next', async () => {
    const slots = createSlots(1)
    const failed = slots.use(() => Promise.reject(new Error('no'))).catch(error => error.message)
    const next = slots.use(async () => 'yes')
    expect(await Promise.all([failed, next])).to.deep.equal(['no', 'yes'])
  })
})
