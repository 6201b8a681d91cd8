import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { expect } from 'chai'
import { hashPassword, isPassword } from '../../../adapters/sftp/server/password.ts'

const cli = fileURLToPath(new URL('../../../cli/waybill.js', import.meta.url))

describe('the hash of a password', () => {
  it('is another each time, and only its password fits it', async () => {
    const [one, two] = [await hashPassword('geheim'), await hashPassword('geheim')]
    expect(one).to.not.equal(two)
    expect([await isPassword('geheim', one), await isPassword('geheim', two)]).to.deep.equal([true, true])
    expect([await isPassword('Geheim', one), await isPassword('', one), await isPassword('geheim', undefined)]).to.deep.equal([
      false,
      false,
      false,
    ])
  })

  it('is made by `waybill hash-password`', async () => {
    const hash = execFileSync(process.execPath, [cli, 'hash-password'], { input: 'geheim\nmore', encoding: 'utf8' }).trim()
    expect(hash).to.match(/^scrypt:32768:8:1:/)
    expect(await isPassword('geheim', hash)).to.equal(true)
  })
})
