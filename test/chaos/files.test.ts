import { expect } from 'chai'
import { removeProjects } from '../support/gateway.ts'
import { killWhileSplitting } from './files.ts'
import { longForms } from './forms.ts'

describe('a gateway that is killed while it splits a file', function () {
  this.timeout(600_000)
  after(removeProjects)

  it('has each row once, none lost and none twice in the ledger, and the counts right', async () => {
    const rows = longForms ? 20_000 : 3_000
    const { records } = await killWhileSplitting({ rows, gatewayKills: longForms ? 10 : 3 })
    expect(records).to.deep.equal({
      read: rows,
      accepted: rows * 0.99,
      known: 0,
      rejected: rows * 0.01,
      delivered: rows * 0.99,
      failed: 0,
      filtered: 0,
      complete: true,
    })
  })
})
