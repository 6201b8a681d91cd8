import { existsSync } from 'node:fs'
import { expect } from 'chai'
import { removeProjects } from '../support/gateway.ts'
import { outage } from './outage.ts'

describe('a target that is off (acceptance 5)', function () {
  this.timeout(60_000)
  after(removeProjects)

  it('gets all when it is back, and its neighbour never waits for it', async function () {
    if (!existsSync('/proc/self/stat')) {
      console.log('      skipped: memory and CPU are read from /proc, which only Linux has')
      return this.skip()
    }
    const report = await outage({ offSeconds: 3, perSecond: 100 })
    expect(report.outageP99Ms).to.be.below(2 * report.usualP99Ms + 50)
    expect(report.memoryMb[1] - report.memoryMb[0]).to.be.below(50)
    expect(report.caughtUpMs).to.be.below(30_000)
  })
})
