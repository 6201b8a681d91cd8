import { expect } from 'chai'
import { check, demand } from './checker.ts'

const sent = {
  attempted: new Set(['SO-1', 'SO-2', 'SO-3']),
  answered: new Map([
    ['SO-1', 'a'],
    ['SO-2', 'b'],
  ]),
}
const good = [
  { order: 'SO-1', key: 'a', times: 1 },
  { order: 'SO-2', key: 'b', times: 1 },
]
const nothing = { lost: [], unexpected: [], duplicated: [], recovered: [] }

describe('the checker of the chaos tests', () => {
  const cases = [
    { name: 'finds nothing where each came once', seen: good, verdict: nothing },
    { name: 'finds what was answered and never came', seen: good.slice(1), verdict: { ...nothing, lost: ['SO-1 (a)'] } },
    {
      name: 'finds what nobody sent',
      seen: [...good, { order: 'SO-9', key: 'z', times: 1 }],
      verdict: { ...nothing, unexpected: ['SO-9 (z): nobody sent it'] },
    },
    {
      name: 'finds an order that came under another id than its answer',
      seen: [...good, { order: 'SO-2', key: 'c', times: 1 }],
      verdict: { ...nothing, unexpected: ['SO-2 (c): it was answered as b'] },
    },
    {
      name: 'finds an order without an answer that came under two ids',
      seen: [...good, { order: 'SO-3', key: 'c', times: 1 }, { order: 'SO-3', key: 'd', times: 1 }],
      verdict: { ...nothing, unexpected: ['SO-3 (d): it came as c as well'], recovered: ['SO-3'] },
    },
    {
      name: 'counts what came again, and what came without an answer',
      seen: [...good, { order: 'SO-3', key: 'c', times: 2 }],
      verdict: { ...nothing, duplicated: ['SO-3 (2 times)'], recovered: ['SO-3'] },
    },
  ]
  for (const { name, seen, verdict } of cases)
    it(name, () => {
      expect(check(sent, seen)).to.deep.equal(verdict)
    })

  it('demands that nothing is lost or unexpected, and no more came again than may', () => {
    expect(() => demand({ ...nothing, lost: ['SO-1 (a)'] })).to.throw('1 lost: SO-1 (a)')
    expect(() => demand({ ...nothing, unexpected: ['SO-9'] })).to.throw('1 unexpected: SO-9')
    expect(() => demand({ ...nothing, duplicated: ['SO-1', 'SO-2'] }, 1)).to.throw('2 duplicated, at most 1 may be: SO-1, SO-2')
    demand({ ...nothing, duplicated: ['SO-1'] }, 1)
  })
})
