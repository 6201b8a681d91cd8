import { expect } from 'chai'
import { createRate, pause } from '../../gateway/rate.ts'

const never = new AbortController().signal

describe('a rate', () => {
  it("lets a second's worth go at once after a rest, and then waits", () => {
    const rate = createRate(10)
    const turns = Array.from({ length: 12 }, () => rate.turn(AbortSignal.abort(new Error('enough')))?.catch(() => 'waits') ?? 'at once')
    expect(turns.filter(turn => turn === 'at once')).to.have.length(10)
  })

  it('never waits where there is none', () => {
    const rate = createRate(undefined)
    for (let time = 0; time < 1_000; time++) expect(rate.turn(never)).to.equal(undefined)
  })

  it('gives up waiting when the signal aborts', async () => {
    const ending = new AbortController()
    const waiting = pause(60_000, ending.signal)
    ending.abort(new Error('the gateway stops'))
    const seen = await waiting.catch(error => error.message)
    expect(seen).to.equal('the gateway stops')
  })
})
