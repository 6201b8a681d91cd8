import { expect } from 'chai'
import { medians, ratio } from '../../bench/result.ts'

describe('the results of the bench', () => {
  it('are the median of each value of each variant', () => {
    const samples = [
      { name: 'a', values: { rate: 10, cpuMs: 3 } },
      { name: 'b', values: { rate: 7 } },
      { name: 'a', values: { rate: 40, cpuMs: 1 } },
      { name: 'a', values: { rate: 20 } },
    ]
    expect(medians(samples)).to.deep.equal([
      { name: 'a', values: { rate: 20, cpuMs: 2 } },
      { name: 'b', values: { rate: 7 } },
    ])
  })

  it('claim no ratio to what was not measured', () => {
    const rows = [
      { name: 'a', values: { rate: 10 } },
      { name: 'b', values: { rate: 20 } },
    ]
    expect(ratio(rows, 'rate', ['a', 'b'], { what: 'half' })).to.deep.equal([{ what: 'half', value: 0.5 }])
    expect(ratio(rows, 'rate', ['a', 'c'], { what: 'nothing' })).to.deep.equal([])
    expect(ratio(rows, 'cpuMs', ['a', 'b'], { what: 'nothing' })).to.deep.equal([])
  })
})
