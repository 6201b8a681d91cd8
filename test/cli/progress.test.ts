import { expect } from 'chai'
import { bar, ticking } from '../../cli/progress.ts'

describe('progress', () => {
  for (const [done, total, shown] of [
    [0, 10, '[....................]   0%'],
    [5, 10, '[##########..........]  50%'],
    [999, 1_000, '[###################.]  99%'],
    [12, 10, '[####################] 100%'],
    [0, 0, '[####################] 100%'],
  ] as const) {
    it(`shows ${done} of ${total}`, () => expect(bar(done, total)).to.equal(shown))
  }

  it('tells how long work takes until it has ended, well or not', async () => {
    const shown: string[] = []
    const terminal = { progress: (text: string) => void shown.push(text) }
    expect(await ticking(terminal, 'counting', Promise.resolve(3))).to.equal(3)
    const failed = await ticking(terminal, 'counting', Promise.reject(new Error('no'))).catch((error: unknown) => error)
    expect(String(failed)).to.equal('Error: no')
    expect(shown).to.deep.equal(['counting ...', 'counting ...'])
  })
})
