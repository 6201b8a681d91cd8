import { chmodSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { bears, leaveAddress, loadToken, readAddress, readToken, takeAddress } from '../../../gateway/admin/token.ts'

describe('the admin token', () => {
  const folder = mkdtempSync(join(tmpdir(), 'waybill-token-'))
  const file = join(folder, 'data', 'admin-token')
  after(() => rmSync(folder, { recursive: true }))

  it('is made at the first start, for its owner only, and stays the same', () => {
    const token = loadToken(join(folder, 'data'))
    expect(statSync(file).mode & 0o777).to.equal(0o600)
    expect(token).to.match(/^[A-Za-z0-9_-]{43}$/)
    expect(loadToken(join(folder, 'data'))).to.equal(token)
    expect(readToken(join(folder, 'data'))).to.equal(token)
  })

  it('is closed to others again where somebody opened it', () => {
    chmodSync(file, 0o644)
    loadToken(join(folder, 'data'))
    expect(statSync(file).mode & 0o777).to.equal(0o600)
  })

  it('is made anew where the file holds none', () => {
    writeFileSync(file, '\n')
    expect(readToken(join(folder, 'data'))).to.equal(undefined)
    expect(loadToken(join(folder, 'data'))).to.have.length(43)
  })

  it('opens with the right bearer only', () => {
    const mayEnter = bears('t'.repeat(43))
    const cases = [
      `Bearer ${'t'.repeat(43)}`,
      `bearer ${'t'.repeat(43)}`,
      't'.repeat(43),
      `Basic ${'t'.repeat(43)}`,
      `Bearer ${'u'.repeat(43)}`,
      '',
      undefined,
    ]
    expect(cases.map(mayEnter)).to.deep.equal([true, true, false, false, false, false, false])
  })

  it('has the address of the running gateway beside it', () => {
    leaveAddress(join(folder, 'data'), 'http://127.0.0.1:40123')
    expect(readAddress(join(folder, 'data'))).to.equal('http://127.0.0.1:40123')
    takeAddress(join(folder, 'data'))
    expect(readAddress(join(folder, 'data'))).to.equal(undefined)
  })
})
