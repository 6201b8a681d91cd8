import { expect } from 'chai'
import { removeProjects } from '../support/gateway.ts'
import { killAtRandom } from './kills.ts'

describe('a gateway that is killed at random (row 9)', function () {
  this.timeout(60_000)
  after(removeProjects)

  it('loses none of 400 orders in three deaths, with the embedded queue', async () => {
    const { answered, verdicts } = await killAtRandom({ orders: 400, gatewayKills: 3 })
    expect(answered).to.equal(400)
    // What was in flight to a target when the gateway died may come again: 8 at a time.
    expect(verdicts.warehouse?.duplicated.length).to.be.at.most(3 * 8)
  })
})
