import { expect } from 'chai'
import { removeProjects } from '../support/gateway.ts'
import { type Sshd, startSshd } from '../support/sshd.ts'
import { runTwoPollers } from '../support/two-pollers.ts'
import { longForms } from './forms.ts'

// The everyday suite has the short form (test/e2e/sftp-client.long.test.ts).
if (longForms)
  describe('two gateways look into one folder of an OpenSSH server, and one is killed', function () {
    this.timeout(600_000)
    let sshd: Sshd
    before(async function () {
      sshd = await startSshd(this)
    })
    after(async () => {
      await sshd?.stop()
      removeProjects()
    })

    it('each of 1,000 files goes through once', async () => {
      const { ids, left, done, taken, balanced } = await runTwoPollers(sshd, 1_000)
      console.log(`      taken: ${taken.join(' and ')}; done: ${done}; left: ${left.length}`)
      expect([ids.size, left, done, balanced]).to.deep.equal([1_000, [], 1_000, true])
      expect([...ids].filter(([, of]) => of.size > 1)).to.deep.equal([])
      expect(taken[0] + taken[1]).to.equal(1_000)
    })
  })
