import { expect } from 'chai'
import { makeHostKey } from '../../../adapters/sftp/server/host-keys.ts'
import { loadSsh } from '../../../adapters/sftp/server/ssh.ts'

describe('host keys that are made at the first start', () => {
  it('can be read, each of 2,000', async function () {
    this.timeout(30_000)
    const ssh = await loadSsh()
    const unread: string[] = []
    for (let made = 0; made < 2_000; made++) {
      const pem = await makeHostKey(ssh, 'ed25519')
      if (ssh.utils.parseKey(pem) instanceof Error) unread.push(pem)
    }
    expect(unread).to.deep.equal([])
  })
})
