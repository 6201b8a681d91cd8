import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { claimOf, claimPath, instanceOf, sourceInstance } from '../../../adapters/files/claims.ts'

describe('claims', () => {
  it('say by their name whose they are, since when, and what the file was called', () => {
    for (const path of ['a.csv', 'in/deep/a b.csv', 'in/.x', 'in/x.0123abcd.1234567890123.claimed']) {
      const claimed = claimPath(path, '0123abcd', 1_700_000_000_000)
      const file = { path: claimed, bytes: 1, modifiedAt: 2 }
      expect(claimOf(file)).to.deep.equal({ file, path, instance: '0123abcd', at: 1_700_000_000_000 })
    }
  })

  it('lie in the folder of their file, with a dot', () => {
    expect(claimPath('in/a', '0123abcd', 1_700_000_000_000)).to.equal('in/.a.0123abcd.1700000000000.claimed')
  })

  it('are no other names', () => {
    for (const path of [
      'a.csv',
      '.a.claimed',
      'a.0123abcd.1700000000000.claimed',
      '.a.0123ABCD.1700000000000.claimed',
      '.a.0123abcd.17.claimed',
    ])
      expect(claimOf({ path, bytes: 1, modifiedAt: 2 }), path).to.equal(undefined)
  })

  it('are of one source of one gateway, and of the same after a restart', () => {
    const dir = mkdtempSync(join(tmpdir(), 'waybill-claims-'))
    try {
      const instance = instanceOf(dir)
      expect(instanceOf(dir)).to.equal(instance)
      const names = [sourceInstance(instance, 'file a'), sourceInstance(instance, 'file b'), sourceInstance('ffffffff', 'file a')]
      expect(new Set(names).size).to.equal(3)
      expect(names[0]).to.match(/^[0-9a-f]{8}$/)
    } finally {
      rmSync(dir, { recursive: true, force: true })
    }
  })
})
