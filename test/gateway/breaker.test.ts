import { expect } from 'chai'
import { createBreaker } from '../../gateway/breaker.ts'

const options = { failures: 3, pauseMs: 100, maxPauseMs: 1_000 }

function failing(times: number) {
  const breaker = createBreaker(options)
  for (let time = 0; time < times; time++) breaker.note(false)
  return breaker
}

describe('a breaker', () => {
  it('stays closed until so many failures in a row', () => {
    expect(failing(2).open).to.equal(false)
    expect(failing(3).open).to.equal(true)
  })

  it('counts only failures in a row', () => {
    const breaker = failing(2)
    breaker.note(true)
    breaker.note(false)
    expect(breaker.open).to.equal(false)
  })

  it('says when a note opened or closed it, and only then', () => {
    const breaker = createBreaker(options)
    expect([false, false, false, false, true, true].map(ok => breaker.note(ok))).to.deep.equal([false, false, true, false, true, false])
  })

  it('doubles its pause with each failed probe, up to the longest', () => {
    const pauses = [3, 4, 5, 6, 7, 60].map(times => failing(times).pauseMs)
    expect(pauses).to.deep.equal([100, 200, 400, 800, 1_000, 1_000])
  })

  it('pauses at least as long as the target asks for', () => {
    const breaker = failing(2)
    breaker.note(false, 5_000)
    expect(breaker.pauseMs).to.equal(5_000)
  })

  it('is closed by one success', () => {
    const breaker = failing(20)
    breaker.note(true)
    expect(breaker).to.include({ open: false, pauseMs: 0 })
  })
})
